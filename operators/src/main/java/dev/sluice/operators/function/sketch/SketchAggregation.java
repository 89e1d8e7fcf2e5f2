package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Accumulator;
import dev.sluice.operators.function.Aggregation;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A bound call that keeps a sketch.
 *
 * @param shown all arguments as written, also those that are constants of the sketch
 */
public record SketchAggregation<S extends Sketch>(
    String name,
    List<Expression> arguments,
    List<String> shown,
    DataType type,
    boolean nullable,
    Supplier<S> maker,
    SketchAccumulator.Result<S> result)
    implements Aggregation {
  @Override
  public List<DataType> stateTypes() {
    return SketchAccumulator.STATE;
  }

  @Override
  public Accumulator accumulator() {
    return new SketchAccumulator<>(maker, type, result);
  }

  @Override
  public boolean ordered() {
    return true;
  }

  @Override
  public String sql() {
    return shown.stream().collect(Collectors.joining(", ", name + "(", ")"));
  }
}
