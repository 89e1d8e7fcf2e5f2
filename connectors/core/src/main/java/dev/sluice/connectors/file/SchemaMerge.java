package dev.sluice.connectors.file;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of several files together, for {@code mergeSchema}: those of the first, then what
 * others have more, within structs too. One name has one type, but for decimals of one scale: they
 * get the larger precision.
 */
public final class SchemaMerge {
  private static final String OPTION = "mergeSchema";

  private SchemaMerge() {}

  /** What makes formats look into all files. */
  public static Option option() {
    return Option.flag(OPTION, false, "Look for columns in all files, not in one");
  }

  /** Tells the columns of one file. Does not close the input. */
  public interface FileSchema {
    Schema of(FileInput input) throws IOException;
  }

  /**
   * The columns of the first file that has any, or with {@link #option} those of all. Fails if
   * there are none; a failure names the file.
   *
   * @param format as it is called in messages
   */
  public static Schema find(
      String format, List<FileStatus> files, Options options, FileStores stores, FileSchema each)
      throws IOException {
    boolean all = options.flag(OPTION);
    Schema merged = Schema.EMPTY;
    for (FileStatus file : files) {
      try (FileInput input = stores.of(file.location()).open(file)) {
        merged = merge(merged, each.of(input));
      } catch (IOException e) {
        throw new IOException("'" + file.location() + "': " + e.getMessage(), e);
      }
      if (!all && merged.size() > 0) {
        break;
      }
    }
    if (merged.size() == 0) {
      throw new IOException("there is no " + format + " file to take the schema from");
    }
    return merged;
  }

  static Schema merge(Schema all, Schema more) throws IOException {
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
