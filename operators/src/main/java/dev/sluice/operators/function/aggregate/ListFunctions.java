package dev.sluice.operators.function.aggregate;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Texts of a group written one after the other. */
public final class ListFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("listagg", "string_agg");
  }

  @Override
  public Function function(String name) {
    return NamedAggregate.of(
            "listagg",
            FunctionDoc.of(
                "agg_funcs",
                "listagg(expr[, delimiter]) [WITHIN GROUP (ORDER BY key, ...)]",
                "The values that are not null, one after the other with the delimiter between;"
                    + " null if there is none.",
                example("listagg(col, ', ') FROM VALUES ('a'), ('b'), (NULL) AS tab(col)", "a, b"),
                example(
                    "listagg(col) WITHIN GROUP (ORDER BY col DESC) FROM VALUES ('a'), ('b') AS"
                        + " tab(col)",
                    "ba")),
            ListFunctions::bind)
        .withAliases("string_agg");
  }

  private static Aggregation bind(FunctionCall call) {
    call.requireCount(1, 2);
    DataType given = call.argument(0).type();
    boolean kept = given == AtomicType.BINARY || given instanceof CollatedType;
    DataType type = kept ? given : AtomicType.STRING;
    Expression value = call.coerce(0, type);
    byte[] delimiter = delimiter(call, type);
    List<FunctionCall.OrderKey> order = call.withinGroupKeys();
    if (call.distinct() && !order.isEmpty()) {
      requireSame(call, order);
    }
    List<Expression> arguments = new ArrayList<>();
    List<DataType> state = new ArrayList<>();
    arguments.add(value);
    order.forEach(key -> arguments.add(key.expression()));
    arguments.forEach(argument -> state.add(new ArrayType(argument.type(), true)));
    return BoundAggregation.of(
            call.name(), arguments, type, state, () -> new ListAccumulator(type, delimiter, order))
        .inOrder()
        .shownAs(shown(call, value, order));
  }

  private static byte[] delimiter(FunctionCall call, DataType type) {
    if (call.count() == 1 || call.argument(1).type() == AtomicType.NULL) {
      return new byte[0];
    }
    DataType given = call.argument(1).type();
    if (!given.equals(type) && !(CollatedType.isText(given) && CollatedType.isText(type))) {
      throw call.error(
          "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
          1,
          "the delimiter of '"
              + call.name()
              + "' is "
              + call.argument(1).type().sql()
              + ", the values are "
              + type.sql(),
          null);
    }
    Object value = call.constant(1);
    return value instanceof byte[] bytes
        ? bytes
        : value == null ? new byte[0] : value.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Different values have one place each only if it is they that are sorted. */
  private static void requireSame(FunctionCall call, List<FunctionCall.OrderKey> order) {
    String value = call.argument(0).sql();
    if (order.size() > 1 || !order.get(0).expression().sql().equals(value)) {
      throw call.error(
          "INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT",
          -1,
          "with DISTINCT '" + call.name() + "' can be sorted by its own values only",
          "write WITHIN GROUP (ORDER BY " + value + ")");
    }
  }

  private static String shown(
      FunctionCall call, Expression value, List<FunctionCall.OrderKey> order) {
    String text =
        call.name().toLowerCase(Locale.ROOT)
            + "("
            + value.sql()
            + ", "
            + (call.count() == 1 ? "NULL" : call.argument(1).sql())
            + ")";
    return order.isEmpty()
        ? text
        : text
            + order.stream()
                .map(FunctionCall.OrderKey::sql)
                .collect(Collectors.joining(", ", " WITHIN GROUP (ORDER BY ", ")"));
  }
}
