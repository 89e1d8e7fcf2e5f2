package dev.sluice.operators.codec.xml;

import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.codec.ScalarTexts;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.variant.Variant;
import dev.sluice.operators.variant.VariantText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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

  /**
   * Puts the element of a row that is not null: of a struct, or of a VARIANT.
   *
   * @throws BadName as {@link XmlWriteOptions#validateName} says
   */
  public void row(FlatColumn column, int row, Bytes into) {
    out.setLength(0);
    depth = 0;
    if (column.type() == AtomicType.VARIANT) {
      rows(options.rowTag(), Variant.of((BytesColumn) column, row));
    } else {
      element(options.rowTag(), column, row);
    }
    into.put(out.toString());
  }

  /** An array is an element each. */
  private void rows(String name, Variant variant) {
    if (variant.kind() != Variant.Kind.ARRAY) {
      element(name, variant);
      return;
    }
    for (int i = 0; i < variant.size(); i++) {
      rows(nameIn(name, variant.item(i)), variant.item(i));
    }
  }

  private String nameIn(String name, Variant item) {
    return item.kind() == Variant.Kind.ARRAY ? options.arrayElementName() : name;
  }

  /** What an element holds so far: it decides where its end stands. */
  private enum Inside {
    NOTHING,
    TEXT,
    ELEMENTS
  }

  private void element(String name, @Nullable FlatColumn column, int row) {
    begin(name);
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
    end(name, inside);
  }

  private void begin(String name) {
    check(name, 0);
    if (depth > 0) {
      newLine();
    }
    out.append('<').append(name);
    depth++;
  }

  private void check(String name, int from) {
    if (options.validateName() && !XmlText.isName(name, from)) {
      throw new BadName(name.substring(from));
    }
  }

  /** A name that no element or attribute may have. */
  public static final class BadName extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadName(String name) {
      super("'" + name + "' is no name of an XML element or attribute");
    }
  }

  private void end(String name, Inside inside) {
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
    attribute(name, column.isNull(row) ? options.nullValue() : scalar(column, row));
  }

  private void attribute(String name, @Nullable String value) {
    if (value != null) {
      int from = options.attributePrefix().length();
      check(name, from);
      out.append(' ').append(name, from, name.length()).append("=\"");
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
    if (!isNull && column.type() == AtomicType.VARIANT) {
      return field(name, Variant.of((BytesColumn) column, row), inside);
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

  /** A value in an element: an array is a child each, a null value one without anything. */
  private Inside field(String name, Variant variant, Inside inside) {
    if (variant.kind() == Variant.Kind.ARRAY) {
      Inside now = inside;
      for (int i = 0; i < variant.size(); i++) {
        now = field(nameIn(name, variant.item(i)), variant.item(i), now);
      }
      return now;
    }
    if (name.equals(options.valueTag())) {
      return content(variant, inside);
    }
    open(inside);
    element(name, variant);
    return Inside.ELEMENTS;
  }

  private void element(String name, Variant variant) {
    begin(name);
    Inside inside = Inside.NOTHING;
    if (variant.kind() == Variant.Kind.OBJECT) {
      for (int i = 0; i < variant.size(); i++) {
        if (isAttribute(variant.name(i)) && !isNested(variant.item(i))) {
          attribute(variant.name(i), text(variant.item(i)));
        }
      }
    }
    end(name, content(variant, inside));
  }

  private static boolean isNested(Variant variant) {
    return variant.kind() == Variant.Kind.OBJECT || variant.kind() == Variant.Kind.ARRAY;
  }

  /** What stands in the element of a value that is no array, but for its attributes. */
  private Inside content(Variant variant, Inside inside) {
    if (variant.kind() == Variant.Kind.OBJECT) {
      Inside now = inside;
      for (int i = 0; i < variant.size(); i++) {
        if (!isAttribute(variant.name(i)) || isNested(variant.item(i))) {
          now = field(variant.name(i), variant.item(i), now);
        }
      }
      return now;
    }
    String value = text(variant);
    if (value == null) {
      return inside;
    }
    open(inside);
    XmlText.escape(value, false, out);
    return Inside.TEXT;
  }

  /** A plain value; null for a null value if nothing is written for it. */
  private @Nullable String text(Variant variant) {
    return switch (variant.kind()) {
      case STRING -> variant.string();
      case NULL -> options.nullValue();
      case TIMESTAMP -> scalar(longs(AtomicType.TIMESTAMP, variant), 0);
      case TIMESTAMP_NTZ -> scalar(longs(AtomicType.TIMESTAMP_NTZ, variant), 0);
      case DATE ->
          scalar(
              new IntColumn(
                  AtomicType.DATE, new int[] {(int) variant.longValue()}, Validity.ALL, 1),
              0);
      case BINARY -> Base64.getEncoder().encodeToString(variant.bytes());
      default -> VariantText.json(variant, options.timeFormats().zone());
    };
  }

  private static LongColumn longs(AtomicType type, Variant variant) {
    return new LongColumn(type, new long[] {variant.longValue()}, Validity.ALL, 1);
  }

  private String scalar(FlatColumn column, int row) {
    if (column.type() == AtomicType.VARIANT) {
      return String.valueOf(text(Variant.of((BytesColumn) column, row)));
    }
    scratch.clear();
    scalars.put(column, row, scratch);
    return new String(scratch.data(), 0, scratch.size(), StandardCharsets.UTF_8);
  }
}
