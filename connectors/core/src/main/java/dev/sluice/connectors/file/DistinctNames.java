package dev.sluice.connectors.file;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names that differ only in case cannot be told apart in a query. */
final class DistinctNames {
  private DistinctNames() {}

  /** The schema, if all names in it are distinct, within structs too. */
  static Schema require(Schema schema) throws IOException {
    check(schema.fields());
    return schema;
  }

  private static void check(List<Field> fields) throws IOException {
    Map<String, String> seen = new HashMap<>();
    for (Field field : fields) {
      String other = seen.put(field.name().toLowerCase(Locale.ROOT), field.name());
      if (other != null) {
        throw new IOException(
            "the columns '" + other + "' and '" + field.name() + "' cannot be told apart");
      }
      check(field.type());
    }
  }

  private static void check(DataType type) throws IOException {
    if (type instanceof StructType struct) {
      check(struct.fields());
    } else if (type instanceof ArrayType array) {
      check(array.element());
    } else if (type instanceof MapType map) {
      check(map.key());
      check(map.value());
    }
  }
}
