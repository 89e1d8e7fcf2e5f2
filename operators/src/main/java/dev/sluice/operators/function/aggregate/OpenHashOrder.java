package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The order in which Spark walks the map that it counts values in: an open hash table of 64 places
 * or more, at most seven tenths full, whose hashes are mixed by Murmur3 and whose probes go further
 * by one each time. Of values that are equally frequent, {@code mode} gives the first in it.
 */
final class OpenHashOrder {
  private static final int LEAST_PLACES = 64;

  private OpenHashOrder() {}

  static boolean knows(DataType type) {
    return ScalaSetOrder.knows(type);
  }

  /** The positions of elements with these hashes, added one by one, in the order of the table. */
  static int[] order(int[] hashes) {
    int[] table = new int[LEAST_PLACES];
    Arrays.fill(table, -1);
    for (int i = 0; i < hashes.length; i++) {
      put(table, hashes, i);
      if (i + 1 > (int) (0.7 * table.length)) {
        int[] wider = new int[table.length * 2];
        Arrays.fill(wider, -1);
        for (int element : table) {
          if (element >= 0) {
            put(wider, hashes, element);
          }
        }
        table = wider;
      }
    }
    return Arrays.stream(table).filter(element -> element >= 0).toArray();
  }

  private static void put(int[] table, int[] hashes, int element) {
    int mask = table.length - 1;
    int at = mixed(hashes[element]) & mask;
    for (int step = 1; table[at] >= 0; step++) {
      at = (at + step) & mask;
    }
    table[at] = element;
  }

  /** Murmur3 of one number, with seed 0. */
  private static int mixed(int value) {
    int hash = Integer.rotateLeft(value * 0xcc9e2d51, 15) * 0x1b873593;
    hash = (Integer.rotateLeft(hash, 13) * 5 + 0xe6546b64) ^ 4;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  /** The hash of a value that is not null: that of the object Spark holds it in. */
  static int hash(FlatColumn column, int row) {
    if (column.type() instanceof DecimalType decimal) {
      BigInteger unscaled =
          column instanceof LongColumn longs
              ? BigInteger.valueOf(longs.get(row))
              : ((Decimal128Column) column).unscaled(row);
      return decimal(new BigDecimal(unscaled, decimal.scale()));
    }
    if (column instanceof LongColumn longs) {
      return Long.hashCode(longs.get(row));
    }
    if (column instanceof DoubleColumn doubles) {
      return Double.hashCode(doubles.get(row));
    }
    if (column instanceof FloatColumn floats) {
      return Float.hashCode(floats.get(row));
    }
    if (column instanceof BooleanColumn booleans) {
      return Boolean.hashCode(booleans.get(row));
    }
    return ScalaSetOrder.objectHash(column, row);
  }

  private static int decimal(BigDecimal value) {
    BigDecimal plain = value.stripTrailingZeros();
    return plain.scale() <= 0
        ? plain.toBigInteger().hashCode()
        : ScalaSetOrder.number(plain.doubleValue());
  }
}
