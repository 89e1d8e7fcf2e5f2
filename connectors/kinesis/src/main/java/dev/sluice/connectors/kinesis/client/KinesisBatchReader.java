package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.message.MessageRows;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.PipelineException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of a range as batches. */
final class KinesisBatchReader implements BatchReader {
  private final String stream;
  private final String shard;
  private final int batchRows;
  private final MessageRows rows;
  private final Iterator<Fetched> records;
  private Iterator<UserRecord> users = List.<UserRecord>of().iterator();
  private @Nullable Fetched current;

  KinesisBatchReader(
      String stream, String shard, Iterator<Fetched> records, int batchRows, MessageRows rows) {
    this.stream = stream;
    this.shard = shard;
    this.records = records;
    this.batchRows = batchRows;
    this.rows = rows;
  }

  @Override
  public @Nullable Batch next() {
    RecordColumns columns = new RecordColumns(rows.own(), stream, shard, batchRows);
    String[] numbers = new String[batchRows];
    while (columns.rows() < batchRows) {
      if (users.hasNext()) {
        Fetched record = java.util.Objects.requireNonNull(current);
        UserRecord user = users.next();
        numbers[columns.rows()] = record.number();
        columns.add(record, user);
        decode(record, user);
      } else if (records.hasNext()) {
        current = records.next();
        users = current.users().iterator();
      } else {
        break;
      }
    }
    return columns.rows() == 0 ? null : batch(columns, numbers);
  }

  private void decode(Fetched record, UserRecord user) {
    try {
      rows.add(user.data(), user.start(), user.length());
    } catch (RecordException e) {
      throw bad(e, record.number());
    }
  }

  private PipelineException bad(RecordException e, @Nullable String number) {
    return new PipelineException(
        e.code(), stream + " " + shard + " record " + number + ": " + e.getMessage(), e);
  }

  private Batch batch(RecordColumns columns, String[] numbers) {
    try {
      return rows.take(columns.columns(), columns.rows());
    } catch (RecordException e) {
      throw bad(e, numbers[(int) Math.min(columns.rows() - 1L, Math.max(0, e.offset()))]);
    }
  }
}
