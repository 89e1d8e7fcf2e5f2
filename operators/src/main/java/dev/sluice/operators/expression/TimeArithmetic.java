package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.time.CivilDate;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.Intervals;
import dev.sluice.operators.time.TimesOfDay;
import dev.sluice.operators.time.ZoneShift;
import java.util.List;

/** Dates and timestamps plus or minus days and intervals, and the time between two of them. */
public final class TimeArithmetic implements Expression {
  /** What is done; the comment names the operands. */
  public enum Kind {
    /** DATE and INT: a DATE. */
    DAYS,
    /** DATE and whole days of a day-time interval: a DATE. */
    DAY_INTERVAL,
    /**
     * DATE or timestamp and a year-month interval: the same type, the day kept within the month.
     */
    MONTHS,
    /** A timestamp and a day-time interval. */
    MICROS,
    /** A DATE or timestamp and a calendar interval. */
    CALENDAR,
    /** A TIME and a day-time interval: a TIME of the same day. */
    TIME_INTERVAL,
    /** Two times of day: INTERVAL HOUR TO SECOND. */
    BETWEEN_TIMES,
    /** Two dates: INTERVAL DAY. */
    BETWEEN_DATES,
    /** Two timestamps: INTERVAL DAY TO SECOND. */
    BETWEEN_TIMESTAMPS
  }

  private final Kind kind;
  private final Expression left;
  private final Expression right;
  private final boolean minus;
  private final DataType type;
  private final ZoneShift zone;
  private final String sql;

  /** {@code minus} takes the right side away; times without a zone are reckoned in UTC. */
  public TimeArithmetic(
      Kind kind,
      Expression left,
      Expression right,
      boolean minus,
      DataType type,
      ZoneShift zone,
      String sql) {
    this.kind = kind;
    this.left = left;
    this.right = right;
    this.minus = minus;
    this.type = type;
    this.zone = zone;
    this.sql = sql;
  }

  public Kind kind() {
    return kind;
  }

  /** True if the right side is taken away. */
  public boolean minus() {
    return minus;
  }

  @Override
  public DataType type() {
    return type;
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
    Column a = left.evaluate(input, context);
    Column b = right.evaluate(input, context);
    FlatColumn x = Flats.base(a);
    FlatColumn y = Flats.base(b);
    int xMask = Flats.mask(a);
    int yMask = Flats.mask(b);
    if (kind == Kind.MICROS && zone.isFixed()) {
      return plusMicros(a, b, rows);
    }
    ColumnBuilder out = ColumnBuilder.of(type, rows);
    for (int i = 0; i < rows; i++) {
      if (x.isNull(i & xMask) || y.isNull(i & yMask)) {
        out.appendNull();
        continue;
      }
      try {
        long value = apply(x, i & xMask, y, i & yMask);
        if (out instanceof LongBuilder longs) {
          longs.append(value);
        } else {
          ((IntBuilder) out).append(Math.toIntExact(value));
        }
      } catch (ArithmeticException e) {
        throw new EvaluationException(
            "DATETIME_OVERFLOW", "the result of " + sql + " is out of range", i);
      }
    }
    return out.build();
  }

  /** Where the clock never changes, it is a sum. */
  private Column plusMicros(Column a, Column b, int rows) {
    Validity validity = Flats.validity(a).and(Flats.validity(b), rows);
    long[] x = Flats.longs(a);
    long[] y = Flats.longs(b);
    long[] out = new long[rows];
    long overflow = 0;
    for (int i = 0; i < rows; i++) {
      long r = minus ? x[i] - y[i] : x[i] + y[i];
      out[i] = r;
      overflow |= minus ? (x[i] ^ y[i]) & (x[i] ^ r) : (x[i] ^ r) & (y[i] ^ r);
    }
    for (int i = 0; overflow < 0 && i < rows; i++) {
      boolean over =
          ((minus ? (x[i] ^ y[i]) & (x[i] ^ out[i]) : (x[i] ^ out[i]) & (y[i] ^ out[i])) < 0);
      if (over && validity.isValid(i)) {
        throw new EvaluationException(
            "DATETIME_OVERFLOW", "the result of " + sql + " is out of range", i);
      }
    }
    return new LongColumn(type, out, validity, rows);
  }

  private static long number(FlatColumn column, int row) {
    return column instanceof IntColumn ints ? ints.get(row) : ((LongColumn) column).get(row);
  }

  private long apply(FlatColumn x, int i, FlatColumn y, int j) {
    long base = number(x, i);
    if (kind == Kind.CALENDAR) {
      return calendar(base, (CalendarInterval) java.util.Objects.requireNonNull(y.value(j)), i);
    }
    long amount = number(y, j);
    long signed = minus ? Math.negateExact(amount) : amount;
    return switch (kind) {
      case DAYS -> Math.addExact(base, signed);
      case DAY_INTERVAL -> Math.addExact(base, signed / DateTimes.MICROS_PER_DAY);
      case MONTHS ->
          type == AtomicType.DATE
              ? CivilDate.plusMonths(base, signed)
              : Intervals.addMonths(base, signed, zone);
      case MICROS -> Intervals.addDayTime(base, signed, zone);
      case TIME_INTERVAL -> timeOfDay(base, signed);
      case BETWEEN_TIMES -> Math.addExact(base, signed) / TimesOfDay.NANOS_PER_MICRO;
      case BETWEEN_DATES ->
          Math.multiplyExact(Math.addExact(base, signed), DateTimes.MICROS_PER_DAY);
      case BETWEEN_TIMESTAMPS -> Math.addExact(zone.toLocal(base), -zone.toLocal(amount));
      case CALENDAR -> throw new IllegalStateException("handled above");
    };
  }

  private static long timeOfDay(long nanos, long micros) {
    long moved = Math.addExact(nanos, Math.multiplyExact(micros, TimesOfDay.NANOS_PER_MICRO));
    if (moved < 0 || moved >= TimesOfDay.NANOS_PER_DAY) {
      throw new ArithmeticException("another day");
    }
    return moved;
  }

  private long calendar(long base, CalendarInterval interval, int row) {
    int sign = minus ? -1 : 1;
    if (type == AtomicType.DATE) {
      if (interval.microseconds() != 0) {
        throw new EvaluationException(
            "INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION",
            "an interval with a time of day cannot be added to a date; cast the date to a timestamp",
            row);
      }
      return CivilDate.plusMonths(base, (long) sign * interval.months())
          + (long) sign * interval.days();
    }
    return Intervals.add(
        base,
        (long) sign * interval.months(),
        (long) sign * interval.days(),
        Math.multiplyExact(sign, interval.microseconds()),
        zone);
  }

  @Override
  public String sql() {
    return sql;
  }
}
