package dev.sluice.operators.function.math;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Decimal128Builder;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.expression.EvaluationException;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Decimals one at a time, for functions that are not on hot paths. */
final class Decimals {
  private Decimals() {}

  /** A decimal made of a decimal; {@code null} for null. */
  interface RowFunction {
    BigDecimal apply(BigDecimal value);
  }

  /**
   * Applies a function to each value; its results must fit the type once scaled, else
   * ARITHMETIC_OVERFLOW.
   */
  static Column map(Column in, int rows, DecimalType type, RowFunction function) {
    FlatColumn column = in.flatten();
    ColumnBuilder out = ColumnBuilder.of(type, rows);
    for (int i = 0; i < rows; i++) {
      if (column.isNull(i)) {
        out.appendNull();
        continue;
      }
      BigInteger unscaled = function.apply(get(column, i)).setScale(type.scale()).unscaledValue();
      if (unscaled.abs().compareTo(BigInteger.TEN.pow(type.precision())) >= 0) {
        throw new EvaluationException(
            "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
            new BigDecimal(unscaled, type.scale()).toPlainString()
                + " cannot be represented as "
                + type.sql(),
            i);
      }
      if (out instanceof LongBuilder longs) {
        longs.append(unscaled.longValue());
      } else {
        ((Decimal128Builder) out).append(unscaled);
      }
    }
    return out.build();
  }

  static BigDecimal get(FlatColumn column, int row) {
    int scale = ((DecimalType) column.type()).scale();
    return column instanceof LongColumn longs
        ? BigDecimal.valueOf(longs.get(row), scale)
        : new BigDecimal(((Decimal128Column) column).unscaled(row), scale);
  }
}
