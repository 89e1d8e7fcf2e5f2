package dev.sluice.operators.expression;

import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;

/** What values can break, in one place: Spark's error classes and the sentences that users see. */
final class Errors {
  private Errors() {}

  public static EvaluationException divideByZero(int row) {
    return new EvaluationException(
        "DIVIDE_BY_ZERO", "division by zero; try_divide gives NULL instead", row);
  }

  public static EvaluationException remainderByZero(int row) {
    return new EvaluationException(
        "REMAINDER_BY_ZERO", "remainder by zero; try_mod gives NULL instead", row);
  }

  /** {@code what} such as {@code long overflow}; {@code remedy} such as {@code try_add}. */
  public static EvaluationException overflow(String what, String remedy, int row) {
    return new EvaluationException(
        "ARITHMETIC_OVERFLOW", what + "; " + remedy + " gives NULL instead", row);
  }

  public static EvaluationException intervalOverflow(String what, int row) {
    return new EvaluationException("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", what, row);
  }

  public static EvaluationException outOfRange(String value, DecimalType type, int row) {
    return new EvaluationException(
        "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
        value + " cannot be represented as " + type.sql() + "; try_cast gives NULL instead",
        row);
  }

  /** {@code value} as it would be written in SQL. */
  public static EvaluationException badCast(String value, DataType from, DataType to, int row) {
    return new EvaluationException(
        "CAST_INVALID_INPUT",
        "the value "
            + value
            + " of the type "
            + from.sql()
            + " cannot be cast to "
            + to.sql()
            + " because it is malformed; try_cast gives NULL instead",
        row);
  }

  public static EvaluationException castOverflow(
      String value, DataType from, DataType to, int row) {
    return new EvaluationException(
        "CAST_OVERFLOW",
        "the value "
            + value
            + " of the type "
            + from.sql()
            + " cannot be cast to "
            + to.sql()
            + " due to an overflow; try_cast gives NULL instead",
        row);
  }
}
