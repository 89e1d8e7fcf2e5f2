package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.IntervalBuilder;
import dev.sluice.operators.data.IntervalColumn;
import java.util.List;

/** The sum or difference of two calendar intervals, field by field. */
public record CalendarSum(boolean minus, Expression left, Expression right, String sql)
    implements Expression {
  @Override
  public DataType type() {
    return AtomicType.CALENDAR_INTERVAL;
  }

  @Override
  public boolean nullable() {
    return left.nullable() || right.nullable();
  }

  @Override
  public boolean mayFail() {
    return true;
  }

  @Override
  public List<Expression> children() {
    return List.of(left, right);
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    int rows = input.rows();
    IntervalColumn a = (IntervalColumn) left.evaluate(input, context).flatten();
    IntervalColumn b = (IntervalColumn) right.evaluate(input, context).flatten();
    IntervalBuilder out = (IntervalBuilder) ColumnBuilder.of(type(), rows);
    int sign = minus ? -1 : 1;
    for (int i = 0; i < rows; i++) {
      if (a.isNull(i) || b.isNull(i)) {
        out.appendNull();
        continue;
      }
      try {
        out.append(
            Math.addExact(a.months()[i], sign * b.months()[i]),
            Math.addExact(a.days()[i], sign * b.days()[i]),
            Math.addExact(a.microseconds()[i], sign * b.microseconds()[i]));
      } catch (ArithmeticException e) {
        throw Errors.intervalOverflow("interval overflow in " + sql, i);
      }
    }
    return out.build();
  }
}
