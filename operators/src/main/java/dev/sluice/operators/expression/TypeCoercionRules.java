package dev.sluice.operators.expression;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.YearMonthIntervalType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Spark's ANSI type coercion: which types go together, and which casts happen without being asked
 * for.
 */
public final class TypeCoercionRules {
  private TypeCoercionRules() {}

  /**
   * Whether every value of the one type is a value of the other, so that the cast may be implicit.
   */
  public static boolean widens(DataType from, DataType to) {
    if (from.equals(to) || from == AtomicType.NULL) {
      return true;
    }
    if (from instanceof DecimalType a && to instanceof DecimalType b) {
      return b.scale() >= a.scale() && b.precision() - b.scale() >= a.precision() - a.scale();
    }
    if (to instanceof DecimalType && Casts.isIntegral(from)) {
      return widens(decimalOf(from), to);
    }
    if (from instanceof DecimalType a) {
      if (to == AtomicType.FLOAT || to == AtomicType.DOUBLE) {
        return true;
      }
      return Casts.isIntegral(to)
          && a.scale() == 0
          && a.precision() < ((DecimalType) decimalOf(to)).precision();
    }
    if (Casts.isNumeric(from) && Casts.isNumeric(to) && !(to instanceof DecimalType)) {
      return rank(from) <= rank(to);
    }
    return false;
  }

  private static int rank(DataType type) {
    return ((AtomicType) type).ordinal();
  }

  /**
   * The decimal type that holds every value of a number type exactly; for floats, wide enough by
   * convention.
   */
  public static DataType decimalOf(DataType type) {
    if (type == AtomicType.TINYINT) {
      return new DecimalType(3, 0);
    }
    if (type == AtomicType.SMALLINT) {
      return new DecimalType(5, 0);
    }
    if (type == AtomicType.INT) {
      return new DecimalType(10, 0);
    }
    if (type == AtomicType.BIGINT) {
      return new DecimalType(20, 0);
    }
    if (type == AtomicType.FLOAT) {
      return new DecimalType(14, 7);
    }
    return type == AtomicType.DOUBLE ? new DecimalType(30, 15) : type;
  }

  /**
   * A decimal of these digits, cut to 38 so that the digits before the point survive and up to six
   * after it.
   */
  public static DecimalType adjusted(int precision, int scale) {
    if (precision <= DecimalType.MAX_PRECISION) {
      return new DecimalType(precision, scale);
    }
    int whole = precision - scale;
    int kept = Math.max(DecimalType.MAX_PRECISION - whole, Math.min(scale, 6));
    return new DecimalType(DecimalType.MAX_PRECISION, kept);
  }

  /** A decimal of these digits, simply cut at 38. */
  static DecimalType bounded(int precision, int scale) {
    return new DecimalType(
        Math.min(precision, DecimalType.MAX_PRECISION), Math.min(scale, DecimalType.MAX_PRECISION));
  }

  /** The decimal that holds all values of both, rounded where no decimal has so many digits. */
  public static DecimalType wider(DecimalType a, DecimalType b) {
    int scale = Math.max(a.scale(), b.scale());
    int whole = Math.max(a.precision() - a.scale(), b.precision() - b.scale());
    // What is too long loses digits after the point, as those before it count more.
    int over = Math.max(0, whole + scale - DecimalType.MAX_PRECISION);
    return bounded(whole + scale, Math.max(0, scale - over));
  }

  /**
   * The type of both without strings being read as something else, if there is one: neither at the
   * top nor inside arrays, maps and structs.
   */
  public static Optional<DataType> tightest(DataType a, DataType b) {
    Optional<DataType> flat = flat(a, b);
    return flat.isPresent() ? flat : nested(a, b, TypeCoercionRules::tightest);
  }

  private static Optional<DataType> flat(DataType a, DataType b) {
    if (a.equals(b) || b == AtomicType.NULL) {
      return Optional.of(a);
    }
    if (a == AtomicType.NULL) {
      return Optional.of(b);
    }
    if (CollatedType.isText(a) && CollatedType.isText(b)) {
      // Two collations have nothing in common but UTF8_BINARY, which gives way.
      return a == AtomicType.STRING
          ? Optional.of(b)
          : b == AtomicType.STRING ? Optional.of(a) : Optional.empty();
    }
    if (Casts.isNumeric(a) && Casts.isNumeric(b)) {
      return Optional.of(number(a, b));
    }
    if (Casts.isTime(a) && Casts.isTime(b)) {
      if (a == AtomicType.DATE || b == AtomicType.DATE) {
        return Optional.of(a == AtomicType.DATE ? b : a);
      }
      return Optional.of(AtomicType.TIMESTAMP);
    }
    if (a instanceof TimeType x && b instanceof TimeType y) {
      return Optional.of(x.precision() >= y.precision() ? x : y);
    }
    if (a instanceof DayTimeIntervalType x && b instanceof DayTimeIntervalType y) {
      return Optional.of(
          new DayTimeIntervalType(
              x.start().compareTo(y.start()) <= 0 ? x.start() : y.start(),
              x.end().compareTo(y.end()) >= 0 ? x.end() : y.end()));
    }
    if (a instanceof YearMonthIntervalType x && b instanceof YearMonthIntervalType y) {
      return Optional.of(
          new YearMonthIntervalType(
              x.start().compareTo(y.start()) <= 0 ? x.start() : y.start(),
              x.end().compareTo(y.end()) >= 0 ? x.end() : y.end()));
    }
    return Optional.empty();
  }

  private static DataType number(DataType a, DataType b) {
    if (a instanceof DecimalType || b instanceof DecimalType) {
      if (isFloating(a) || isFloating(b)) {
        return AtomicType.DOUBLE;
      }
      return wider((DecimalType) decimalOf(a), (DecimalType) decimalOf(b));
    }
    DataType wide = rank(a) >= rank(b) ? a : b;
    DataType narrow = wide == a ? b : a;
    // FLOAT cannot hold every whole number of the other side.
    return wide == AtomicType.FLOAT && Casts.isIntegral(narrow) ? AtomicType.DOUBLE : wide;
  }

  private static boolean isFloating(DataType type) {
    return type == AtomicType.FLOAT || type == AtomicType.DOUBLE;
  }

  private static Optional<DataType> nested(
      DataType a, DataType b, BiFunction<DataType, DataType, Optional<DataType>> inside) {
    if (a instanceof ArrayType x && b instanceof ArrayType y) {
      return inside
          .apply(x.element(), y.element())
          .map(e -> new ArrayType(e, x.containsNull() || y.containsNull()));
    }
    if (a instanceof MapType x && b instanceof MapType y) {
      // A string that is read as a key might be none, and no key may be null.
      return tightest(x.key(), y.key())
          .flatMap(
              k ->
                  inside
                      .apply(x.value(), y.value())
                      .map(v -> new MapType(k, v, x.valueContainsNull() || y.valueContainsNull())));
    }
    if (a instanceof StructType x && b instanceof StructType y && x.size() == y.size()) {
      List<Field> fields = new ArrayList<>();
      for (int i = 0; i < x.size(); i++) {
        Field left = x.field(i);
        Field right = y.field(i);
        Optional<DataType> type = inside.apply(left.type(), right.type());
        if (type.isEmpty() || !left.name().equalsIgnoreCase(right.name())) {
          return Optional.empty();
        }
        fields.add(new Field(left.name(), type.get(), left.nullable() || right.nullable()));
      }
      return Optional.of(new StructType(fields));
    }
    return Optional.empty();
  }

  /**
   * The type of both, a string becoming what the other side is: BIGINT for whole numbers, DOUBLE
   * for other numbers.
   */
  public static Optional<DataType> common(DataType a, DataType b) {
    Optional<DataType> flat = flat(a, b).or(() -> ofString(a, b));
    return flat.isPresent() ? flat : nested(a, b, TypeCoercionRules::common);
  }

  /**
   * The type of a column of VALUES: no string is read as anything else, and whole numbers beside
   * FLOAT are FLOAT, as outside of ANSI mode.
   */
  public static Optional<DataType> inline(DataType a, DataType b) {
    if (a == AtomicType.FLOAT && Casts.isIntegral(b)
        || b == AtomicType.FLOAT && Casts.isIntegral(a)) {
      return Optional.of(AtomicType.FLOAT);
    }
    return tightest(a, b);
  }

  /**
   * The type of an array's elements and a value that joins them, as outside of ANSI mode: whole
   * numbers beside FLOAT are FLOAT, and a decimal goes with whole numbers that it holds all of.
   */
  public static Optional<DataType> exact(DataType a, DataType b) {
    boolean decimals = a instanceof DecimalType || b instanceof DecimalType;
    if (!decimals || a.equals(b) || !Casts.isNumeric(a) || !Casts.isNumeric(b)) {
      return inline(a, b);
    }
    if (Casts.isIntegral(a) && widens(a, b)) {
      return Optional.of(b);
    }
    return Casts.isIntegral(b) && widens(b, a) ? Optional.of(a) : Optional.empty();
  }

  /**
   * The type in which two values are compared: a string becomes what the other side is, a string
   * inside an array, a map or a struct does not.
   */
  public static Optional<DataType> compared(DataType a, DataType b) {
    Optional<DataType> tight = tightest(a, b);
    return tight.isPresent() ? tight : ofString(a, b);
  }

  /** What a string and another type make together. */
  public static Optional<DataType> ofString(DataType a, DataType b) {
    boolean text = CollatedType.isText(a);
    if (text == CollatedType.isText(b)) {
      return Optional.empty();
    }
    return promoted(text ? b : a);
  }

  private static Optional<DataType> promoted(DataType other) {
    if (Casts.isIntegral(other)) {
      return Optional.of(AtomicType.BIGINT);
    }
    if (Casts.isNumeric(other)) {
      return Optional.of(AtomicType.DOUBLE);
    }
    boolean alone =
        Casts.isNested(other)
            || other == AtomicType.NULL
            || other instanceof DayTimeIntervalType
            || other instanceof YearMonthIntervalType;
    return alone ? Optional.empty() : Optional.of(other);
  }

  /** The type of all, taken two by two from the left; strings join last, as Spark orders them. */
  public static Optional<DataType> common(List<DataType> types) {
    DataType result = AtomicType.NULL;
    for (DataType type : types) {
      Optional<DataType> next = common(result, type);
      if (next.isEmpty()) {
        return next;
      }
      result = next.get();
    }
    return Optional.of(result);
  }

  /**
   * Whether a value may be stored as the other type, at the risk of failing for what does not fit:
   * what Spark grants to parameters of one single type beyond {@link #implicit}.
   */
  public static boolean assignable(DataType from, DataType to) {
    return Casts.isNumeric(from) && Casts.isNumeric(to) || Casts.isTime(from) && Casts.isTime(to);
  }

  private static DataType plain(DataType type) {
    return type instanceof CollatedType ? AtomicType.STRING : type;
  }

  /**
   * Whether Spark casts an argument of the one type to a parameter of the other without being
   * asked.
   */
  public static boolean implicit(DataType from, DataType to) {
    if (from.equals(to) || from == AtomicType.NULL || widens(from, to)) {
      return true;
    }
    if (from instanceof CollatedType || to instanceof CollatedType) {
      return implicit(plain(from), plain(to));
    }
    if (from == AtomicType.STRING) {
      return !Casts.isNested(to) && to != AtomicType.NULL;
    }
    if (to == AtomicType.STRING) {
      return !Casts.isNested(from);
    }
    if (Casts.isTime(from) && Casts.isTime(to)) {
      return to != AtomicType.DATE;
    }
    if (from instanceof TimeType && to instanceof TimeType
        || from instanceof DayTimeIntervalType && to instanceof DayTimeIntervalType
        || from instanceof YearMonthIntervalType && to instanceof YearMonthIntervalType) {
      return true;
    }
    if (from instanceof ArrayType a && to instanceof ArrayType b) {
      return implicit(a.element(), b.element());
    }
    if (from instanceof MapType a && to instanceof MapType b) {
      return implicit(a.key(), b.key()) && implicit(a.value(), b.value());
    }
    if (from instanceof StructType a && to instanceof StructType b && a.size() == b.size()) {
      for (int i = 0; i < a.size(); i++) {
        if (!implicit(a.field(i).type(), b.field(i).type())) {
          return false;
        }
      }
      return true;
    }
    return false;
  }
}
