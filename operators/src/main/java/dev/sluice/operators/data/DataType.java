package dev.sluice.operators.data;

import java.util.function.Predicate;

/**
 * A SQL type of Spark. Equality is by value; field names inside structs count, nullability counts.
 *
 * <p>Every type has one physical representation, see {@link #physical()}.
 */
public sealed interface DataType
    permits AtomicType,
        DecimalType,
        DayTimeIntervalType,
        YearMonthIntervalType,
        TimeType,
        CollatedType,
        ArrayType,
        MapType,
        StructType {

  /** The name as Spark prints it in schemas ("bigint", "array<int>"); its {@code catalogString}. */
  String catalogString();

  /** The name as Spark prints it in error messages and casts ("BIGINT", "ARRAY<INT>"). */
  String sql();

  /** Whether the test holds for the type or for one inside it. */
  default boolean any(Predicate<DataType> test) {
    if (test.test(this)) {
      return true;
    }
    if (this instanceof ArrayType array) {
      return array.element().any(test);
    }
    if (this instanceof MapType map) {
      return map.key().any(test) || map.value().any(test);
    }
    if (this instanceof StructType struct) {
      for (Field field : struct.fields()) {
        if (field.type().any(test)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The arrays that hold values of this type. */
  Physical physical();

  /** The kinds of array a column is made of. Each has one final {@link FlatColumn} class. */
  enum Physical {
    /** {@code boolean[]}. */
    BOOLEAN,
    /**
     * {@code int[]}: tinyint, smallint, int, date (days since 1970), year-month interval (months).
     */
    INT,
    /**
     * {@code long[]}: bigint, timestamp and timestamp_ntz (microseconds since 1970), day-time
     * interval (microseconds), time of day (nanoseconds), decimal of precision up to 18 (unscaled).
     */
    LONG,
    /** {@code float[]}. */
    FLOAT,
    /** {@code double[]}. */
    DOUBLE,
    /** Slices of a shared {@code byte[]}: string (UTF-8), binary and variant. */
    BYTES,
    /** High and low {@code long[]}: decimal of precision above 18 (unscaled, two's complement). */
    DECIMAL128,
    /** Months, days and microseconds: the calendar interval. */
    INTERVAL,
    /** Slices of a child column. */
    ARRAY,
    /** Slices of a key and a value column. */
    MAP,
    /** One column a field. */
    STRUCT,
    /** Nothing: every value is null. */
    NULL
  }
}
