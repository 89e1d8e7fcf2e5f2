package dev.sluice.connectors.file;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of several files together, for {@code mergeSchema}: those of the first, then what
 * others have more, within structs too. One name has one type, but for decimals of one scale: they
 * get the larger precision.
 */
public final class SchemaMerge {
  private SchemaMerge() {}

  public static Schema merge(Schema all, Schema more) throws IOException {
    return all.size() == 0 ? more : new Schema(fields("", all.fields(), more.fields()));
  }

  private static List<Field> fields(String path, List<Field> all, List<Field> more)
      throws IOException {
    List<Field> merged = new ArrayList<>(all);
    for (Field field : more) {
      int known = indexOf(all, field.name());
      if (known < 0) {
        merged.add(field);
      } else {
        Field first = all.get(known);
        DataType type = type(path + first.name(), first.type(), field.type());
        merged.set(known, new Field(first.name(), type, first.nullable() || field.nullable()));
      }
    }
    return merged;
  }

  private static int indexOf(List<Field> fields, String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  private static DataType type(String path, DataType one, DataType other) throws IOException {
    if (one.equals(other)) {
      return one;
    }
    if (one instanceof StructType a && other instanceof StructType b) {
      return new StructType(fields(path + ".", a.fields(), b.fields()));
    }
    if (one instanceof ArrayType a && other instanceof ArrayType b) {
      return new ArrayType(type(path + ".element", a.element(), b.element()));
    }
    if (one instanceof MapType a && other instanceof MapType b) {
      return new MapType(
          type(path + ".key", a.key(), b.key()), type(path + ".value", a.value(), b.value()));
    }
    if (one instanceof DecimalType a && other instanceof DecimalType b && a.scale() == b.scale()) {
      return a.precision() < b.precision() ? b : a;
    }
    throw new IOException(
        "column '" + path + "' is " + other + " here, but " + one + " in another file");
  }
}
