package dev.sluice.operators.function.math;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.math.BigDecimal;
import java.util.List;

/** {@code abs} of every number and interval; the smallest integer of a type has none. */
public final class SignFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("abs");
  }

  @Override
  public Function function(String name) {
    return NamedFunction.of(
        "abs",
        FunctionDoc.of(
            "math_funcs",
            "abs(expr)",
            "The number or interval without its sign.",
            example("abs(-1)", "1"),
            example("abs(-2.50)", "2.50")),
        SignFunctions::bind);
  }

  private static Expression bind(FunctionCall call) {
    call.requireCount(1, 1);
    DataType given = call.argument(0).type();
    Expression value =
        given instanceof DayTimeIntervalType
                || given instanceof YearMonthIntervalType
                || given instanceof DecimalType
            ? call.argument(0)
            : call.coerce(
                0,
                AtomicType.DOUBLE,
                AtomicType.TINYINT,
                AtomicType.SMALLINT,
                AtomicType.INT,
                AtomicType.BIGINT,
                AtomicType.FLOAT);
    boolean fraction = value.type() == AtomicType.DOUBLE || value.type() == AtomicType.FLOAT;
    return new ScalarCall(
        "abs",
        List.of(value),
        value.type(),
        value.nullable(),
        !fraction && !(value.type() instanceof DecimalType),
        (columns, rows, context) -> abs(columns.get(0).flatten(), rows));
  }

  private static Column abs(FlatColumn column, int rows) {
    if (column instanceof IntColumn in) {
      return absInts(in, rows);
    } else if (column instanceof LongColumn in) {
      return absLongs(in, rows);
    } else if (column instanceof FloatColumn in) {
      float[] made = new float[rows];
      for (int i = 0; i < rows; i++) {
        made[i] = Math.abs(in.get(i));
      }
      return new FloatColumn(in.type(), made, in.validity(), rows);
    } else if (column instanceof DoubleColumn in) {
      double[] made = new double[rows];
      for (int i = 0; i < rows; i++) {
        made[i] = Math.abs(in.get(i));
      }
      return new DoubleColumn(in.type(), made, in.validity(), rows);
    }
    return DecimalMaps.map(column, rows, (DecimalType) column.type(), BigDecimal::abs);
  }

  private static Column absInts(IntColumn in, int rows) {
    int least =
        in.type() == AtomicType.TINYINT
            ? Byte.MIN_VALUE
            : in.type() == AtomicType.SMALLINT ? Short.MIN_VALUE : Integer.MIN_VALUE;
    int[] made = new int[rows];
    for (int i = 0; i < rows; i++) {
      made[i] = Math.abs(in.get(i));
      if (in.get(i) == least && !in.isNull(i)) {
        throw overflow(in.type(), i);
      }
    }
    return new IntColumn(in.type(), made, in.validity(), rows);
  }

  private static Column absLongs(LongColumn in, int rows) {
    long[] made = new long[rows];
    for (int i = 0; i < rows; i++) {
      made[i] = Math.abs(in.get(i));
      if (in.get(i) == Long.MIN_VALUE && !in.isNull(i)) {
        throw overflow(in.type(), i);
      }
    }
    return new LongColumn(in.type(), made, in.validity(), rows);
  }

  private static EvaluationException overflow(DataType type, int row) {
    return new EvaluationException(
        "ARITHMETIC_OVERFLOW",
        "overflow: the smallest " + type.sql() + " has no absolute value",
        row);
  }
}
