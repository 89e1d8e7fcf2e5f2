package dev.sluice.operators.function.sketch;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** About the most frequent values, exactly as long as few enough are different. */
public final class TopFunctions implements FunctionFamily {
  private static final int DEFAULT_K = 5;
  private static final int DEFAULT_TRACKED = 10_000;
  static final int MOST_TRACKED = 1_000_000;
  private static final String EXAMPLE_ROWS =
      " FROM VALUES ('a'), ('b'), ('c'), ('c'), ('c'), ('b') AS tab(expr)";

  @Override
  public List<String> names() {
    return List.of(
        "approx_top_k", "approx_top_k_accumulate", "approx_top_k_combine", "approx_top_k_estimate");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "approx_top_k" ->
          aggregate(
              name,
              "approx_top_k(expr[, k[, maxItemsTracked]])",
              "The k values that come most often, 5 if not said, with about how often they come.",
              example("approx_top_k(expr, 2)" + EXAMPLE_ROWS, "[{c, 3}, {b, 2}]"),
              TopFunctions::top);
      case "approx_top_k_accumulate" ->
          aggregate(
              name,
              "approx_top_k_accumulate(expr[, maxItemsTracked])",
              "A sketch of the values, which approx_top_k_estimate reads.",
              example(
                  "approx_top_k_estimate(approx_top_k_accumulate(expr), 1)" + EXAMPLE_ROWS,
                  "[{c, 3}]"),
              TopFunctions::accumulate);
      case "approx_top_k_combine" ->
          aggregate(
              name,
              "approx_top_k_combine(state[, maxItemsTracked])",
              "The sketches of approx_top_k_accumulate put together.",
              example(
                  "approx_top_k_estimate(approx_top_k_combine(s, 100), 1) FROM (SELECT"
                      + " approx_top_k_accumulate(expr) AS s"
                      + EXAMPLE_ROWS
                      + ")",
                  "[{c, 3}]"),
              TopFunctions::combine);
      case "approx_top_k_estimate" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  "approx_top_k_estimate(state[, k])",
                  "The k most frequent values of a sketch, with about how often they came.",
                  example(
                      "approx_top_k_estimate(CAST(NULL AS"
                          + " STRUCT<sketch: BINARY, maxItemsTracked: INT, itemDataType: INT,"
                          + " itemDataTypeDDL: STRING>))",
                      "NULL")),
              TopFunctions::estimate);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedAggregate aggregate(
      String name,
      String usage,
      String description,
      FunctionDoc.Example example,
      NamedAggregate.Binder binder) {
    return NamedAggregate.of(
        name, FunctionDoc.of("agg_funcs", usage, description, example), binder);
  }

  private static int positive(FunctionCall call, int argument, int missing, String what) {
    if (call.count() <= argument) {
      return missing;
    }
    call.coerce(argument, AtomicType.INT);
    @Nullable Object value = call.constant(argument);
    if (!(value instanceof Number number)) {
      throw call.error("APPROX_TOP_K_NULL_ARG", argument, what + " cannot be NULL", null);
    }
    if (number.longValue() <= 0) {
      throw call.error(
          "APPROX_TOP_K_NON_POSITIVE_ARG",
          argument,
          what + " must be above 0, not " + number,
          null);
    }
    return number.intValue();
  }

  private static int tracked(FunctionCall call, int argument, int k) {
    int tracked = positive(call, argument, DEFAULT_TRACKED, "the number of items tracked");
    if (tracked > MOST_TRACKED) {
      throw call.error(
          "APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT",
          argument,
          "at most " + MOST_TRACKED + " items are tracked, not " + tracked,
          null);
    }
    if (tracked < k) {
      throw call.error(
          "APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K",
          argument,
          "no " + k + " items can be told from " + tracked + " tracked",
          null);
    }
    return tracked;
  }

  private static Expression item(FunctionCall call) {
    Expression item = call.argument(0);
    boolean known =
        switch (item.type().physical()) {
          case ARRAY, MAP, STRUCT, INTERVAL, NULL -> false;
          default ->
              item.type() != AtomicType.BINARY
                  && !(item.type() instanceof DayTimeIntervalType)
                  && !(item.type() instanceof YearMonthIntervalType);
        };
    if (!known) {
      throw call.error(
          "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT",
          0,
          "'" + call.name() + "' cannot count values of the type " + item.type().sql(),
          "count their text");
    }
    return item;
  }

  private static DataType listOf(DataType item) {
    return new ArrayType(
        new StructType(
            List.of(new Field("item", item, true), new Field("count", AtomicType.BIGINT, false))),
        false);
  }

  private static StructType stateOf(DataType item) {
    return new StructType(
        List.of(
            new Field("sketch", AtomicType.BINARY, false),
            new Field("maxItemsTracked", AtomicType.INT, false),
            new Field("itemDataType", item, true),
            new Field("itemDataTypeDDL", AtomicType.STRING, false)));
  }

  private static Aggregation top(FunctionCall call) {
    call.requireCount(1, 3);
    Expression item = item(call);
    int k = positive(call, 1, DEFAULT_K, "k");
    int tracked = tracked(call, 2, k);
    return new SketchAggregation<>(
        call.name(),
        List.of(item),
        List.of(item.sql(), String.valueOf(k), String.valueOf(tracked)),
        listOf(item.type()),
        false,
        () -> new FrequentItems(tracked),
        (sketch, out) -> append(sketch == null ? null : sketch.settled(), k, (ArrayBuilder) out));
  }

  private static void append(@Nullable FrequentItems sketch, int k, ArrayBuilder out) {
    if (sketch != null) {
      for (FrequentItems.Row row : sketch.top(k)) {
        out.elements().appendValue(Arrays.asList(row.item(), row.count()));
      }
    }
    out.endArray();
  }

  private static Aggregation accumulate(FunctionCall call) {
    call.requireCount(1, 2);
    Expression item = item(call);
    int tracked = tracked(call, 1, 1);
    return states(call, item, item.type(), tracked, () -> new FrequentItems(tracked));
  }

  private static Aggregation states(
      FunctionCall call,
      Expression argument,
      DataType item,
      int tracked,
      Supplier<FrequentItems> maker) {
    return new SketchAggregation<>(
        call.name(),
        List.of(argument),
        List.of(argument.sql(), String.valueOf(tracked)),
        stateOf(item),
        false,
        maker,
        (sketch, out) -> appendState(sketch, tracked, item, out));
  }

  private static void appendState(
      @Nullable FrequentItems sketch, int tracked, DataType item, ColumnBuilder out) {
    List<@Nullable Object> state = new ArrayList<>();
    state.add((sketch == null ? new FrequentItems(tracked) : sketch).settled().write());
    state.add(tracked);
    state.add(null);
    state.add("item " + item.sql() + " NOT NULL");
    out.appendValue(state);
  }

  /** The item type of an argument that is a state. */
  private static DataType itemOfState(FunctionCall call) {
    if (call.argument(0).type() instanceof StructType struct
        && struct.size() == 4
        && struct.field(0).type() == AtomicType.BINARY
        && struct.field(1).type() == AtomicType.INT) {
      return struct.field(2).type();
    }
    throw SketchArguments.unexpected(call, 0, "a state of approx_top_k_accumulate");
  }

  private static Aggregation combine(FunctionCall call) {
    call.requireCount(1, 2);
    DataType item = itemOfState(call);
    int tracked = tracked(call, 1, 1);
    return states(call, call.argument(0), item, tracked, () -> new FrequentItems(tracked, true));
  }

  private static Expression estimate(FunctionCall call) {
    call.requireCount(1, 2);
    DataType item = itemOfState(call);
    int k = positive(call, 1, DEFAULT_K, "k");
    return new ScalarCall(
        call.name(),
        call.arguments(),
        listOf(item),
        true,
        true,
        (columns, rows, context) -> estimates(columns.get(0).flatten(), rows, item, k));
  }

  private static Column estimates(FlatColumn states, int rows, DataType item, int k) {
    ArrayBuilder out = (ArrayBuilder) ColumnBuilder.of(listOf(item), rows);
    for (int i = 0; i < rows; i++) {
      if (states.isNull(i)) {
        out.appendNull();
        continue;
      }
      append(read(Objects.requireNonNull((List<?>) states.value(i)), i), k, out);
    }
    return out.build();
  }

  private static FrequentItems read(List<?> state, int row) {
    try {
      return FrequentItems.read((byte[]) state.get(0));
    } catch (UncheckedIOException e) {
      throw new EvaluationException(
          "APPROX_TOP_K_SKETCH_STATE_INVALID", "the state holds no sketch of frequent items", row);
    }
  }
}
