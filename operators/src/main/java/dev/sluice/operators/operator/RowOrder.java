package dev.sluice.operators.operator;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.SelectedColumn;
import dev.sluice.operators.data.StructColumn;
import java.util.Arrays;

/**
 * Spark's order of values: NaN is the largest number, -0.0 equals 0.0, text goes by its bytes,
 * arrays and structs by their members, inside which nulls come first.
 */
final class RowOrder {
  private RowOrder() {}

  /** Compares two values that are not null, of columns of one type. */
  static int compare(FlatColumn a, int i, FlatColumn b, int j) {
    return switch (a.type().physical()) {
      case NULL -> 0;
      case BOOLEAN -> Boolean.compare(((BooleanColumn) a).get(i), ((BooleanColumn) b).get(j));
      case INT -> Integer.compare(((IntColumn) a).get(i), ((IntColumn) b).get(j));
      case LONG -> Long.compare(((LongColumn) a).get(i), ((LongColumn) b).get(j));
      case FLOAT -> doubles(((FloatColumn) a).values()[i], ((FloatColumn) b).values()[j]);
      case DOUBLE -> doubles(((DoubleColumn) a).values()[i], ((DoubleColumn) b).values()[j]);
      case BYTES -> bytes((BytesColumn) a, i, (BytesColumn) b, j);
      case DECIMAL128 -> decimals((Decimal128Column) a, i, (Decimal128Column) b, j);
      case ARRAY -> arrays((ArrayColumn) a, i, (ArrayColumn) b, j);
      case STRUCT -> structs((StructColumn) a, i, (StructColumn) b, j);
      case INTERVAL -> intervals((IntervalColumn) a, i, (IntervalColumn) b, j);
      case MAP -> throw new IllegalStateException("maps have no order");
    };
  }

  /** Compares two values of any shape, nulls first. */
  static int compareNullsFirst(Column a, int i, Column b, int j) {
    if (a instanceof SelectedColumn selected) {
      return compareNullsFirst(selected.base(), selected.rows()[i], b, j);
    }
    if (b instanceof SelectedColumn selected) {
      return compareNullsFirst(a, i, selected.base(), selected.rows()[j]);
    }
    if (a instanceof ConstantColumn constant) {
      return compareNullsFirst(constant.one(), 0, b, j);
    }
    if (b instanceof ConstantColumn constant) {
      return compareNullsFirst(a, i, constant.one(), 0);
    }
    boolean left = a.isNull(i);
    boolean right = b.isNull(j);
    if (left || right) {
      return Boolean.compare(right, left);
    }
    return compare((FlatColumn) a, i, (FlatColumn) b, j);
  }

  private static int doubles(double a, double b) {
    return a == b ? 0 : Double.compare(a, b);
  }

  private static int bytes(BytesColumn a, int i, BytesColumn b, int j) {
    int left = a.starts()[i];
    int right = b.starts()[j];
    return Arrays.compareUnsigned(
        a.data(), left, left + a.lengths()[i], b.data(), right, right + b.lengths()[j]);
  }

  private static int decimals(Decimal128Column a, int i, Decimal128Column b, int j) {
    int high = Long.compare(a.high()[i], b.high()[j]);
    return high != 0 ? high : Long.compareUnsigned(a.low()[i], b.low()[j]);
  }

  private static int arrays(ArrayColumn a, int i, ArrayColumn b, int j) {
    int common = Math.min(a.lengths()[i], b.lengths()[j]);
    for (int k = 0; k < common; k++) {
      int order =
          compareNullsFirst(a.elements(), a.starts()[i] + k, b.elements(), b.starts()[j] + k);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.lengths()[i], b.lengths()[j]);
  }

  private static int structs(StructColumn a, int i, StructColumn b, int j) {
    for (int k = 0; k < a.children().size(); k++) {
      int order = compareNullsFirst(a.child(k), i, b.child(k), j);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int intervals(IntervalColumn a, int i, IntervalColumn b, int j) {
    int months = Integer.compare(a.months()[i], b.months()[j]);
    if (months != 0) {
      return months;
    }
    int days = Integer.compare(a.days()[i], b.days()[j]);
    return days != 0 ? days : Long.compare(a.microseconds()[i], b.microseconds()[j]);
  }
}
