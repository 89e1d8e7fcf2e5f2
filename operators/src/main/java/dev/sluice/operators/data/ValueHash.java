package dev.sluice.operators.data;

/**
 * Hashes of values of any type for tables in memory: values that {@link ValueOrder} calls equal
 * hash alike. Not Spark's {@code hash}, and not stable between versions: never written down, but
 * for {@link #mix} and {@link #spread}, which never change.
 */
public final class ValueHash {
  /** What hashes of numbers begin with: an odd number of random bits. */
  public static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private static final long NULL = 0x2545F4914F6CDD1DL;

  private ValueHash() {}

  /** The hash of one row of a column of any shape. */
  public static long of(Column column, int row) {
    if (column instanceof SelectedColumn selected) {
      return of(selected.base(), selected.rows()[row]);
    }
    if (column instanceof ConstantColumn constant) {
      return of(constant.one(), 0);
    }
    if (column.isNull(row)) {
      return NULL;
    }
    if (column instanceof LongColumn longs) {
      return mix(longs.get(row));
    } else if (column instanceof IntColumn ints) {
      return mix(ints.get(row));
    } else if (column instanceof BytesColumn bytes) {
      if (bytes.type() instanceof CollatedType type) {
        byte[] key =
            Collations.of(type).key(bytes.data(), bytes.starts()[row], bytes.lengths()[row]);
        return bytes(key, 0, key.length);
      }
      return bytes(bytes.data(), bytes.starts()[row], bytes.lengths()[row]);
    } else if (column instanceof DoubleColumn doubles) {
      return number(doubles.get(row));
    } else if (column instanceof FloatColumn floats) {
      return number(floats.get(row));
    } else if (column instanceof BooleanColumn booleans) {
      return booleans.get(row) ? MULTIPLIER : NULL >> 1;
    } else if (column instanceof Decimal128Column decimals) {
      return mix(decimals.high()[row] * 31 + decimals.low()[row]);
    } else if (column instanceof IntervalColumn intervals) {
      return mix(
          (intervals.months()[row] * 31L + intervals.days()[row]) * 31
              + intervals.microseconds()[row]);
    } else if (column instanceof ArrayColumn arrays) {
      long hash = arrays.lengths()[row];
      int end = arrays.starts()[row] + arrays.lengths()[row];
      for (int i = arrays.starts()[row]; i < end; i++) {
        hash = mix(hash + of(arrays.elements(), i));
      }
      return hash;
    } else if (column instanceof MapColumn maps) {
      long hash = maps.lengths()[row];
      int end = maps.starts()[row] + maps.lengths()[row];
      for (int i = maps.starts()[row]; i < end; i++) {
        // A sum, as the order of entries does not count.
        hash += mix(of(maps.keys(), i) * 31 + of(maps.values(), i));
      }
      return hash;
    } else if (column instanceof StructColumn structs) {
      long hash = 0;
      for (Column child : structs.children()) {
        hash = mix(hash + of(child, row));
      }
      return hash;
    }
    return NULL;
  }

  /** The hash of a number. */
  public static long mix(long value) {
    return spread(value * MULTIPLIER);
  }

  /** Brings the upper bits of a product to all others. */
  public static long spread(long product) {
    long h = product ^ product >>> 32;
    h *= 0xD6E8FEB86659FD93L;
    return h ^ h >>> 32;
  }

  private static long number(double value) {
    return mix(value == 0.0 ? 0L : Double.doubleToLongBits(value));
  }

  private static long bytes(byte[] data, int from, int length) {
    long h = length;
    for (int i = from; i < from + length; i++) {
      h = h * 31 + data[i];
    }
    return mix(h);
  }
}
