package dev.sluice.operators.expression;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.NullColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.YearMonthIntervalType;

/**
 * Which casts there are, and the kernel of each. Rules and texts are those of Spark in ANSI mode.
 */
public final class Casts {
  private Casts() {}

  /** Whether CAST allows the pair in ANSI mode. */
  public static boolean allowed(DataType from, DataType to) {
    if (from.equals(to) || from == AtomicType.NULL) {
      return true;
    }
    if (from == AtomicType.VARIANT || to == AtomicType.VARIANT) {
      return from == to
          || (to == AtomicType.VARIANT
              ? VariantCasts.holds(from, false)
              : VariantCasts.becomes(to));
    }
    if (CollatedType.isText(to)) {
      return true;
    }
    if (from instanceof CollatedType) {
      return allowed(AtomicType.STRING, to);
    }
    if (from instanceof ArrayType a && to instanceof ArrayType b) {
      return allowed(a.element(), b.element());
    }
    if (from instanceof MapType a && to instanceof MapType b) {
      return allowed(a.key(), b.key()) && allowed(a.value(), b.value());
    }
    if (from instanceof StructType a && to instanceof StructType b) {
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!allowed(a.field(i).type(), b.field(i).type())) {
          return false;
        }
      }
      return true;
    }
    if (isNested(from) || isNested(to)) {
      return false;
    }
    if (from == AtomicType.STRING) {
      return to != AtomicType.NULL;
    }
    if (from instanceof TimeType) {
      return to instanceof TimeType || isIntegral(to) || to instanceof DecimalType;
    }
    if (isNumeric(from)) {
      return isNumeric(to)
          || to == AtomicType.BOOLEAN
          || to == AtomicType.TIMESTAMP
          || isInterval(to) && (isIntegral(from) || from instanceof DecimalType);
    }
    if (from == AtomicType.BOOLEAN) {
      return isNumeric(to);
    }
    if (isTime(from)) {
      return isTime(to) || from == AtomicType.TIMESTAMP && isNumeric(to);
    }
    if (from instanceof DayTimeIntervalType) {
      return to instanceof DayTimeIntervalType || isIntegral(to) || to instanceof DecimalType;
    }
    if (from instanceof YearMonthIntervalType) {
      return to instanceof YearMonthIntervalType || isIntegral(to) || to instanceof DecimalType;
    }
    return false;
  }

  /**
   * Whether some value of the one type has no counterpart in the other. Meant for allowed casts.
   */
  public static boolean mayFail(DataType from, DataType to) {
    if (from == AtomicType.VARIANT || to == AtomicType.VARIANT) {
      return from == AtomicType.VARIANT && from != to && to != AtomicType.STRING;
    }
    if (from.equals(to) || from == AtomicType.NULL || CollatedType.isText(to)) {
      return false;
    }
    if (from instanceof CollatedType) {
      return mayFail(AtomicType.STRING, to);
    }
    if (from instanceof ArrayType a && to instanceof ArrayType b) {
      return mayFail(a.element(), b.element());
    }
    if (from instanceof MapType a && to instanceof MapType b) {
      return mayFail(a.key(), b.key()) || mayFail(a.value(), b.value());
    }
    if (from instanceof StructType a && to instanceof StructType b) {
      for (int i = 0; i < a.size(); i++) {
        if (mayFail(a.field(i).type(), b.field(i).type())) {
          return true;
        }
      }
      return false;
    }
    if (from == AtomicType.STRING) {
      return to != AtomicType.BINARY;
    }
    if (to == AtomicType.BOOLEAN
        || to == AtomicType.DOUBLE
        || to == AtomicType.FLOAT
        || to instanceof TimeType) {
      return false;
    }
    if (from instanceof TimeType) {
      return to != AtomicType.INT && to != AtomicType.BIGINT;
    }
    if (from == AtomicType.BOOLEAN) {
      return to instanceof DecimalType;
    }
    if (isNumeric(from) && isNumeric(to)) {
      return !TypeCoercionRules.widens(from, to);
    }
    return true;
  }

  static boolean isNested(DataType type) {
    return type instanceof ArrayType || type instanceof MapType || type instanceof StructType;
  }

  /** Whole numbers. */
  public static boolean isIntegral(DataType type) {
    return type == AtomicType.TINYINT
        || type == AtomicType.SMALLINT
        || type == AtomicType.INT
        || type == AtomicType.BIGINT;
  }

  /** Numbers, decimals among them. */
  public static boolean isNumeric(DataType type) {
    return isIntegral(type)
        || type == AtomicType.FLOAT
        || type == AtomicType.DOUBLE
        || type instanceof DecimalType;
  }

  /** Dates and timestamps. */
  public static boolean isTime(DataType type) {
    return type == AtomicType.DATE
        || type == AtomicType.TIMESTAMP
        || type == AtomicType.TIMESTAMP_NTZ;
  }

  private static boolean isInterval(DataType type) {
    return type instanceof DayTimeIntervalType || type instanceof YearMonthIntervalType;
  }

  /**
   * {@code quiet} makes null what cannot be cast. Throws {@link IllegalArgumentException} for a
   * pair that is not allowed.
   */
  public static CastKernel kernel(DataType from, DataType to, Session session, boolean quiet) {
    if (from.equals(to)) {
      return (column, rows) -> column;
    }
    if (from == AtomicType.NULL) {
      return (column, rows) -> nulls(to, rows);
    }
    if (from == AtomicType.VARIANT) {
      return VariantCasts.fromVariant(to, session, quiet);
    }
    if (to == AtomicType.VARIANT) {
      return VariantCasts::toVariant;
    }
    if (to instanceof CollatedType) {
      CastKernel text = kernel(from, AtomicType.STRING, session, quiet);
      return (column, rows) -> retyped((BytesColumn) text.cast(column, rows), to);
    }
    if (from instanceof CollatedType) {
      CastKernel text = kernel(AtomicType.STRING, to, session, quiet);
      return (column, rows) -> text.cast(retyped((BytesColumn) column, AtomicType.STRING), rows);
    }
    if (isNested(from) && isNested(to)) {
      return NestedCasts.kernel(from, to, session, quiet);
    }
    if (to == AtomicType.STRING) {
      return TextCasts.toText(from, session);
    }
    if (from == AtomicType.STRING) {
      return TextCasts.fromText(to, session, quiet);
    }
    if (from instanceof TimeType) {
      return TimeOfDayCasts.kernel(to, quiet);
    }
    if (isTime(from) || isTime(to)) {
      return TimeCasts.kernel(from, to, session, quiet);
    }
    if (from == AtomicType.BINARY || to == AtomicType.BINARY) {
      throw new IllegalArgumentException("no cast from " + from + " to " + to);
    }
    if (from instanceof DayTimeIntervalType
        || to instanceof DayTimeIntervalType
        || from instanceof YearMonthIntervalType
        || to instanceof YearMonthIntervalType) {
      return IntervalCasts.kernel(from, to, quiet);
    }
    return NumberCasts.kernel(from, to, quiet);
  }

  static dev.sluice.operators.data.FlatColumn nulls(DataType type, int rows) {
    if (type == AtomicType.NULL) {
      return new NullColumn(rows);
    }
    ColumnBuilder builder = ColumnBuilder.of(type, rows);
    for (int i = 0; i < rows; i++) {
      builder.appendNull();
    }
    return builder.build();
  }

  /** A string and its bytes are the same slices. */
  static BytesColumn retyped(BytesColumn column, DataType type) {
    return new BytesColumn(
        type, column.data(), column.starts(), column.lengths(), column.validity(), column.size());
  }
}
