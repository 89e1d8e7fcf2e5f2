package dev.sluice.operators.function.math;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code round}, {@code bround}, {@code ceil} and {@code floor}. Types of results are Spark's:
 * integers stay what they are, decimals keep {@code min(scale, places)} digits after the point and
 * gain one before it.
 */
public final class RoundFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("round", "bround", "ceil", "ceiling", "floor");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "round" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "math_funcs",
                  "round(expr[, d])",
                  "Rounded to d decimal places, halves away from zero.",
                  example("round(2.5, 0)", "3")),
              call -> bindRound(call, name, RoundingMode.HALF_UP));
      case "bround" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "math_funcs",
                  "bround(expr[, d])",
                  "Rounded to d decimal places, halves to even.",
                  example("bround(2.5, 0)", "2")),
              call -> bindRound(call, name, RoundingMode.HALF_EVEN));
      case "floor" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "math_funcs",
                  "floor(expr[, scale])",
                  "The largest number not above, with that many decimal places.",
                  example("floor(-0.1)", "-1")),
              call -> bindWhole(call, RoundingMode.FLOOR));
      case "ceil", "ceiling" ->
          NamedFunction.of(
                  "ceil",
                  FunctionDoc.of(
                      "math_funcs",
                      "ceil(expr[, scale])",
                      "The smallest number not below, with that many decimal places.",
                      example("ceil(-0.1)", "0")),
                  call -> bindWhole(call, RoundingMode.CEILING))
              .withAliases("ceiling");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  // No number has a digit beyond.
  private static final int MOST_PLACES = 400;

  private static int places(FunctionCall call, int argument, String function) {
    Expression scale = call.argument(argument);
    boolean exact = function.equals("ceil") || function.equals("floor");
    if (!scale.foldable() || exact && scale.type() != AtomicType.INT) {
      throw call.error(
          "NON_FOLDABLE_ARGUMENT",
          argument,
          "the scale of '" + function + "' must be a constant INT",
          "write a number");
    }
    try {
      Column value =
          call.coerce(argument, AtomicType.INT)
              .evaluate(new Batch(Schema.EMPTY, List.of(), 1), EvaluationContext.NONE);
      if (value.isNull(0)) {
        return Integer.MIN_VALUE;
      }
      int places = ((IntColumn) value.flatten()).get(0);
      return Math.max(-MOST_PLACES, Math.min(MOST_PLACES, places));
    } catch (EvaluationException e) {
      throw call.error(e.code(), argument, String.valueOf(e.getMessage()), null);
    }
  }

  private static Expression bindRound(FunctionCall call, String name, RoundingMode mode) {
    call.requireCount(1, 2);
    DataType type = call.argument(0).type();
    Expression value =
        type == AtomicType.STRING || type == AtomicType.NULL
            ? call.coerce(0, AtomicType.DOUBLE)
            : call.argument(0);
    type = value.type();
    int places = call.count() == 2 ? places(call, 1, name) : 0;
    Expression shown = call.count() == 2 ? call.argument(1) : new Literal(AtomicType.INT, 0, "0");
    List<Expression> arguments = List.of(value, shown);
    if (places == Integer.MIN_VALUE) {
      DataType unrounded = type instanceof DecimalType decimal ? rounded(decimal, 0) : type;
      return new Literal(unrounded, null, name + "(" + value.sql() + ", NULL)");
    }
    if (type instanceof DecimalType decimal) {
      DecimalType result = rounded(decimal, places);
      return new ScalarCall(
          name,
          arguments,
          result,
          value.nullable(),
          true,
          (columns, rows, context) ->
              DecimalMaps.map(columns.get(0), rows, result, v -> v.setScale(places, mode)));
    }
    if (type == AtomicType.DOUBLE || type == AtomicType.FLOAT) {
      return new ScalarCall(
          name,
          arguments,
          type,
          value.nullable(),
          false,
          (columns, rows, context) -> roundFloating(columns.get(0), rows, places, mode));
    }
    DataType integral =
        call.coerce(0, AtomicType.TINYINT, AtomicType.SMALLINT, AtomicType.INT, AtomicType.BIGINT)
            .type();
    return new ScalarCall(
        name,
        arguments,
        integral,
        value.nullable(),
        places < 0,
        (columns, rows, context) ->
            places >= 0 ? columns.get(0) : roundIntegers(columns.get(0), rows, places, mode));
  }

  /** Spark's rule: one digit more before the point, as rounding may carry. */
  private static DecimalType rounded(DecimalType type, int places) {
    int integral = type.precision() - type.scale() + 1;
    if (places < 0) {
      // Zeros may be made before the point: at least as many digits as are rounded away, and one
      // more.
      return new DecimalType(
          Math.min(DecimalType.MAX_PRECISION, Math.max(integral, -places + 1)), 0);
    }
    int scale = Math.min(type.scale(), places);
    return new DecimalType(Math.min(DecimalType.MAX_PRECISION, integral + scale), scale);
  }

  private static Column roundFloating(Column column, int rows, int places, RoundingMode mode) {
    if (column.type() == AtomicType.FLOAT) {
      FloatColumn in = (FloatColumn) column.flatten();
      float[] made = new float[rows];
      for (int i = 0; i < rows; i++) {
        float value = in.get(i);
        made[i] =
            Float.isNaN(value) || Float.isInfinite(value)
                ? value
                : new BigDecimal(Float.toString(value)).setScale(places, mode).floatValue();
      }
      return new FloatColumn(AtomicType.FLOAT, made, in.validity(), rows);
    }
    DoubleColumn in = (DoubleColumn) column.flatten();
    double[] made = new double[rows];
    for (int i = 0; i < rows; i++) {
      double value = in.get(i);
      made[i] =
          Double.isNaN(value) || Double.isInfinite(value)
              ? value
              : new BigDecimal(Double.toString(value)).setScale(places, mode).doubleValue();
    }
    return new DoubleColumn(AtomicType.DOUBLE, made, in.validity(), rows);
  }

  private static Column roundIntegers(Column column, int rows, int places, RoundingMode mode) {
    if (column.type() == AtomicType.BIGINT) {
      LongColumn in = (LongColumn) column.flatten();
      long[] made = new long[rows];
      for (int i = 0; i < rows; i++) {
        made[i] =
            in.isNull(i)
                ? 0
                : roundInteger(in.get(i), places, mode, Long.MIN_VALUE, Long.MAX_VALUE, i);
      }
      return new LongColumn(in.type(), made, in.validity(), rows);
    }
    IntColumn in = (IntColumn) column.flatten();
    long most =
        in.type() == AtomicType.TINYINT
            ? Byte.MAX_VALUE
            : in.type() == AtomicType.SMALLINT ? Short.MAX_VALUE : Integer.MAX_VALUE;
    int[] made = new int[rows];
    for (int i = 0; i < rows; i++) {
      made[i] = in.isNull(i) ? 0 : (int) roundInteger(in.get(i), places, mode, -most - 1, most, i);
    }
    return new IntColumn(in.type(), made, in.validity(), rows);
  }

  private static long roundInteger(
      long value, int places, RoundingMode mode, long least, long most, int row) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(places, mode);
    if (rounded.compareTo(BigDecimal.valueOf(least)) < 0
        || rounded.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw new EvaluationException(
          "ARITHMETIC_OVERFLOW", "overflow: " + value + " rounded to " + places + " places", row);
    }
    return rounded.longValue();
  }

  private static Expression bindWhole(FunctionCall call, RoundingMode mode) {
    call.requireCount(1, 2);
    String name = mode == RoundingMode.FLOOR ? "floor" : "ceil";
    if (call.count() == 2) {
      int places = places(call, 1, name);
      if (places == Integer.MIN_VALUE) {
        throw call.error(
            "NON_FOLDABLE_ARGUMENT", 1, "the scale of '" + name + "' is NULL", "write a number");
      }
      DecimalType in = decimalOf(call.argument(0).type());
      Expression value =
          in == null
              ? call.coerce(0, decimalOfOther(call.argument(0).type()))
              : call.castImplicitly(call.argument(0), in, 0);
      DecimalType result = rounded((DecimalType) value.type(), places);
      return new ScalarCall(
          name,
          List.of(value, call.argument(1)),
          result,
          value.nullable(),
          true,
          (columns, rows, context) ->
              DecimalMaps.map(columns.get(0), rows, result, v -> v.setScale(places, mode)));
    }
    DataType type = call.argument(0).type();
    if (type instanceof DecimalType decimal) {
      DecimalType result =
          new DecimalType(
              decimal.scale() == 0
                  ? decimal.precision()
                  : Math.min(DecimalType.MAX_PRECISION, decimal.precision() - decimal.scale() + 1),
              0);
      return new ScalarCall(
          call.name(),
          call.arguments(),
          result,
          call.argument(0).nullable(),
          true,
          (columns, rows, context) ->
              DecimalMaps.map(columns.get(0), rows, result, v -> v.setScale(0, mode)));
    }
    boolean integral =
        type == AtomicType.TINYINT
            || type == AtomicType.SMALLINT
            || type == AtomicType.INT
            || type == AtomicType.BIGINT;
    Expression value =
        integral ? call.coerce(0, AtomicType.BIGINT) : call.coerce(0, AtomicType.DOUBLE);
    return new ScalarCall(
        call.name(),
        List.of(value),
        AtomicType.BIGINT,
        value.nullable(),
        false,
        (columns, rows, context) -> integral ? columns.get(0) : whole(columns.get(0), rows, mode));
  }

  private static Column whole(Column column, int rows, RoundingMode mode) {
    DoubleColumn in = (DoubleColumn) column.flatten();
    long[] made = new long[rows];
    for (int i = 0; i < rows; i++) {
      made[i] = (long) (mode == RoundingMode.FLOOR ? Math.floor(in.get(i)) : Math.ceil(in.get(i)));
    }
    return new LongColumn(AtomicType.BIGINT, made, in.validity(), rows);
  }

  /** What Spark makes of floats, and of texts and NULL, where a decimal is wanted. */
  private static DecimalType decimalOfOther(DataType type) {
    return type == AtomicType.DOUBLE
        ? new DecimalType(30, 15)
        : type == AtomicType.FLOAT ? new DecimalType(14, 7) : new DecimalType(38, 18);
  }

  /** The decimal type that holds every value of an integer or decimal type, or null for others. */
  private static @Nullable DecimalType decimalOf(DataType type) {
    if (type instanceof DecimalType decimal) {
      return decimal;
    }
    if (type == AtomicType.TINYINT) {
      return new DecimalType(3, 0);
    } else if (type == AtomicType.SMALLINT) {
      return new DecimalType(5, 0);
    } else if (type == AtomicType.INT) {
      return new DecimalType(10, 0);
    } else if (type == AtomicType.BIGINT) {
      return new DecimalType(20, 0);
    }
    return null;
  }
}
