package dev.sluice.connectors.avro.client;

import dev.sluice.connectors.avro.AvroClient;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Values in their binary form. */
final class WrittenValues implements AvroClient.Values {
  private final DataType type;
  private final Schema schema;

  WrittenValues(DataType type, Schema schema) throws IOException {
    this.type = type;
    this.schema = schema;
    writer();
  }

  /** Writers keep the column they write, so each call has its own. */
  private ValueWriter writer() throws IOException {
    return new ValueWriters(false).of(type, schema, "");
  }

  @Override
  public Column convert(FlatColumn values, int rows, AvroClient.Failed failed) {
    BytesBuilder to = (BytesBuilder) ColumnBuilder.of(AtomicType.BINARY, rows);
    ValueWriter writer;
    try {
      writer = writer();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    writer.begin(values);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    for (int row = 0; row < rows; row++) {
      if (values.isNull(row)) {
        to.appendNull();
        continue;
      }
      try {
        bytes.reset();
        writer.write(row, encoder);
        encoder.flush();
        to.append(bytes.toByteArray());
      } catch (IOException | RuntimeException e) {
        encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        String message = e.getMessage();
        failed.value(row, message == null ? e.getClass().getSimpleName() : message, to);
      }
    }
    return to.build();
  }
}
