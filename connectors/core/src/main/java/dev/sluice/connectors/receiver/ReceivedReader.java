package dev.sluice.connectors.receiver;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructBuilder;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Kept records as batches. */
final class ReceivedReader implements BatchReader {
  static final String METADATA = "_metadata";

  private final ReceiverLog log;
  private final RecordShape shape;
  private final ScanRequest request;
  private final List<Field> ofRecord = new ArrayList<>();
  private final Optional<MessageDecoder> decoder;
  private final Iterator<ReceiverLog.Piece> pieces;
  private Iterator<Received> records = List.<Received>of().iterator();

  /**
   * @param decoders makes the decoder for those of the wanted columns that are in values; empty if
   *     the columns are the connector's own
   */
  ReceivedReader(
      ReceiverLog log,
      RecordShape shape,
      List<ReceiverLog.Piece> pieces,
      ScanRequest request,
      Optional<Function<Schema, MessageDecoder>> decoders) {
    this.log = log;
    this.shape = shape;
    this.request = request;
    this.pieces = pieces.iterator();
    List<Field> inValue = new ArrayList<>();
    for (Field field : request.schema().fields()) {
      boolean value = decoders.isPresent() && !field.name().equals(METADATA);
      (value ? inValue : ofRecord).add(field);
    }
    this.decoder = decoders.map(make -> make.apply(new Schema(inValue)));
  }

  @Override
  public @Nullable Batch next() throws IOException {
    List<Received> batch = new ArrayList<>();
    while (batch.size() < request.batchRows() && hasNext()) {
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
    for (Field field : ofRecord) {
      ColumnBuilder builder = ColumnBuilder.of(field.type(), batch.size());
      batch.forEach(received -> append(field.name(), received, builder));
      own.add(builder.build());
    }
    if (decoder.isEmpty()) {
      return new Batch(request.schema(), own, batch.size());
    }
    MessageDecoder.Decoded decoded = decode(batch, decoder.get());
    Batch values = decoded.batch();
    List<Column> all = new ArrayList<>();
    int value = 0;
    int other = 0;
    for (Field field : request.schema().fields()) {
      if (field.name().equals(METADATA)) {
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

  private static MessageDecoder.Decoded decode(List<Received> batch, MessageDecoder decoder) {
    try {
      for (Received received : batch) {
        decoder.decode(received.payload(), 0, received.payload().length);
      }
      return decoder.take();
    } catch (RecordException e) {
      throw new PipelineException(e.code(), "a received value: " + e.getMessage(), e);
    }
  }

  private void append(String column, Received received, ColumnBuilder into) {
    if (column.equals(METADATA)) {
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
