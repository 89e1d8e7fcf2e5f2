package dev.sluice.operators.function.aggregate;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import java.util.List;
import java.util.Locale;

/** Folding with AND, OR and XOR: of booleans, and of the bits of integers. */
public final class BitFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("bool_and", "every", "bool_or", "any", "some", "bit_and", "bit_or", "bit_xor");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "bool_and", "every" ->
          truth(
                  "bool_and",
                  "True if all values are; nulls do not count.",
                  example("bool_and(col) FROM VALUES (true), (false), (true) AS tab(col)", "false"),
                  BitAccumulator.Operation.AND)
              .withAliases("every");
      case "bool_or", "any", "some" ->
          truth(
                  "bool_or",
                  "True if some value is; nulls do not count.",
                  example("bool_or(col) FROM VALUES (true), (false), (NULL) AS tab(col)", "true"),
                  BitAccumulator.Operation.OR)
              .withAliases("any", "some");
      case "bit_and" ->
          bits(
              name,
              "AND",
              example("bit_and(col) FROM VALUES (3), (5) AS tab(col)", "1"),
              BitAccumulator.Operation.AND);
      case "bit_or" ->
          bits(
              name,
              "OR",
              example("bit_or(col) FROM VALUES (3), (5) AS tab(col)", "7"),
              BitAccumulator.Operation.OR);
      case "bit_xor" ->
          bits(
              name,
              "XOR",
              example("bit_xor(col) FROM VALUES (3), (5) AS tab(col)", "6"),
              BitAccumulator.Operation.XOR);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedAggregate truth(
      String name,
      String description,
      FunctionDoc.Example example,
      BitAccumulator.Operation operation) {
    return NamedAggregate.of(
        name,
        FunctionDoc.of("agg_funcs", name + "(expr)", description, example),
        call -> {
          call.requireCount(1, 1);
          Expression value = call.coerce(0, AtomicType.BOOLEAN);
          return BoundAggregation.of(
              call.name().toLowerCase(Locale.ROOT),
              List.of(value),
              AtomicType.BOOLEAN,
              List.of(AtomicType.BOOLEAN),
              () -> new BitAccumulator(AtomicType.BOOLEAN, operation));
        });
  }

  private static NamedAggregate bits(
      String name, String word, FunctionDoc.Example example, BitAccumulator.Operation operation) {
    return NamedAggregate.of(
        name,
        FunctionDoc.of(
            "agg_funcs",
            name + "(expr)",
            "The bitwise " + word + " of all values that are not null.",
            example),
        call -> {
          call.requireCount(1, 1);
          Expression value =
              call.exactly(
                  0, AtomicType.BIGINT, AtomicType.INT, AtomicType.SMALLINT, AtomicType.TINYINT);
          DataType type = value.type();
          return BoundAggregation.of(
              name, List.of(value), type, List.of(type), () -> new BitAccumulator(type, operation));
        });
  }
}
