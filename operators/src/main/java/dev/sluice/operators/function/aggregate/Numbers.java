package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.FunctionCall;
import java.math.BigDecimal;

/**
 * Numbers of any width as {@code long[]} or {@code double[]}: one tight loop a batch instead of one
 * kernel a type.
 */
final class Numbers {
  private Numbers() {}

  /** What Spark calls NumericType: any number; a string becomes DOUBLE. */
  static Expression numeric(FunctionCall call, int argument) {
    return call.coerce(
        argument,
        AtomicType.DOUBLE,
        AtomicType.TINYINT,
        AtomicType.SMALLINT,
        AtomicType.INT,
        AtomicType.BIGINT,
        AtomicType.FLOAT,
        DecimalType.DEFAULT);
  }

  static Expression numericOrInterval(FunctionCall call, int argument) {
    return isInterval(call.argument(argument).type())
        ? call.argument(argument)
        : numeric(call, argument);
  }

  static boolean isInterval(DataType type) {
    return type instanceof YearMonthIntervalType || type instanceof DayTimeIntervalType;
  }

  /** The values of a boolean, int or long column; the array may be the column's own. */
  static long[] longs(Column column, int rows) {
    FlatColumn flat = column.flatten();
    if (flat instanceof LongColumn longs) {
      return longs.values();
    }
    long[] widened = new long[rows];
    if (flat instanceof IntColumn ints) {
      int[] values = ints.values();
      for (int i = 0; i < rows; i++) {
        widened[i] = values[i];
      }
    } else {
      boolean[] values = ((BooleanColumn) flat).values();
      for (int i = 0; i < rows; i++) {
        widened[i] = values[i] ? 1 : 0;
      }
    }
    return widened;
  }

  /**
   * The values of any column of numbers; the array may be the column's own. What stands at nulls
   * means nothing.
   */
  static double[] doubles(Column column, int rows) {
    FlatColumn flat = column.flatten();
    if (flat instanceof DoubleColumn doubles) {
      return doubles.values();
    }
    double[] widened = new double[rows];
    if (flat instanceof FloatColumn floats) {
      float[] values = floats.values();
      for (int i = 0; i < rows; i++) {
        widened[i] = values[i];
      }
    } else if (flat.type() instanceof DecimalType type) {
      for (int i = 0; i < rows; i++) {
        if (!flat.isNull(i)) {
          widened[i] =
              flat instanceof LongColumn longs
                  ? BigDecimal.valueOf(longs.get(i), type.scale()).doubleValue()
                  : new BigDecimal(((Decimal128Column) flat).unscaled(i), type.scale())
                      .doubleValue();
        }
      }
    } else {
      long[] values = longs(flat, rows);
      for (int i = 0; i < rows; i++) {
        widened[i] = values[i];
      }
    }
    return widened;
  }

  /** The validity of a column of any shape. */
  static Validity validity(Column column) {
    return column.mayHaveNulls() ? column.flatten().validity() : Validity.ALL;
  }

  static LongColumn longColumn(long[] values, int[] slots, int count) {
    long[] picked = new long[count];
    for (int i = 0; i < count; i++) {
      picked[i] = values[slots[i]];
    }
    return new LongColumn(AtomicType.BIGINT, picked, Validity.ALL, count);
  }

  static DoubleColumn doubleColumn(double[] values, int[] slots, int count) {
    double[] picked = new double[count];
    for (int i = 0; i < count; i++) {
      picked[i] = values[slots[i]];
    }
    return new DoubleColumn(AtomicType.DOUBLE, picked, Validity.ALL, count);
  }
}
