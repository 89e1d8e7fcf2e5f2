package dev.sluice.operators.codec.json;

import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.codec.ScalarTexts;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Values as JSON text, as Spark's {@code to_json} and JSON writer put it: null fields left out,
 * binary in base 64, times by their patterns, numbers that JSON has not in quotes. Not thread-safe.
 */
public final class JsonEncoder {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private final JsonWriteOptions options;
  private final ScalarTexts scalars;
  private final Map<StructType, byte[][]> names = new IdentityHashMap<>();
  private final Bytes scratch = new Bytes(64);
  private int indent;

  public JsonEncoder(JsonWriteOptions options) {
    this.options = options;
    this.scalars = new ScalarTexts(options.timeFormats());
  }

  /** Puts one object with a field for each column. */
  public void object(StructType type, List<FlatColumn> columns, int row, Bytes out) {
    byte[][] quoted = names.computeIfAbsent(type, this::quotedNames);
    out.put('{');
    indent++;
    boolean first = true;
    for (int i = 0; i < columns.size(); i++) {
      FlatColumn column = columns.get(i);
      boolean isNull = column.isNull(row);
      if (isNull && options.ignoreNullFields()) {
        continue;
      }
      separate(first, out);
      first = false;
      out.put(quoted[i]);
      if (isNull) {
        out.putAscii("null");
      } else {
        value(column, row, out);
      }
    }
    indent--;
    close('}', first, out);
  }

  private byte[][] quotedNames(StructType type) {
    byte[][] quoted = new byte[type.size()][];
    for (int i = 0; i < quoted.length; i++) {
      Field field = type.field(i);
      byte[] name = field.name().getBytes(StandardCharsets.UTF_8);
      Bytes text = new Bytes(name.length + 8);
      string(name, 0, name.length, text);
      text.putAscii(options.pretty() ? " : " : ":");
      quoted[i] = Arrays.copyOf(text.data(), text.size());
    }
    return quoted;
  }

  private void separate(boolean first, Bytes out) {
    if (!first) {
      out.put(',');
    }
    if (options.pretty()) {
      newLine(out);
    }
  }

  private void close(char bracket, boolean empty, Bytes out) {
    if (options.pretty()) {
      if (empty) {
        out.put(' ');
      } else {
        newLine(out);
      }
    }
    out.put(bracket);
  }

  private void newLine(Bytes out) {
    out.put('\n');
    for (int i = 0; i < indent; i++) {
      out.putAscii("  ");
    }
  }

  /** Puts the value of a row that is not null. */
  public void value(FlatColumn column, int row, Bytes out) {
    DataType type = column.type();
    if (type instanceof StructType struct) {
      StructColumn structs = (StructColumn) column;
      List<FlatColumn> children = new ArrayList<>(struct.size());
      for (int i = 0; i < struct.size(); i++) {
        children.add(structs.child(i).flatten());
      }
      object(struct, children, row, out);
    } else if (type instanceof ArrayType) {
      array((ArrayColumn) column, row, out);
    } else if (type instanceof MapType) {
      map((MapColumn) column, row, out);
    } else {
      scalar(type, column, row, out);
    }
  }

  private void array(ArrayColumn column, int row, Bytes out) {
    FlatColumn elements = column.elements().flatten();
    int start = column.starts()[row];
    int count = column.lengths()[row];
    out.putAscii(options.pretty() ? "[ " : "[");
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        out.putAscii(options.pretty() ? ", " : ",");
      }
      orNull(elements, start + i, out);
    }
    out.putAscii(options.pretty() && count > 0 ? " ]" : "]");
  }

  private void map(MapColumn column, int row, Bytes out) {
    FlatColumn keys = column.keys().flatten();
    FlatColumn values = column.values().flatten();
    int start = column.starts()[row];
    int count = column.lengths()[row];
    out.put('{');
    indent++;
    for (int i = start; i < start + count; i++) {
      separate(i == start, out);
      key(keys, i, out);
      out.putAscii(options.pretty() ? " : " : ":");
      orNull(values, i, out);
    }
    indent--;
    close('}', count == 0, out);
  }

  private void key(FlatColumn keys, int row, Bytes out) {
    if (keys instanceof BytesColumn bytes) {
      string(bytes.data(), bytes.starts()[row], bytes.lengths()[row], out);
      return;
    }
    byte[] text =
        String.valueOf(Objects.requireNonNull(keys.value(row))).getBytes(StandardCharsets.UTF_8);
    string(text, 0, text.length, out);
  }

  private void orNull(FlatColumn column, int row, Bytes out) {
    if (column.isNull(row)) {
      out.putAscii("null");
    } else {
      value(column, row, out);
    }
  }

  private void scalar(DataType type, FlatColumn column, int row, Bytes out) {
    if (type instanceof DecimalType) {
      scalars.put(column, row, out);
      return;
    }
    if (!(type instanceof AtomicType atomic)) {
      quoted(column, row, out);
      return;
    }
    switch (atomic) {
      case BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, VARIANT -> scalars.put(column, row, out);
      case DOUBLE -> number(Double.isFinite(((DoubleColumn) column).get(row)), column, row, out);
      case FLOAT -> number(Float.isFinite(((FloatColumn) column).get(row)), column, row, out);
      case STRING -> {
        BytesColumn bytes = (BytesColumn) column;
        string(bytes.data(), bytes.starts()[row], bytes.lengths()[row], out);
      }
      case BINARY -> {
        out.put('"');
        out.put(Base64.getEncoder().encode(((BytesColumn) column).bytes(row)));
        out.put('"');
      }
      case NULL -> out.putAscii("null");
      default -> quoted(column, row, out);
    }
  }

  private void number(boolean finite, FlatColumn column, int row, Bytes out) {
    if (finite) {
      scalars.put(column, row, out);
    } else {
      quoted(column, row, out);
    }
  }

  private void quoted(FlatColumn column, int row, Bytes out) {
    scratch.clear();
    scalars.put(column, row, scratch);
    string(scratch.data(), 0, scratch.size(), out);
  }

  /** Puts a text in quotes, with what JSON needs escaped. */
  private void string(byte[] data, int start, int length, Bytes out) {
    out.put('"');
    int end = start + length;
    int begin = start;
    for (int i = start; i < end; i++) {
      byte b = data[i];
      if (b >= ' ' && b != '"' && b != '\\') {
        continue;
      }
      if (b < 0 && !options.escapeNonAscii()) {
        continue;
      }
      out.put(data, begin, i - begin);
      if (b < 0) {
        i = codePoint(data, i, end, out);
      } else {
        escape(b, out);
      }
      begin = i + 1;
    }
    out.put(data, begin, end - begin);
    out.put('"');
  }

  private static void escape(byte b, Bytes out) {
    switch (b) {
      case '"' -> out.putAscii("\\\"");
      case '\\' -> out.putAscii("\\\\");
      case '\b' -> out.putAscii("\\b");
      case '\f' -> out.putAscii("\\f");
      case '\n' -> out.putAscii("\\n");
      case '\r' -> out.putAscii("\\r");
      case '\t' -> out.putAscii("\\t");
      default -> unit(b, out);
    }
  }

  private static void unit(int unit, Bytes out) {
    out.putAscii("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.put(HEX[unit >> shift & 0xf]);
    }
  }

  /** Escapes the character that begins at {@code at}; gives the index of its last byte. */
  private static int codePoint(byte[] data, int at, int end, Bytes out) {
    int first = data[at] & 0xff;
    int length = Math.min(end - at, first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2);
    String character = new String(data, at, length, StandardCharsets.UTF_8);
    for (int i = 0; i < character.length(); i++) {
      unit(character.charAt(i), out);
    }
    return at + length - 1;
  }
}
