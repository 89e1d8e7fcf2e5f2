package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.Arithmetic;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.Collated;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.IntervalScaling;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.TimeArithmetic;
import dev.sluice.operators.expression.TimeArithmetic.Kind;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.time.ZoneShift;
import java.time.ZoneOffset;
import java.util.Optional;

/** {@code + - * /} where a side is a date, a timestamp or an interval. */
final class TimeOperators {
  private static final DayTimeIntervalType DAYS =
      new DayTimeIntervalType(DayTimeIntervalType.Unit.DAY, DayTimeIntervalType.Unit.DAY);
  private static final DayTimeIntervalType HOURS =
      new DayTimeIntervalType(DayTimeIntervalType.Unit.HOUR, DayTimeIntervalType.Unit.SECOND);

  private final Binder binder;
  private final OperatorBinder operators;
  private final Syntax at;

  TimeOperators(Binder binder, OperatorBinder operators, Syntax at) {
    this.binder = binder;
    this.operators = operators;
    this.at = at;
  }

  /** Nothing if no side is a time or an interval. A text that is moved keeps its collation. */
  Optional<Expression> bind(
      Arithmetic.Operator operator,
      Expression first,
      Expression second,
      Arithmetic.OnError onError) {
    Optional<Expression> made = plain(operator, first, second, onError);
    DataType type = first.type() instanceof CollatedType ? first.type() : second.type();
    return type instanceof CollatedType
        ? made.map(m -> m.type() == AtomicType.STRING ? Collated.retyped(m, type) : m)
        : made;
  }

  private Optional<Expression> plain(
      Arithmetic.Operator operator,
      Expression first,
      Expression second,
      Arithmetic.OnError onError) {
    Expression left = Collated.plain(first);
    Expression right = Collated.plain(second);
    boolean leftInterval = isInterval(left.type());
    boolean rightInterval = isInterval(right.type());
    boolean time = isTime(left.type()) || isTime(right.type());
    if (!leftInterval && !rightInterval && !time) {
      return Optional.empty();
    }
    String sql = "(" + left.sql() + " " + operator.symbol() + " " + right.sql() + ")";
    boolean quiet = onError != Arithmetic.OnError.FAIL;
    switch (operator) {
      case MULTIPLY -> {
        if (leftInterval && isFactor(right.type())) {
          return Optional.of(scale(false, left, right, quiet, sql));
        }
        if (rightInterval && isFactor(left.type())) {
          String turned = "(" + right.sql() + " * " + left.sql() + ")";
          return Optional.of(scale(false, right, left, quiet, turned));
        }
      }
      case DIVIDE -> {
        if (leftInterval && isFactor(right.type())) {
          return Optional.of(scale(true, left, right, quiet, sql));
        }
      }
      case DIV -> {
        Optional<DataType> common = TypeCoercionRules.tightest(left.type(), right.type());
        if (leftInterval
            && rightInterval
            && common.isPresent()
            && left.type() != AtomicType.CALENDAR_INTERVAL) {
          return Optional.of(wholeTimes(common.get(), left, right, onError, sql));
        }
      }
      case ADD -> {
        return Optional.of(add(left, right, onError, sql));
      }
      case SUBTRACT -> {
        return Optional.of(subtract(left, right, onError, sql));
      }
      default -> {
        // Nothing else is done with times.
      }
    }
    if (left.type().equals(right.type())) {
      throw operators.wrongType(operator.symbol(), "numbers", left.type());
    }
    throw operators.differentTypes(operator.symbol(), left, right);
  }

  private static boolean isTime(DataType type) {
    return Casts.isTime(type) || type instanceof TimeType;
  }

  private static boolean isInterval(DataType type) {
    return type instanceof DayTimeIntervalType
        || type instanceof YearMonthIntervalType
        || type == AtomicType.CALENDAR_INTERVAL;
  }

  private static boolean isFactor(DataType type) {
    return Casts.isNumeric(type) || type == AtomicType.STRING || type == AtomicType.NULL;
  }

  private Expression scale(
      boolean divide, Expression interval, Expression number, boolean quiet, String sql) {
    Expression factor =
        Casts.isNumeric(number.type()) ? number : binder.implicit(number, AtomicType.DOUBLE);
    DataType type =
        interval.type() instanceof DayTimeIntervalType
            ? DayTimeIntervalType.DEFAULT
            : interval.type() instanceof YearMonthIntervalType
                ? YearMonthIntervalType.DEFAULT
                : interval.type();
    return new IntervalScaling(divide, interval, factor, type, quiet, sql);
  }

  private Expression wholeTimes(
      DataType common, Expression left, Expression right, Arithmetic.OnError onError, String sql) {
    Expression a = asLong(binder.implicit(left, common));
    Expression b = asLong(binder.implicit(right, common));
    return new Arithmetic(Arithmetic.Operator.DIV, a, b, AtomicType.BIGINT, onError, sql);
  }

  /** The months or microseconds that an interval is. */
  private Expression asLong(Expression interval) {
    DataType unit =
        interval.type() instanceof YearMonthIntervalType
            ? new YearMonthIntervalType(
                YearMonthIntervalType.Unit.MONTH, YearMonthIntervalType.Unit.MONTH)
            : interval.type();
    if (unit instanceof YearMonthIntervalType) {
      return binder.implicit(binder.implicit(interval, unit), AtomicType.BIGINT);
    }
    return new dev.sluice.operators.expression.Reinterpreted(interval, AtomicType.BIGINT);
  }

  private Expression time(
      Kind kind, Expression left, Expression right, boolean minus, DataType type, String sql) {
    boolean zoned = left.type() == AtomicType.TIMESTAMP || right.type() == AtomicType.TIMESTAMP;
    ZoneShift zone = ZoneShift.of(zoned ? binder.session().timeZone() : ZoneOffset.UTC);
    return new TimeArithmetic(kind, left, right, minus, type, zone, sql);
  }

  private static boolean isDays(DataType type) {
    return type == AtomicType.INT || type == AtomicType.SMALLINT || type == AtomicType.TINYINT;
  }

  private Expression add(
      Expression left, Expression right, Arithmetic.OnError onError, String sql) {
    if (isInterval(left.type()) && isInterval(right.type())) {
      return intervals(Arithmetic.Operator.ADD, left, right, onError, sql);
    }
    if (isInterval(right.type())) {
      return shift(left, right, false, sql);
    }
    if (isInterval(left.type())) {
      return shift(right, left, false, sql);
    }
    if (left.type() instanceof TimeType || right.type() instanceof TimeType) {
      throw mismatch("+", left, right);
    }
    if (left.type() == AtomicType.NULL || right.type() == AtomicType.NULL) {
      // Spark takes the NULL for an interval.
      Expression time = left.type() == AtomicType.NULL ? right : left;
      Expression none = new Literal(DayTimeIntervalType.DEFAULT, null, "NULL");
      DataType type = time.type() == AtomicType.DATE ? AtomicType.TIMESTAMP : time.type();
      String shown = time.sql() + " + NULL";
      return time(Kind.MICROS, binder.implicit(time, type), none, false, type, shown);
    }
    if (left.type() == AtomicType.DATE && isDays(right.type())) {
      return days(left, right, false);
    }
    if (right.type() == AtomicType.DATE && isDays(left.type())) {
      return days(right, left, false);
    }
    throw mismatch("+", left, right);
  }

  /** Spark's {@code date_add} and {@code date_sub}. */
  private Expression days(Expression date, Expression days, boolean minus) {
    String shown = (minus ? "date_sub(" : "date_add(") + date.sql() + ", " + days.sql() + ")";
    return time(
        Kind.DAYS, date, binder.implicit(days, AtomicType.INT), minus, AtomicType.DATE, shown);
  }

  private RuntimeException mismatch(String operator, Expression left, Expression right) {
    if (left.type() == AtomicType.DATE || right.type() == AtomicType.DATE) {
      Expression days = left.type() == AtomicType.DATE ? right : left;
      if (Casts.isNumeric(days.type())) {
        return binder.error(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            at,
            "days are counted in INT, but '" + days.sql() + "' is " + days.type().sql(),
            "cast it to INT");
      }
    }
    return left.type().equals(right.type())
        ? operators.wrongType(operator, "numbers or intervals", left.type())
        : operators.differentTypes(operator, left, right);
  }

  private Expression intervals(
      Arithmetic.Operator operator,
      Expression left,
      Expression right,
      Arithmetic.OnError onError,
      String sql) {
    Optional<DataType> common = TypeCoercionRules.tightest(left.type(), right.type());
    if (common.isEmpty()) {
      throw operators.differentTypes(operator.symbol(), left, right);
    }
    if (common.get() == AtomicType.CALENDAR_INTERVAL) {
      return new dev.sluice.operators.expression.CalendarSum(
          operator == Arithmetic.Operator.SUBTRACT, left, right, sql);
    }
    return new Arithmetic(
        operator,
        binder.implicit(left, common.get()),
        binder.implicit(right, common.get()),
        common.get(),
        onError,
        sql);
  }

  /**
   * A time plus or minus an interval; what is no time (a string) is read as a timestamp and given
   * back as what it was.
   */
  private Expression shift(Expression base, Expression interval, boolean minus, String written) {
    DataType type = base.type();
    if (type instanceof TimeType time) {
      if (!(interval.type() instanceof DayTimeIntervalType range)) {
        throw operators.differentTypes(minus ? "-" : "+", base, interval);
      }
      boolean seconds = range.end() == DayTimeIntervalType.Unit.SECOND;
      DataType result = seconds ? TimeType.DEFAULT : time;
      return time(Kind.TIME_INTERVAL, base, interval, minus, result, written);
    }
    if (type == AtomicType.NULL && interval.type() != AtomicType.CALENDAR_INTERVAL) {
      return intervals(
          minus ? Arithmetic.Operator.SUBTRACT : Arithmetic.Operator.ADD,
          binder.implicit(base, interval.type()),
          interval,
          Arithmetic.OnError.FAIL,
          written);
    }
    String sql = base.sql() + (minus ? " - " : " + ") + interval.sql();
    boolean yearMonth = interval.type() instanceof YearMonthIntervalType;
    if (type == AtomicType.DATE) {
      if (yearMonth) {
        return time(Kind.MONTHS, base, interval, minus, type, sql);
      }
      if (interval.type() == AtomicType.CALENDAR_INTERVAL) {
        return time(Kind.CALENDAR, base, interval, minus, type, sql);
      }
      if (interval.type().equals(DAYS)) {
        return time(Kind.DAY_INTERVAL, base, interval, minus, type, sql);
      }
      Expression timestamp = binder.implicit(base, AtomicType.TIMESTAMP);
      return time(Kind.MICROS, timestamp, interval, minus, AtomicType.TIMESTAMP, sql);
    }
    if (!Casts.isTime(type)
        && (yearMonth || type != AtomicType.STRING && type != AtomicType.NULL)) {
      if (yearMonth) {
        throw operators.differentTypes(minus ? "-" : "+", base, interval);
      }
      throw binder.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          at,
          "an interval is added to a time, but '" + base.sql() + "' is " + type.sql(),
          null);
    }
    Expression timestamp = Casts.isTime(type) ? base : binder.implicit(base, AtomicType.TIMESTAMP);
    Kind kind =
        yearMonth
            ? Kind.MONTHS
            : interval.type() == AtomicType.CALENDAR_INTERVAL ? Kind.CALENDAR : Kind.MICROS;
    Expression moved = time(kind, timestamp, interval, minus, timestamp.type(), sql);
    return type == AtomicType.STRING ? Cast.implicit(moved, type, binder.session()) : moved;
  }

  private Expression subtract(
      Expression left, Expression right, Arithmetic.OnError onError, String sql) {
    if (isInterval(left.type()) && isInterval(right.type())) {
      return intervals(Arithmetic.Operator.SUBTRACT, left, right, onError, sql);
    }
    if (isInterval(right.type())) {
      return shift(left, right, true, sql);
    }
    if (isInterval(left.type())) {
      if (right.type() == AtomicType.NULL) {
        return intervals(
            Arithmetic.Operator.SUBTRACT, left, binder.implicit(right, left.type()), onError, sql);
      }
      throw operators.differentTypes("-", left, right);
    }
    DataType a = left.type();
    DataType b = right.type();
    if (a instanceof TimeType || b instanceof TimeType) {
      return time(
          Kind.BETWEEN_TIMES, asTimeOfDay(left, right), asTimeOfDay(right, left), true, HOURS, sql);
    }
    boolean timestamps =
        a == AtomicType.TIMESTAMP
            || a == AtomicType.TIMESTAMP_NTZ
            || b == AtomicType.TIMESTAMP
            || b == AtomicType.TIMESTAMP_NTZ;
    if (timestamps) {
      DataType type =
          a == AtomicType.TIMESTAMP_NTZ && b == AtomicType.TIMESTAMP_NTZ
              ? AtomicType.TIMESTAMP_NTZ
              : AtomicType.TIMESTAMP;
      return time(
          Kind.BETWEEN_TIMESTAMPS,
          asTime(left, type),
          asTime(right, type),
          true,
          DayTimeIntervalType.DEFAULT,
          sql);
    }
    if (b == AtomicType.DATE) {
      return time(Kind.BETWEEN_DATES, asTime(left, b), right, true, DAYS, sql);
    }
    if (isDays(right.type())) {
      return days(left, right, true);
    }
    if (b == AtomicType.STRING || b == AtomicType.NULL) {
      return time(Kind.BETWEEN_DATES, left, asTime(right, AtomicType.DATE), true, DAYS, sql);
    }
    throw mismatch("-", left, right);
  }

  private Expression asTimeOfDay(Expression expression, Expression other) {
    if (expression.type() instanceof TimeType) {
      return expression;
    }
    if (expression.type() != AtomicType.STRING && expression.type() != AtomicType.NULL) {
      throw operators.differentTypes("-", expression, other);
    }
    return binder.implicit(expression, TimeType.DEFAULT);
  }

  private Expression asTime(Expression expression, DataType type) {
    DataType from = expression.type();
    if (!Casts.isTime(from) && from != AtomicType.STRING && from != AtomicType.NULL) {
      throw binder.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          at,
          "'-' takes times on both sides, but '" + expression.sql() + "' is " + from.sql(),
          null);
    }
    return binder.implicit(expression, type);
  }
}
