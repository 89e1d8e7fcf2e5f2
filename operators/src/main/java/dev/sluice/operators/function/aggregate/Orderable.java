package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.function.FunctionCall;

/**
 * Which types have an order: all but maps, calendar intervals and variants, and what holds them.
 */
public final class Orderable {
  private Orderable() {}

  /** True if values of the type can be sorted. */
  public static boolean test(DataType type) {
    if (type instanceof ArrayType array) {
      return test(array.element());
    }
    if (type instanceof StructType struct) {
      return struct.fields().stream().allMatch(field -> test(field.type()));
    }
    return !(type instanceof MapType)
        && type != AtomicType.CALENDAR_INTERVAL
        && type != AtomicType.VARIANT;
  }

  /** Fails with Spark's error class unless an argument, here given with its type, can be sorted. */
  public static void require(FunctionCall call, int argument, DataType type) {
    if (!test(type)) {
      throw call.error(
          "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
          argument,
          "'" + call.name() + "' cannot order values of the type " + type.sql(),
          "compare a part of it that is no map, no variant and no calendar interval");
    }
  }
}
