package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.FunctionCall;
import org.jspecify.annotations.Nullable;

/** What the calls of sketches have in common. */
final class SketchArguments {
  private SketchArguments() {}

  /** The argument, which must be a binary as it is: texts are not taken for sketches. */
  static Expression binary(FunctionCall call, int argument) {
    Expression expression = call.argument(argument);
    if (expression.type() != AtomicType.BINARY && expression.type() != AtomicType.NULL) {
      throw unexpected(call, argument, "BINARY");
    }
    return call.coerce(argument, AtomicType.BINARY);
  }

  static RuntimeException unexpected(FunctionCall call, int argument, String wanted) {
    Expression expression = call.argument(argument);
    return call.error(
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        argument,
        "argument "
            + (argument + 1)
            + " of '"
            + call.name()
            + "' must be "
            + wanted
            + ", but '"
            + expression.sql()
            + "' is "
            + expression.type().sql(),
        null);
  }

  /** A constant INT; {@code missing} if the call has no such argument, 0 for NULL. */
  static int constantInt(FunctionCall call, int argument, int missing) {
    if (call.count() <= argument) {
      return missing;
    }
    DataType type = call.argument(argument).type();
    if (type != AtomicType.INT
        && type != AtomicType.NULL
        && type != AtomicType.TINYINT
        && type != AtomicType.SMALLINT) {
      throw unexpected(call, argument, "INT");
    }
    @Nullable Object value = call.constant(argument);
    return value instanceof Number number ? number.intValue() : 0;
  }

  static long whole(FlatColumn column, int row) {
    return column instanceof LongColumn longs
        ? longs.get(row)
        : column instanceof IntColumn ints
            ? ints.get(row)
            : ((BooleanColumn) column).get(row) ? 1 : 0;
  }

  static double real(FlatColumn column, int row) {
    return column instanceof DoubleColumn doubles
        ? doubles.get(row)
        : column instanceof FloatColumn floats ? floats.get(row) : whole(column, row);
  }

  static byte[] bytes(FlatColumn column, int row) {
    return ((BytesColumn) column).bytes(row);
  }
}
