package dev.sluice.operators.function;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import java.util.List;

/** The common rule of nulls: any null argument makes the result null. */
public final class Nulls {
  private Nulls() {}

  /** Valid where all these columns are. */
  public static Validity of(List<? extends FlatColumn> columns, int rows) {
    Validity all = Validity.ALL;
    for (FlatColumn column : columns) {
      all = all.and(column.validity(), rows);
    }
    return all;
  }

  public static Validity of(FlatColumn a, FlatColumn b, int rows) {
    return a.validity().and(b.validity(), rows);
  }

  public static boolean anyNullable(List<Expression> arguments) {
    return arguments.stream().anyMatch(Expression::nullable);
  }

  public static List<FlatColumn> flatten(List<Column> columns) {
    return columns.stream().map(Column::flatten).toList();
  }
}
