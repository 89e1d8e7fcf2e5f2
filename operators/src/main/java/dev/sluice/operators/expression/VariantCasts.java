package dev.sluice.operators.expression;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.variant.Variant;
import dev.sluice.operators.variant.VariantText;
import dev.sluice.operators.variant.VariantWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Casts from and to VARIANT, as Spark has them: a value inside a variant is cast as a column of its
 * own type would be, its null is null, objects become structs or maps by the names of their fields.
 */
public final class VariantCasts {
  private static final int MOST_DIGITS = DecimalType.MAX_PRECISION;

  private final Session session;
  private final boolean quiet;

  private VariantCasts(Session session, boolean quiet) {
    this.session = session;
    this.quiet = quiet;
  }

  /** Whether a variant can be cast to the type. */
  public static boolean becomes(DataType to) {
    if (to instanceof ArrayType array) {
      return becomes(array.element());
    }
    if (to instanceof MapType map) {
      return map.key() == AtomicType.STRING && becomes(map.value());
    }
    if (to instanceof StructType struct) {
      return struct.fields().stream().allMatch(f -> becomes(f.type()));
    }
    return to == AtomicType.VARIANT || to instanceof TimeType || isPlain(to);
  }

  /**
   * Whether a variant can hold values of the type.
   *
   * @param objects whether structs and maps may become objects, as with {@code to_variant_object}
   */
  public static boolean holds(DataType from, boolean objects) {
    if (from instanceof ArrayType array) {
      return array.element() != AtomicType.NULL && holds(array.element(), objects);
    }
    if (from instanceof MapType map) {
      return objects
          && map.key() == AtomicType.STRING
          && map.value() != AtomicType.NULL
          && holds(map.value(), true);
    }
    if (from instanceof StructType struct) {
      return objects
          && struct.fields().stream()
              .allMatch(f -> f.type() != AtomicType.NULL && holds(f.type(), true));
    }
    return from == AtomicType.VARIANT || from == AtomicType.NULL || isPlain(from);
  }

  private static boolean isPlain(DataType type) {
    return Casts.isNumeric(type)
        || Casts.isTime(type)
        || CollatedType.isText(type)
        || type == AtomicType.BOOLEAN
        || type == AtomicType.BINARY;
  }

  /** From VARIANT; {@code quiet} makes null what cannot be cast. */
  static CastKernel fromVariant(DataType to, Session session, boolean quiet) {
    return (column, rows) -> {
      @Nullable Variant[] values = new @Nullable Variant[rows];
      for (int i = 0; i < rows; i++) {
        values[i] = column.isNull(i) ? null : Variant.of((BytesColumn) column, i);
      }
      return cast(values, to, session, quiet);
    };
  }

  /**
   * A column of what the variants hold. Throws {@link EvaluationException} ({@code
   * INVALID_VARIANT_CAST}) for the first that does not fit, unless {@code quiet}.
   */
  public static FlatColumn cast(
      @Nullable Variant[] values, DataType to, Session session, boolean quiet) {
    int[] rows = new int[values.length];
    Arrays.setAll(rows, i -> i);
    return new VariantCasts(session, quiet).cast(values, rows, to);
  }

  /** {@code rows} says of which row each value is. */
  private FlatColumn cast(@Nullable Variant[] values, int[] rows, DataType to) {
    if (to == AtomicType.VARIANT) {
      BytesBuilder out = (BytesBuilder) ColumnBuilder.of(to, values.length);
      for (Variant value : values) {
        if (value == null) {
          out.appendNull();
        } else {
          value.appendTo(out);
        }
      }
      return out.build();
    }
    if (to instanceof ArrayType array) {
      return array(values, rows, array);
    }
    if (to instanceof MapType map) {
      return map(values, rows, map);
    }
    if (to instanceof StructType struct) {
      return struct(values, rows, struct);
    }
    return plain(values, rows, to);
  }

  /** The values of one kind, null where there is none or it is null. */
  private boolean[] missing(
      @Nullable Variant[] values, int[] rows, Variant.Kind kind, DataType to) {
    boolean[] missing = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      Variant value = values[i];
      missing[i] = value == null || value.kind() != kind;
      if (value != null && missing[i] && value.kind() != Variant.Kind.NULL) {
        fail(value, rows[i], to);
      }
    }
    return missing;
  }

  private void fail(Variant value, int row, DataType to) {
    if (!quiet) {
      throw new EvaluationException(
          "INVALID_VARIANT_CAST",
          "the variant "
              + VariantText.json(value, session.timeZone())
              + " cannot be cast to "
              + to.sql()
              + "; try_variant_get gives NULL instead",
          row);
    }
  }

  /** The items of all values one after the other, and where those of each begin. */
  private record Items(@Nullable Variant[] values, int[] rows, int[] starts, int[] lengths) {
    static Items of(@Nullable Variant[] from, int[] rows, boolean[] missing) {
      int[] starts = new int[from.length];
      int[] lengths = new int[from.length];
      int count = 0;
      for (int i = 0; i < from.length; i++) {
        starts[i] = count;
        lengths[i] = missing[i] ? 0 : Objects.requireNonNull(from[i]).size();
        count += lengths[i];
      }
      @Nullable Variant[] items = new @Nullable Variant[count];
      int[] itemRows = new int[count];
      for (int i = 0; i < from.length; i++) {
        for (int k = 0; k < lengths[i]; k++) {
          items[starts[i] + k] = Objects.requireNonNull(from[i]).item(k);
          itemRows[starts[i] + k] = rows[i];
        }
      }
      return new Items(items, itemRows, starts, lengths);
    }
  }

  private FlatColumn array(@Nullable Variant[] values, int[] rows, ArrayType to) {
    boolean[] missing = missing(values, rows, Variant.Kind.ARRAY, to);
    Items items = Items.of(values, rows, missing);
    return new ArrayColumn(
        to,
        cast(items.values(), items.rows(), to.element()),
        items.starts(),
        items.lengths(),
        Validity.ofNulls(missing, values.length),
        values.length);
  }

  private FlatColumn map(@Nullable Variant[] values, int[] rows, MapType to) {
    boolean[] missing = missing(values, rows, Variant.Kind.OBJECT, to);
    Items items = Items.of(values, rows, missing);
    BytesBuilder keys = (BytesBuilder) ColumnBuilder.of(to.key(), items.values().length);
    for (int i = 0; i < values.length; i++) {
      for (int k = 0; k < items.lengths()[i]; k++) {
        keys.append(Objects.requireNonNull(values[i]).name(k));
      }
    }
    return new MapColumn(
        to,
        keys.build(),
        cast(items.values(), items.rows(), to.value()),
        items.starts(),
        items.lengths(),
        Validity.ofNulls(missing, values.length),
        values.length);
  }

  private FlatColumn struct(@Nullable Variant[] values, int[] rows, StructType to) {
    boolean[] missing = missing(values, rows, Variant.Kind.OBJECT, to);
    List<Column> children = new ArrayList<>(to.size());
    for (Field field : to.fields()) {
      byte[] name = field.name().getBytes(StandardCharsets.UTF_8);
      @Nullable Variant[] found = new @Nullable Variant[values.length];
      for (int i = 0; i < values.length; i++) {
        found[i] = missing[i] ? null : Objects.requireNonNull(values[i]).field(name);
      }
      children.add(cast(found, rows, field.type()));
    }
    return new StructColumn(to, children, Validity.ofNulls(missing, values.length), values.length);
  }

  /** The values of one source type, and the positions that they stand at. */
  private record Part(ColumnBuilder values, int[] positions) {}

  private FlatColumn plain(@Nullable Variant[] values, int[] rows, DataType to) {
    int count = values.length;
    Map<DataType, Part> parts = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      Variant value = values[i];
      if (value == null || value.kind() == Variant.Kind.NULL) {
        continue;
      }
      DataType type = typeOf(value);
      if (type == AtomicType.VARIANT && !CollatedType.isText(to)
          || type != AtomicType.VARIANT && !Casts.allowed(type, to)) {
        fail(value, rows[i], to);
        continue;
      }
      DataType held = type == AtomicType.VARIANT ? AtomicType.STRING : type;
      Part part =
          parts.computeIfAbsent(held, t -> new Part(ColumnBuilder.of(t, 16), new int[count]));
      part.positions()[part.values().size()] = i;
      part.values().appendValue(object(value));
    }
    List<FlatColumn> columns = new ArrayList<>();
    int[] picked = new int[count];
    Arrays.fill(picked, -1);
    int offset = 0;
    for (Map.Entry<DataType, Part> entry : parts.entrySet()) {
      FlatColumn held = entry.getValue().values().build();
      FlatColumn cast = Casts.kernel(entry.getKey(), to, session, true).cast(held, held.size());
      columns.add(cast);
      for (int i = 0; i < held.size(); i++) {
        int position = entry.getValue().positions()[i];
        picked[position] = offset + i;
        if (cast.isNull(i)) {
          fail(Objects.requireNonNull(values[position]), rows[position], to);
        }
      }
      offset += held.size();
    }
    return Columns.pick(Columns.concatenate(to, columns), picked, count).flatten();
  }

  /** The type of a column for such values; VARIANT for what only a text can show. */
  private static DataType typeOf(Variant value) {
    return switch (value.kind()) {
      case BOOLEAN -> AtomicType.BOOLEAN;
      case LONG -> AtomicType.BIGINT;
      case FLOAT -> AtomicType.FLOAT;
      case DOUBLE -> AtomicType.DOUBLE;
      case DECIMAL -> new DecimalType(MOST_DIGITS, value.decimal().scale());
      case STRING -> AtomicType.STRING;
      case BINARY -> AtomicType.BINARY;
      case DATE -> AtomicType.DATE;
      case TIMESTAMP -> AtomicType.TIMESTAMP;
      case TIMESTAMP_NTZ -> AtomicType.TIMESTAMP_NTZ;
      case NULL -> AtomicType.NULL;
      case OBJECT, ARRAY -> AtomicType.VARIANT;
    };
  }

  private Object object(Variant value) {
    return switch (value.kind()) {
      case BOOLEAN -> value.booleanValue();
      case LONG, TIMESTAMP, TIMESTAMP_NTZ -> value.longValue();
      case FLOAT -> value.floatValue();
      case DOUBLE -> value.doubleValue();
      case DECIMAL -> value.decimal();
      case STRING, BINARY -> value.bytes();
      case DATE -> (int) value.longValue();
      case NULL, OBJECT, ARRAY -> VariantText.json(value, session.timeZone());
    };
  }

  /** Puts the value of a row, a null too. */
  @FunctionalInterface
  private interface Putter {
    void put(int row, VariantWriter out);
  }

  /** Values as variants; structs and maps become objects. Null stays null. */
  public static FlatColumn toVariant(FlatColumn column, int rows) {
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.VARIANT, rows);
    Putter putter = putter(column);
    VariantWriter writer = new VariantWriter();
    for (int i = 0; i < rows; i++) {
      if (column.isNull(i)) {
        out.appendNull();
        continue;
      }
      try {
        putter.put(i, writer);
      } catch (VariantWriter.DuplicateName e) {
        throw new EvaluationException(
            "VARIANT_DUPLICATE_KEY", "an object has two fields '" + e.getMessage() + "'", i);
      }
      writer.appendTo(out);
    }
    return out.build();
  }

  private static Putter putter(FlatColumn column) {
    Putter putter = putterOfValues(column);
    return (row, out) -> {
      if (column.isNull(row)) {
        out.putNull();
      } else {
        putter.put(row, out);
      }
    };
  }

  private static Putter putterOfValues(FlatColumn column) {
    DataType type = column.type();
    if (column instanceof ArrayColumn arrays) {
      Putter element = putter(arrays.elements().flatten());
      return (row, out) -> {
        int start = out.position();
        int count = arrays.lengths()[row];
        int[] positions = new int[count];
        for (int k = 0; k < count; k++) {
          positions[k] = out.position();
          element.put(arrays.starts()[row] + k, out);
        }
        out.endArray(start, positions, count);
      };
    }
    if (column instanceof MapColumn maps) {
      BytesColumn keys = (BytesColumn) maps.keys().flatten();
      Putter value = putter(maps.values().flatten());
      return (row, out) -> {
        int start = out.position();
        List<VariantWriter.Entry> entries = new ArrayList<>();
        int from = maps.starts()[row];
        for (int k = from; k < from + maps.lengths()[row]; k++) {
          entries.add(out.entry(keys.string(k)));
          value.put(k, out);
        }
        out.endObject(start, entries);
      };
    }
    if (type instanceof StructType struct) {
      List<Putter> fields =
          ((StructColumn) column).children().stream().map(c -> putter(c.flatten())).toList();
      return (row, out) -> {
        int start = out.position();
        List<VariantWriter.Entry> entries = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
          entries.add(out.entry(struct.field(i).name()));
          fields.get(i).put(row, out);
        }
        out.endObject(start, entries);
      };
    }
    if (type instanceof DecimalType) {
      return (row, out) -> out.putDecimal(Decimals.get(column, row));
    }
    if (type == AtomicType.VARIANT) {
      return (row, out) -> out.put(Variant.of((BytesColumn) column, row));
    }
    return (row, out) -> put(type, Objects.requireNonNull(column.value(row)), out);
  }

  private static void put(DataType type, Object value, VariantWriter out) {
    if (value instanceof Boolean b) {
      out.putBoolean(b);
    } else if (value instanceof Float f) {
      out.putFloat(f);
    } else if (value instanceof Double d) {
      out.putDouble(d);
    } else if (value instanceof byte[] bytes) {
      out.putBinary(bytes, 0, bytes.length);
    } else if (value instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.putString(bytes, 0, bytes.length);
    } else if (type == AtomicType.DATE) {
      out.putDate((Integer) value);
    } else if (type == AtomicType.TIMESTAMP) {
      out.putTimestamp((Long) value);
    } else if (type == AtomicType.TIMESTAMP_NTZ) {
      out.putTimestampNtz((Long) value);
    } else {
      out.putLong(((Number) value).longValue());
    }
  }
}
