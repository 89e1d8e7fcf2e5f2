package dev.sluice.operators.keyed;

import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DataType.Physical;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns key columns into the form that {@link GroupTable} compares, so that keys which Spark groups
 * together are equal: nulls with nulls, -0.0 with 0.0, NaN with NaN, maps by their entries. Not
 * thread-safe.
 */
public final class KeyCodec {
  private final List<DataType> types;
  private final boolean single;
  private final boolean nested;
  private final boolean exact;
  private final boolean keys;
  private int[] cursors = new int[0];

  public KeyCodec(List<DataType> types) {
    this(types, false);
  }

  /**
   * @param exact whether -0.0 and 0.0 are two keys, as when Spark drops duplicates of a stream
   */
  public KeyCodec(List<DataType> types, boolean exact) {
    this(types, exact, true);
  }

  private KeyCodec(List<DataType> types, boolean exact, boolean keys) {
    this(types, exact, keys, keys && types.size() == 1 && isNumber(types.get(0)));
  }

  private KeyCodec(List<DataType> types, boolean exact, boolean keys, boolean single) {
    this.exact = exact;
    this.keys = keys;
    this.types = List.copyOf(types);
    this.single = single;
    this.nested = types.stream().anyMatch(KeyCodec::isNested);
  }

  /** For values that stay as they are and are always bytes. {@link KeyReader} reads them. */
  public static KeyCodec ofValues(List<DataType> types) {
    return new KeyCodec(types, true, false);
  }

  /** For keys that are always bytes; those of the first of the types begin those of more. */
  public static KeyCodec ofBytes(List<DataType> types) {
    return new KeyCodec(types, false, true, false);
  }

  private static boolean isNumber(DataType type) {
    return type.physical() == Physical.LONG || type.physical() == Physical.INT;
  }

  public static boolean isNested(DataType type) {
    return switch (type.physical()) {
      case ARRAY, MAP, STRUCT -> true;
      default -> false;
    };
  }

  public List<DataType> types() {
    return types;
  }

  /** True if a key is one {@code long}: {@link KeyBatch#longs}; otherwise bytes. */
  public boolean single() {
    return single;
  }

  public void encode(List<Column> keys, int rows, KeyBatch into) {
    into.ensureRows(rows);
    if (single) {
      encodeSingle(keys.get(0).flatten(), rows, into);
    } else if (nested) {
      NestedKeyWriter writer = new NestedKeyWriter(into.data, exact, this.keys);
      List<FlatColumn> flat = flatten(keys);
      for (int row = 0; row < rows; row++) {
        into.offsets[row] = writer.position();
        for (FlatColumn column : flat) {
          writer.write(column, row);
        }
      }
      into.offsets[rows] = writer.position();
      into.data = writer.data();
    } else {
      encodeFlat(flatten(keys), rows, into);
    }
    if (this.keys && !single) {
      hashBytes(into, rows);
    }
  }

  private static List<FlatColumn> flatten(List<Column> keys) {
    List<FlatColumn> flat = new ArrayList<>(keys.size());
    for (Column key : keys) {
      flat.add(key.flatten());
    }
    return flat;
  }

  private static void hashBytes(KeyBatch into, int rows) {
    for (int row = 0; row < rows; row++) {
      into.hashes[row] = Hashing.hash(into.data, into.offsets[row], into.offsets[row + 1]);
    }
  }

  private static void encodeSingle(FlatColumn column, int rows, KeyBatch into) {
    into.validity = column.validity();
    if (column instanceof LongColumn longs) {
      into.longs = longs.values();
    } else {
      int[] ints = ((IntColumn) column).values();
      long[] wide = new long[rows];
      for (int row = 0; row < rows; row++) {
        wide[row] = ints[row];
      }
      into.longs = wide;
    }
    for (int row = 0; row < rows; row++) {
      into.hashes[row] = Hashing.hash(into.longs[row]);
    }
    if (into.validity != Validity.ALL) {
      for (int row = 0; row < rows; row++) {
        if (into.validity.isNull(row)) {
          into.hashes[row] = 0;
        }
      }
    }
  }

  /** Column by column: first how long each row's key gets, then its bytes. */
  private void encodeFlat(List<FlatColumn> keys, int rows, KeyBatch into) {
    if (cursors.length < rows) {
      cursors = new int[rows];
    }
    int fixed = 0;
    for (FlatColumn key : keys) {
      fixed += 1 + width(key.type().physical());
    }
    int[] sizes = cursors;
    Arrays.fill(sizes, 0, rows, fixed);
    for (FlatColumn key : keys) {
      if (key instanceof BytesColumn bytes) {
        addLengths(bytes, sizes, rows);
      }
    }
    long total = 0;
    for (int row = 0; row < rows; row++) {
      into.offsets[row] = (int) total;
      total += sizes[row];
    }
    // The nested writer grows and so has room; here one batch of keys stays below 2 GiB.
    into.offsets[rows] = Math.toIntExact(total);
    if (into.data.length < total) {
      into.data = new byte[(int) Math.min(Integer.MAX_VALUE - 16, total + (total >> 1))];
    }
    System.arraycopy(into.offsets, 0, cursors, 0, rows);
    for (FlatColumn key : keys) {
      write(key, rows, into.data, cursors);
    }
  }

  /** Bytes of a value, null or not, after its flag; of a string, those of its length. */
  private static int width(Physical physical) {
    return switch (physical) {
      case NULL -> 0;
      case BOOLEAN -> 1;
      case INT, FLOAT, BYTES -> 4;
      case LONG, DOUBLE -> 8;
      case DECIMAL128, INTERVAL -> 16;
      case ARRAY, MAP, STRUCT -> throw new IllegalStateException("a nested key has no width");
    };
  }

  private static void addLengths(BytesColumn bytes, int[] sizes, int rows) {
    int[] lengths = bytes.lengths();
    Validity validity = bytes.validity();
    for (int row = 0; row < rows; row++) {
      if (validity == Validity.ALL || validity.isValid(row)) {
        sizes[row] += lengths[row];
      }
    }
  }

  private void write(FlatColumn key, int rows, byte[] data, int[] cursors) {
    Validity validity = key.validity();
    Physical physical = key.type().physical();
    int width = width(physical);
    for (int row = 0; row < rows; row++) {
      boolean valid = validity == Validity.ALL || validity.isValid(row);
      int at = cursors[row];
      data[at++] = (byte) (valid ? 1 : 0);
      if (!valid) {
        Arrays.fill(data, at, at + width, (byte) 0);
        cursors[row] = at + width;
      }
    }
    switch (physical) {
      case BYTES -> writeBytes((BytesColumn) key, rows, data, cursors);
      case LONG -> {
        long[] values = ((LongColumn) key).values();
        for (int row = 0; row < rows; row++) {
          if (validity.isValid(row)) {
            Hashing.LONGS.set(data, cursors[row] + 1, values[row]);
            cursors[row] += 9;
          }
        }
      }
      case INT -> {
        int[] values = ((IntColumn) key).values();
        for (int row = 0; row < rows; row++) {
          if (validity.isValid(row)) {
            Hashing.INTS.set(data, cursors[row] + 1, values[row]);
            cursors[row] += 5;
          }
        }
      }
      default -> {
        for (int row = 0; row < rows; row++) {
          if (validity.isValid(row)) {
            writeValue(key, row, data, cursors[row] + 1, exact);
            cursors[row] += 1 + width;
          }
        }
      }
    }
  }

  private static void writeBytes(BytesColumn key, int rows, byte[] data, int[] cursors) {
    byte[] source = key.data();
    int[] starts = key.starts();
    int[] lengths = key.lengths();
    Validity validity = key.validity();
    for (int row = 0; row < rows; row++) {
      if (validity == Validity.ALL || validity.isValid(row)) {
        int at = cursors[row] + 1;
        int length = lengths[row];
        Hashing.INTS.set(data, at, length);
        System.arraycopy(source, starts[row], data, at + 4, length);
        cursors[row] = at + 4 + length;
      }
    }
  }

  /** A value that is not null, of fixed width, in the form all equal values share. */
  static void writeValue(FlatColumn column, int row, byte[] data, int at, boolean exact) {
    if (column instanceof LongColumn longs) {
      Hashing.LONGS.set(data, at, longs.get(row));
    } else if (column instanceof IntColumn ints) {
      Hashing.INTS.set(data, at, ints.get(row));
    } else if (column instanceof DoubleColumn doubles) {
      double value = doubles.values()[row];
      Hashing.LONGS.set(data, at, Double.doubleToLongBits(value == 0.0 && !exact ? 0.0 : value));
    } else if (column instanceof FloatColumn floats) {
      float value = floats.values()[row];
      Hashing.INTS.set(data, at, Float.floatToIntBits(value == 0.0f && !exact ? 0.0f : value));
    } else if (column instanceof BooleanColumn booleans) {
      data[at] = (byte) (booleans.get(row) ? 1 : 0);
    } else if (column instanceof Decimal128Column decimals) {
      Hashing.LONGS.set(data, at, decimals.high()[row]);
      Hashing.LONGS.set(data, at + 8, decimals.low()[row]);
    } else if (column instanceof IntervalColumn intervals) {
      Hashing.INTS.set(data, at, intervals.months()[row]);
      Hashing.INTS.set(data, at + 4, intervals.days()[row]);
      Hashing.LONGS.set(data, at + 8, intervals.microseconds()[row]);
    }
  }

  static int fixedWidth(Physical physical) {
    return width(physical);
  }
}
