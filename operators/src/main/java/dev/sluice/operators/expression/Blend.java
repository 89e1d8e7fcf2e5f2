package dev.sluice.operators.expression;

import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A column over which others are put where conditions are true, without a branch a row. */
final class Blend {
  private final DataType type;
  private final int rows;
  // The array of the type's values, which is written to.
  private final Object out;
  private boolean @Nullable [] nulls;

  /** Which types have loops here. */
  static boolean knows(DataType type) {
    return switch (type.physical()) {
      case BOOLEAN, INT, LONG, DOUBLE -> true;
      default -> false;
    };
  }

  /** Starts with these values, of a type that {@link #knows}. */
  Blend(Column values, int rows) {
    this.type = values.type();
    this.rows = rows;
    // The array of a constant is made for who asks.
    boolean own = values instanceof ConstantColumn;
    this.out =
        switch (type.physical()) {
          case BOOLEAN ->
              own ? Flats.booleans(values) : Arrays.copyOf(Flats.booleans(values), rows);
          case INT -> own ? Flats.ints(values) : Arrays.copyOf(Flats.ints(values), rows);
          case LONG -> own ? Flats.longs(values) : Arrays.copyOf(Flats.longs(values), rows);
          case DOUBLE -> own ? Flats.doubles(values) : Arrays.copyOf(Flats.doubles(values), rows);
          default -> throw new IllegalArgumentException(type + " has no loop here");
        };
    putNulls(null, values);
  }

  /** Puts these values where the condition is true. */
  void put(Column condition, Column values) {
    boolean[] taken = taken(condition);
    FlatColumn base = Flats.base(values);
    int mask = Flats.mask(values);
    if (out instanceof int[] ints) {
      put(taken, ((IntColumn) base).values(), mask, ints);
    } else if (out instanceof long[] longs) {
      put(taken, ((LongColumn) base).values(), mask, longs);
    } else if (out instanceof double[] doubles) {
      put(taken, ((DoubleColumn) base).values(), mask, doubles);
    } else {
      boolean[] booleans = (boolean[]) out;
      boolean[] more = ((BooleanColumn) base).values();
      for (int i = 0; i < rows; i++) {
        booleans[i] = taken[i] ? more[i & mask] : booleans[i];
      }
    }
    putNulls(taken, values);
  }

  private static void put(boolean[] taken, int[] values, int mask, int[] out) {
    if (mask == 0) {
      int constant = values[0];
      for (int i = 0; i < out.length; i++) {
        out[i] = taken[i] ? constant : out[i];
      }
    } else {
      for (int i = 0; i < out.length; i++) {
        out[i] = taken[i] ? values[i] : out[i];
      }
    }
  }

  private static void put(boolean[] taken, long[] values, int mask, long[] out) {
    if (mask == 0) {
      long constant = values[0];
      for (int i = 0; i < out.length; i++) {
        out[i] = taken[i] ? constant : out[i];
      }
    } else {
      for (int i = 0; i < out.length; i++) {
        out[i] = taken[i] ? values[i] : out[i];
      }
    }
  }

  private static void put(boolean[] taken, double[] values, int mask, double[] out) {
    if (mask == 0) {
      double constant = values[0];
      for (int i = 0; i < out.length; i++) {
        out[i] = taken[i] ? constant : out[i];
      }
    } else {
      for (int i = 0; i < out.length; i++) {
        out[i] = taken[i] ? values[i] : out[i];
      }
    }
  }

  /** Null is not true. */
  private boolean[] taken(Column condition) {
    boolean[] values = Flats.booleans(condition);
    Validity validity = Flats.validity(condition);
    if (validity == Validity.ALL) {
      return values;
    }
    boolean[] taken = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      taken[i] = values[i] & validity.isValid(i);
    }
    return taken;
  }

  private void putNulls(boolean @Nullable [] taken, Column values) {
    boolean[] known = nulls;
    if (known == null) {
      if (!values.mayHaveNulls()) {
        return;
      }
      known = new boolean[rows];
      nulls = known;
    }
    Validity validity = Flats.validity(values);
    for (int i = 0; i < rows; i++) {
      if (taken == null || taken[i]) {
        known[i] = validity.isNull(i);
      }
    }
  }

  Column build() {
    boolean[] known = nulls;
    Validity validity = known == null ? Validity.ALL : Validity.ofNulls(known, rows);
    if (out instanceof int[] ints) {
      return new IntColumn(type, ints, validity, rows);
    }
    if (out instanceof long[] longs) {
      return new LongColumn(type, longs, validity, rows);
    }
    return out instanceof double[] doubles
        ? new DoubleColumn(type, doubles, validity, rows)
        : new BooleanColumn(type, (boolean[]) out, validity, rows);
  }
}
