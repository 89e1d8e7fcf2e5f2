package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Accumulator;
import dev.sluice.operators.function.Aggregation;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A bound call as plain data. */
record BoundAggregation(
    String sql,
    List<Expression> arguments,
    DataType type,
    boolean nullable,
    List<DataType> stateTypes,
    boolean ordered,
    Supplier<Accumulator> maker)
    implements Aggregation {

  /**
   * A nullable result that does not depend on the order of rows, shown as {@code name(arguments)}.
   */
  static BoundAggregation of(
      String name,
      List<Expression> arguments,
      DataType type,
      List<DataType> stateTypes,
      Supplier<Accumulator> maker) {
    return new BoundAggregation(
        text(name, arguments), arguments, type, true, stateTypes, false, maker);
  }

  static String text(String name, List<Expression> arguments) {
    return arguments.stream()
        .map(Expression::sql)
        .collect(Collectors.joining(", ", name + "(", ")"));
  }

  BoundAggregation notNull() {
    return new BoundAggregation(sql, arguments, type, false, stateTypes, ordered, maker);
  }

  BoundAggregation inOrder() {
    return new BoundAggregation(sql, arguments, type, nullable, stateTypes, true, maker);
  }

  BoundAggregation shownAs(String text) {
    return new BoundAggregation(text, arguments, type, nullable, stateTypes, ordered, maker);
  }

  @Override
  public Accumulator accumulator() {
    return maker.get();
  }
}
