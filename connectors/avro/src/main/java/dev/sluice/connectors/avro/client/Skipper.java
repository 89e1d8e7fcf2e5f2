package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.ColumnBuilder;
import java.io.IOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.ResolvingDecoder;

/** Passes over values of a schema that no column asks for; it may hold itself. */
final class Skipper extends ValueReader {
  private final Schema schema;

  Skipper(Schema schema) {
    this.schema = schema;
  }

  @Override
  void read(Decoder in, ColumnBuilder to) {
    throw new IllegalStateException("nothing asks for this field");
  }

  @Override
  void skip(Decoder in) throws IOException {
    skip(schema, in);
  }

  private static void skip(Schema schema, Decoder in) throws IOException {
    switch (schema.getType()) {
      case NULL -> in.readNull();
      case BOOLEAN -> in.readBoolean();
      case INT -> in.readInt();
      case LONG -> in.readLong();
      case FLOAT -> in.readFloat();
      case DOUBLE -> in.readDouble();
      case STRING -> in.skipString();
      case BYTES -> in.skipBytes();
      case FIXED -> in.skipFixed(schema.getFixedSize());
      case ENUM -> in.readEnum();
      case UNION -> skip(schema.getTypes().get(in.readIndex()), in);
      case ARRAY -> {
        for (long left = in.skipArray(); left > 0; left = in.skipArray()) {
          for (long i = 0; i < left; i++) {
            skip(schema.getElementType(), in);
          }
        }
      }
      case MAP -> {
        for (long left = in.skipMap(); left > 0; left = in.skipMap()) {
          for (long i = 0; i < left; i++) {
            in.skipString();
            skip(schema.getValueType(), in);
          }
        }
      }
      case RECORD -> {
        Iterable<Schema.Field> fields =
            in instanceof ResolvingDecoder resolving
                ? List.of(resolving.readFieldOrder())
                : schema.getFields();
        for (Schema.Field field : fields) {
          skip(field.schema(), in);
        }
      }
    }
  }
}
