package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.MapBuilder;
import java.io.IOException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/** Maps from strings, which come in blocks. */
final class MapReader extends ValueReader {
  private final ValueReader value;
  private Utf8 key = new Utf8();

  MapReader(ValueReader value) {
    this.value = value;
  }

  @Override
  void read(Decoder in, ColumnBuilder to) throws IOException {
    MapBuilder map = (MapBuilder) to;
    BytesBuilder keys = (BytesBuilder) map.keys();
    ColumnBuilder values = map.values();
    for (long left = in.readMapStart(); left > 0; left = in.mapNext()) {
      for (long i = 0; i < left; i++) {
        key = in.readString(key);
        keys.append(key.getBytes(), 0, key.getByteLength());
        value.read(in, values);
      }
    }
    map.endMap();
  }

  @Override
  void skip(Decoder in) throws IOException {
    for (long left = in.skipMap(); left > 0; left = in.skipMap()) {
      for (long i = 0; i < left; i++) {
        in.skipString();
        value.skip(in);
      }
    }
  }
}
