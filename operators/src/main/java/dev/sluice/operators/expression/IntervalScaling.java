package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/** An interval times or divided by a number, rounded half up to whole months or microseconds. */
public record IntervalScaling(
    boolean divide,
    Expression interval,
    Expression number,
    DataType type,
    boolean quiet,
    String sql)
    implements Expression {
  @Override
  public boolean nullable() {
    return quiet || interval.nullable() || number.nullable();
  }

  @Override
  public boolean mayFail() {
    return !quiet || interval.mayFail() || number.mayFail();
  }

  @Override
  public List<Expression> children() {
    return List.of(interval, number);
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    int rows = input.rows();
    Column a = interval.evaluate(input, context);
    Column b = number.evaluate(input, context);
    FlatColumn x = Flats.base(a);
    FlatColumn y = Flats.base(b);
    int xMask = Flats.mask(a);
    int yMask = Flats.mask(b);
    ColumnBuilder out = ColumnBuilder.of(type, rows);
    for (int i = 0; i < rows; i++) {
      if (x.isNull(i & xMask) || y.isNull(i & yMask)) {
        out.appendNull();
        continue;
      }
      try {
        one(x, i & xMask, factor(y, i & yMask, i), out, i);
      } catch (ArithmeticException e) {
        if (!quiet) {
          throw Errors.intervalOverflow("interval overflow in " + sql, i);
        }
        out.appendNull();
      } catch (EvaluationException e) {
        if (!quiet) {
          throw e;
        }
        out.appendNull();
      }
    }
    return out.build();
  }

  private BigDecimal factor(FlatColumn column, int at, int row) {
    BigDecimal value;
    if (column instanceof IntColumn ints) {
      value = BigDecimal.valueOf(ints.get(at));
    } else if (column.type() instanceof DecimalType) {
      value = Decimals.get(column, at);
    } else if (column instanceof LongColumn longs) {
      value = BigDecimal.valueOf(longs.get(at));
    } else {
      double number = column instanceof DoubleColumn d ? d.get(at) : ((FloatColumn) column).get(at);
      if (Double.isNaN(number) || Double.isInfinite(number)) {
        throw new ArithmeticException("not a finite number");
      }
      value = new BigDecimal(number);
    }
    if (divide && value.signum() == 0) {
      throw new EvaluationException(
          "INTERVAL_DIVIDED_BY_ZERO",
          "an interval is divided by zero; try_divide gives NULL instead",
          row);
    }
    return value;
  }

  private BigDecimal scaled(long value, BigDecimal factor) {
    BigDecimal exact = BigDecimal.valueOf(value);
    return divide ? exact.divide(factor, MathContext.DECIMAL128) : exact.multiply(factor);
  }

  private void one(FlatColumn column, int at, BigDecimal factor, ColumnBuilder out, int row) {
    if (column instanceof IntervalColumn intervals) {
      out.appendValue(calendar(intervals, at, factor));
      return;
    }
    long value = column instanceof IntColumn ints ? ints.get(at) : ((LongColumn) column).get(at);
    BigDecimal result = scaled(value, factor).setScale(0, RoundingMode.HALF_UP);
    if (out instanceof LongBuilder longs) {
      longs.append(result.longValueExact());
    } else {
      ((IntBuilder) out).append(result.intValueExact());
    }
  }

  /** What is left of months becomes days of a 30th, what is left of days becomes microseconds. */
  private CalendarInterval calendar(IntervalColumn intervals, int at, BigDecimal factor) {
    double number = factor.doubleValue();
    double months = divide ? intervals.months()[at] / number : intervals.months()[at] * number;
    double days = divide ? intervals.days()[at] / number : intervals.days()[at] * number;
    double micros =
        divide ? intervals.microseconds()[at] / number : intervals.microseconds()[at] * number;
    int wholeMonths = Math.toIntExact((long) months);
    int wholeDays = Math.toIntExact((long) days);
    double rest = micros + 86_400_000_000.0 * (days - wholeDays);
    return new CalendarInterval(wholeMonths, wholeDays, Math.round(rest));
  }
}
