package dev.sluice.operators.function.math;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.expression.Decimals;
import dev.sluice.operators.expression.EvaluationException;
import java.math.BigDecimal;

/** Functions of decimals, one value at a time: not for hot paths. */
final class DecimalMaps {
  private DecimalMaps() {}

  /** A decimal made of a decimal. */
  interface RowFunction {
    BigDecimal apply(BigDecimal value);
  }

  /** Applies a function to each value that is not null; a result must fit the type. */
  static Column map(Column in, int rows, DecimalType type, RowFunction function) {
    FlatColumn column = in.flatten();
    ColumnBuilder out = ColumnBuilder.of(type, rows);
    for (int i = 0; i < rows; i++) {
      if (column.isNull(i)) {
        out.appendNull();
        continue;
      }
      BigDecimal made = function.apply(Decimals.get(column, i));
      BigDecimal fitting = Decimals.fit(made, type);
      if (fitting == null) {
        throw new EvaluationException(
            "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
            made.toPlainString() + " cannot be represented as " + type.sql(),
            i);
      }
      Decimals.append(out, fitting);
    }
    return out.build();
  }
}
