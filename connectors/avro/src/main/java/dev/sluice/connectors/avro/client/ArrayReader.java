package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ColumnBuilder;
import java.io.IOException;
import org.apache.avro.io.Decoder;

/** Arrays, which come in blocks. */
final class ArrayReader extends ValueReader {
  private final ValueReader element;

  ArrayReader(ValueReader element) {
    this.element = element;
  }

  @Override
  void read(Decoder in, ColumnBuilder to) throws IOException {
    ArrayBuilder array = (ArrayBuilder) to;
    ColumnBuilder elements = array.elements();
    for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
      for (long i = 0; i < left; i++) {
        element.read(in, elements);
      }
    }
    array.endArray();
  }

  @Override
  void skip(Decoder in) throws IOException {
    for (long left = in.skipArray(); left > 0; left = in.skipArray()) {
      for (long i = 0; i < left; i++) {
        element.skip(in);
      }
    }
  }
}
