package dev.sluice.operators.function.sketch;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Distributions of values in little space. */
public final class SummaryFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("histogram_numeric", "count_min_sketch");
  }

  @Override
  public Function function(String name) {
    return name.equals("histogram_numeric")
        ? NamedAggregate.of(
            name,
            FunctionDoc.of(
                "agg_funcs",
                "histogram_numeric(expr, bars)",
                "A histogram of at most so many bars, each with its place x and its height y.",
                example(
                    "histogram_numeric(col, 5) FROM VALUES (0), (1), (2), (10) AS tab(col)",
                    "[{0, 1.0}, {1, 1.0}, {2, 1.0}, {10, 1.0}]")),
            SummaryFunctions::histogram)
        : NamedAggregate.of(
            name,
            FunctionDoc.of(
                "agg_funcs",
                "count_min_sketch(expr, eps, confidence, seed)",
                "A count-min sketch of the values in Spark's format: about how often each came.",
                example(
                    "hex(count_min_sketch(col, 0.5d, 0.5d, 1)) FROM VALUES (1), (2), (1) AS"
                        + " tab(col)",
                    "0000000100000000000000030000000100000004000000005D8D6AB9"
                        + "0000000000000000000000000000000200000000000000010000000000000000")),
            SummaryFunctions::countMin);
  }

  private static Aggregation histogram(FunctionCall call) {
    call.requireCount(2, 2);
    DataType given = call.argument(0).type();
    boolean asIs =
        given == AtomicType.DATE
            || given == AtomicType.TIMESTAMP
            || given == AtomicType.TIMESTAMP_NTZ
            || given instanceof YearMonthIntervalType
            || given instanceof DayTimeIntervalType;
    Expression value =
        asIs
            ? call.argument(0)
            : call.coerce(
                0,
                AtomicType.DOUBLE,
                AtomicType.TINYINT,
                AtomicType.SMALLINT,
                AtomicType.INT,
                AtomicType.BIGINT,
                AtomicType.FLOAT,
                DecimalType.DEFAULT);
    call.coerce(1, AtomicType.INT);
    Object bars = call.constant(1);
    if (!(bars instanceof Number number)) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_NULL", 1, "the number of bars cannot be NULL", null);
    }
    if (number.intValue() < 2) {
      throw call.error(
          "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
          1,
          "a histogram has at least 2 bars, not " + number,
          null);
    }
    DataType type = value.type();
    StructType bar =
        new StructType(
            List.of(new Field("x", type, true), new Field("y", AtomicType.DOUBLE, true)));
    Histogram.ToDouble number0 = toDouble(type);
    return new SketchAggregation<>(
        call.name(),
        List.of(value),
        List.of(value.sql(), call.argument(1).sql()),
        new ArrayType(bar, true),
        true,
        () -> new Histogram(number.intValue(), number0),
        (histogram, out) -> append(histogram, type, (ArrayBuilder) out));
  }

  private static Histogram.ToDouble toDouble(DataType type) {
    if (!(type instanceof DecimalType decimal)) {
      return SketchArguments::real;
    }
    return (column, row) ->
        column instanceof Decimal128Column wide
            ? new BigDecimal(wide.unscaled(row), decimal.scale()).doubleValue()
            : BigDecimal.valueOf(SketchArguments.whole(column, row), decimal.scale()).doubleValue();
  }

  private static void append(@Nullable Histogram histogram, DataType type, ArrayBuilder out) {
    if (histogram == null) {
      out.appendNull();
      return;
    }
    for (int i = 0; i < histogram.bars(); i++) {
      List<Object> bar = new ArrayList<>();
      bar.add(place(histogram.place(i), type));
      bar.add(histogram.height(i));
      out.elements().appendValue(bar);
    }
    out.endArray();
  }

  private static Object place(double place, DataType type) {
    if (type instanceof DecimalType decimal) {
      return BigDecimal.valueOf(place).setScale(decimal.scale(), RoundingMode.HALF_EVEN);
    }
    return switch (type.physical()) {
      case INT -> {
        int whole = (int) place;
        yield type == AtomicType.TINYINT
            ? (int) (byte) whole
            : type == AtomicType.SMALLINT ? (int) (short) whole : whole;
      }
      case LONG -> (long) place;
      case FLOAT -> (float) place;
      default -> place;
    };
  }

  private static Aggregation countMin(FunctionCall call) {
    call.requireCount(4, 4);
    DataType type = call.argument(0).type();
    boolean counted =
        switch (type.physical()) {
          case BYTES -> true;
          case INT ->
              type == AtomicType.INT || type == AtomicType.TINYINT || type == AtomicType.SMALLINT;
          case LONG -> type == AtomicType.BIGINT;
          default -> false;
        };
    if (!counted) {
      throw SketchArguments.unexpected(call, 0, "an integer, STRING or BINARY");
    }
    double error = fraction(call, 1, Double.MAX_VALUE, "the error");
    double confidence = fraction(call, 2, 1.0, "the confidence");
    if (call.argument(3).type() != AtomicType.INT) {
      throw SketchArguments.unexpected(call, 3, "INT");
    }
    int seed = SketchArguments.constantInt(call, 3, 0);
    List<String> shown = call.arguments().stream().map(Expression::sql).toList();
    return new SketchAggregation<>(
        call.name(),
        List.of(call.argument(0)),
        shown,
        AtomicType.BINARY,
        false,
        () -> new CountMin(error, confidence, seed),
        (sketch, out) -> append(sketch, new CountMin(error, confidence, seed), out));
  }

  private static void append(@Nullable CountMin sketch, CountMin empty, ColumnBuilder out) {
    ((BytesBuilder) out).append((sketch == null ? empty : sketch).write());
  }

  private static double fraction(FunctionCall call, int argument, double below, String what) {
    if (call.argument(argument).type() != AtomicType.DOUBLE) {
      throw SketchArguments.unexpected(call, argument, "DOUBLE");
    }
    if (!(call.constant(argument) instanceof Double value)) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_NULL", argument, what + " cannot be NULL", null);
    }
    if (!(value > 0.0 && value < below)) {
      throw call.error(
          "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
          argument,
          what + " must be above 0" + (below == 1.0 ? " and below 1" : ""),
          null);
    }
    return value;
  }
}
