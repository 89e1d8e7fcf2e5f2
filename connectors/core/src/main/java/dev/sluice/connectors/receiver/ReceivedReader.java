package dev.sluice.connectors.receiver;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.message.MessageRows;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.StructBuilder;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Kept records as batches. */
final class ReceivedReader implements BatchReader {
  private final ReceiverLog log;
  private final RecordShape shape;
  private final int batchRows;
  private final MessageRows rows;
  private final Iterator<ReceiverLog.Piece> pieces;
  private Iterator<Received> records = List.<Received>of().iterator();

  ReceivedReader(
      ReceiverLog log,
      RecordShape shape,
      List<ReceiverLog.Piece> pieces,
      int batchRows,
      MessageRows rows) {
    this.log = log;
    this.shape = shape;
    this.pieces = pieces.iterator();
    this.batchRows = batchRows;
    this.rows = rows;
  }

  @Override
  public @Nullable Batch next() throws IOException {
    List<Received> batch = new ArrayList<>();
    while (batch.size() < batchRows && hasNext()) {
      batch.add(records.next());
    }
    return batch.isEmpty() ? null : rows(batch);
  }

  private boolean hasNext() throws IOException {
    while (!records.hasNext() && pieces.hasNext()) {
      records = log.read(pieces.next()).iterator();
    }
    return records.hasNext();
  }

  private Batch rows(List<Received> batch) {
    List<Column> own = new ArrayList<>();
    for (Field field : rows.own()) {
      ColumnBuilder builder = ColumnBuilder.of(field.type(), batch.size());
      batch.forEach(received -> append(field.name(), received, builder));
      own.add(builder.build());
    }
    try {
      for (Received received : batch) {
        rows.add(received.payload(), 0, received.payload().length);
      }
      return rows.take(own, batch.size());
    } catch (RecordException e) {
      throw new PipelineException(e.code(), "a received value: " + e.getMessage(), e);
    }
  }

  private void append(String column, Received received, ColumnBuilder into) {
    if (column.equals(MessageRows.METADATA)) {
      StructBuilder struct = (StructBuilder) into;
      StructType type = shape.metadata();
      for (int i = 0; i < type.size(); i++) {
        shape.append(type.field(i).name(), received, struct.field(i));
      }
      struct.endStruct();
    } else if (column.equals(shape.payload())) {
      ((BytesBuilder) into).append(received.payload());
    } else {
      shape.append(column, received, into);
    }
  }
}
