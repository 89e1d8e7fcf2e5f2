package dev.sluice.operators.function.aggregate;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import java.util.List;

/** Values of a group gathered into arrays. */
public final class CollectFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("collect_list", "array_agg", "collect_set");
  }

  @Override
  public Function function(String name) {
    if (name.equals("collect_set")) {
      return declare(
          name,
          "The different values that are not null, in the order that Spark's hash set gives them.",
          example("collect_set(col) FROM VALUES (1), (2), (1) AS tab(col)", "[1, 2]"),
          true);
    }
    return declare(
            "collect_list",
            "All values that are not null, in the order of the input.",
            example("collect_list(col) FROM VALUES (1), (2), (1) AS tab(col)", "[1, 2, 1]"),
            false)
        .withAliases("array_agg");
  }

  private static NamedAggregate declare(
      String name, String description, FunctionDoc.Example example, boolean distinct) {
    return NamedAggregate.of(
        name,
        FunctionDoc.of("agg_funcs", name + "(expr)", description, example),
        call -> {
          call.requireCount(1, 1);
          Expression value = call.argument(0);
          DataType element = value.type();
          if (distinct && holdsMap(element)) {
            throw call.error(
                "DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE",
                0,
                "'collect_set' cannot compare maps, and its argument is of the type "
                    + element.sql(),
                "collect map_entries of it");
          }
          DataType array = new ArrayType(element, false);
          return BoundAggregation.of(
                  name,
                  List.of(value),
                  array,
                  List.of(array),
                  () -> new CollectAccumulator(element, distinct))
              .notNull()
              .inOrder();
        });
  }

  private static boolean holdsMap(DataType type) {
    return type instanceof MapType
        || (type instanceof ArrayType array && holdsMap(array.element()))
        || (type instanceof StructType struct
            && struct.fields().stream().anyMatch(field -> holdsMap(field.type())));
  }
}
