package dev.sluice.operators.codec.xml;

import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.codec.ScalarTexts;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Structs as XML elements, as Spark writes them: a child for each field, one for each element of an
 * array, attributes by their prefix. Not thread-safe.
 */
public final class XmlEncoder {
  private final XmlWriteOptions options;
  private final ScalarTexts scalars;
  private final StringBuilder out = new StringBuilder();
  private final Bytes scratch = new Bytes(64);
  private int depth;

  public XmlEncoder(XmlWriteOptions options) {
    this.options = options;
    this.scalars = new ScalarTexts(options.timeFormats());
  }

  /** Puts the element of a row that is not null. */
  public void row(StructColumn structs, int row, Bytes into) {
    out.setLength(0);
    depth = 0;
    element(options.rowTag(), structs, row);
    into.put(out.toString());
  }

  /** What an element holds so far: it decides where its end stands. */
  private enum Inside {
    NOTHING,
    TEXT,
    ELEMENTS
  }

  private void element(String name, @Nullable FlatColumn column, int row) {
    if (depth > 0) {
      newLine();
    }
    out.append('<').append(name);
    depth++;
    Inside inside = Inside.NOTHING;
    if (column == null) {
      inside = text(String.valueOf(options.nullValue()), inside);
    } else if (column.type() instanceof StructType type) {
      StructColumn structs = (StructColumn) column;
      for (int i = 0; i < type.size(); i++) {
        if (isAttribute(type.field(i).name())) {
          attribute(type.field(i).name(), structs.child(i).flatten(), row);
        }
      }
      for (int i = 0; i < type.size(); i++) {
        if (!isAttribute(type.field(i).name())) {
          inside = child(type.field(i).name(), structs.child(i).flatten(), row, inside);
        }
      }
    } else {
      inside = content(column, row, inside);
    }
    depth--;
    if (inside == Inside.NOTHING) {
      out.append("/>");
      return;
    }
    if (inside == Inside.ELEMENTS) {
      newLine();
    }
    out.append("</").append(name).append('>');
  }

  private void newLine() {
    out.append('\n');
    for (int i = 0; i < depth; i++) {
      out.append(options.indent());
    }
  }

  private boolean isAttribute(String name) {
    return name.startsWith(options.attributePrefix()) && !name.equals(options.valueTag());
  }

  private void attribute(String name, FlatColumn column, int row) {
    String value = column.isNull(row) ? options.nullValue() : scalar(column, row);
    if (value != null) {
      out.append(' ').append(name, options.attributePrefix().length(), name.length()).append("=\"");
      XmlText.escape(value, true, out);
      out.append('"');
    }
  }

  private Inside child(String name, FlatColumn column, int row, Inside inside) {
    if (column.type() instanceof ArrayType && !column.isNull(row)) {
      ArrayColumn arrays = (ArrayColumn) column;
      FlatColumn elements = arrays.elements().flatten();
      Inside now = inside;
      int start = arrays.starts()[row];
      for (int i = start; i < start + arrays.lengths()[row]; i++) {
        now = one(name, elements, i, now);
      }
      return now;
    }
    return one(name, column, row, inside);
  }

  private Inside one(String name, FlatColumn column, int row, Inside inside) {
    boolean isNull = column.isNull(row);
    if (isNull && options.nullValue() == null) {
      return inside;
    }
    if (name.equals(options.valueTag())) {
      return isNull
          ? text(String.valueOf(options.nullValue()), inside)
          : content(column, row, inside);
    }
    open(inside);
    element(name, isNull ? null : column, row);
    return Inside.ELEMENTS;
  }

  /** What stands in an element of a value that is not null. */
  private Inside content(FlatColumn column, int row, Inside inside) {
    DataType type = column.type();
    Inside now = inside;
    if (type instanceof StructType struct) {
      StructColumn structs = (StructColumn) column;
      for (int i = 0; i < struct.size(); i++) {
        now = child(struct.field(i).name(), structs.child(i).flatten(), row, now);
      }
    } else if (type instanceof ArrayType) {
      now = child(options.arrayElementName(), column, row, now);
    } else if (type instanceof MapType) {
      MapColumn maps = (MapColumn) column;
      FlatColumn keys = maps.keys().flatten();
      FlatColumn values = maps.values().flatten();
      int start = maps.starts()[row];
      for (int i = start; i < start + maps.lengths()[row]; i++) {
        now = child(scalar(keys, i), values, i, now);
      }
    } else {
      now = text(scalar(column, row), now);
    }
    return now;
  }

  private Inside text(String text, Inside inside) {
    if (text.isEmpty()) {
      return inside;
    }
    open(inside);
    XmlText.escape(text, false, out);
    return Inside.TEXT;
  }

  /** Ends the start tag before the first thing in an element. */
  private void open(Inside inside) {
    if (inside == Inside.NOTHING) {
      out.append('>');
    }
  }

  private String scalar(FlatColumn column, int row) {
    scratch.clear();
    scalars.put(column, row, scratch);
    return new String(scratch.data(), 0, scratch.size(), StandardCharsets.UTF_8);
  }
}
