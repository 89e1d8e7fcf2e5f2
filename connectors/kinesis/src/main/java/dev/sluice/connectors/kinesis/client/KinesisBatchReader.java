package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.kinesis.RecordSchema;
import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The records of a range as batches. */
final class KinesisBatchReader implements BatchReader {
  private final String stream;
  private final String shard;
  private final ScanRequest request;
  private final List<Field> ofRecord = new ArrayList<>();
  private final Optional<MessageDecoder> decoder;
  private final Iterator<Fetched> records;
  private Iterator<UserRecord> users = List.<UserRecord>of().iterator();
  private @Nullable Fetched current;

  /**
   * @param decoders makes the decoder for those of the wanted columns that are in the data; empty
   *     if the columns are those of the record
   */
  KinesisBatchReader(
      String stream,
      String shard,
      Iterator<Fetched> records,
      ScanRequest request,
      Optional<Function<Schema, MessageDecoder>> decoders) {
    this.stream = stream;
    this.shard = shard;
    this.records = records;
    this.request = request;
    List<Field> inData = new ArrayList<>();
    for (Field field : request.schema().fields()) {
      boolean data = decoders.isPresent() && !field.name().equals(RecordSchema.METADATA);
      (data ? inData : ofRecord).add(field);
    }
    this.decoder = decoders.map(make -> make.apply(new Schema(inData)));
  }

  @Override
  public @Nullable Batch next() {
    RecordColumns columns = new RecordColumns(ofRecord, stream, shard, request.batchRows());
    String[] numbers = new String[request.batchRows()];
    while (columns.rows() < request.batchRows()) {
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
    if (decoder.isPresent()) {
      try {
        decoder.get().decode(user.data(), user.start(), user.length());
      } catch (RecordException e) {
        throw bad(e, record.number());
      }
    }
  }

  private PipelineException bad(RecordException e, @Nullable String number) {
    return new PipelineException(
        e.code(), stream + " " + shard + " record " + number + ": " + e.getMessage(), e);
  }

  private Batch batch(RecordColumns columns, String[] numbers) {
    List<Column> own = columns.columns();
    if (decoder.isEmpty()) {
      return new Batch(request.schema(), own, columns.rows());
    }
    MessageDecoder.Decoded decoded;
    try {
      decoded = decoder.get().take();
    } catch (RecordException e) {
      throw bad(e, numbers[(int) Math.min(columns.rows() - 1L, Math.max(0, e.offset()))]);
    }
    Batch values = decoded.batch();
    List<Column> all = new ArrayList<>(request.schema().size());
    int value = 0;
    int other = 0;
    for (Field field : request.schema().fields()) {
      if (field.name().equals(RecordSchema.METADATA)) {
        Column column = own.get(other++);
        all.add(
            decoded.isComplete()
                ? column
                : column.select(Arrays.copyOf(decoded.messages(), values.rows()), values.rows()));
      } else {
        all.add(values.column(value++));
      }
    }
    return new Batch(request.schema(), all, values.rows());
  }
}
