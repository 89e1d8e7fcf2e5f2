package dev.sluice.connectors.avro.client;

import dev.sluice.connectors.avro.AvroClient;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.time.Rebase;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** Values out of their binary form, one in each binary value; what follows it is passed over. */
final class ReadValues implements AvroClient.Values {
  private final Schema written;
  private final Schema read;
  private final DataType type;
  private final Rebase.Calendar calendar;

  ReadValues(Schema written, Schema read, DataType type, Rebase.Calendar calendar)
      throws IOException {
    this.written = written;
    this.read = read;
    this.type = type;
    this.calendar = calendar;
    reader();
  }

  /** Readers keep what they have just read, so each call has its own. */
  private ValueReader reader() throws IOException {
    return new ValueReaders(false, calendar).of(read, type, "");
  }

  @Override
  public Column convert(FlatColumn values, int rows, AvroClient.Failed failed) {
    BytesColumn binary = (BytesColumn) values;
    ColumnBuilder to = ColumnBuilder.of(type, rows);
    ValueReader reader;
    ResolvingDecoder resolving;
    try {
      reader = reader();
      resolving = Rows.resolving(written, read);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    BinaryDecoder bytes = null;
    for (int row = 0; row < rows; row++) {
      if (binary.isNull(row)) {
        to.appendNull();
        continue;
      }
      try {
        bytes = decoder(binary, row, bytes);
        if (resolving != null) {
          resolving.configure(bytes);
        }
        reader.read(resolving == null ? bytes : resolving, to);
      } catch (IOException | RuntimeException e) {
        to.truncate(row);
        String message = e.getMessage();
        failed.value(row, message == null ? e.getClass().getSimpleName() : message, to);
      }
    }
    return to.build();
  }

  private static BinaryDecoder decoder(
      BytesColumn binary, int row, @Nullable BinaryDecoder reused) {
    return DecoderFactory.get()
        .binaryDecoder(binary.data(), binary.starts()[row], binary.lengths()[row], reused);
  }
}
