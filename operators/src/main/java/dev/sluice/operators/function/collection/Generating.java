package dev.sluice.operators.function.collection;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Room;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Generator;
import dev.sluice.operators.function.Refusals;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A generator whose work is a kernel over argument columns. */
public record Generating(
    String name, List<Expression> arguments, List<Field> output, boolean outer, Kernel kernel)
    implements Generator {
  /** Argument columns to generated rows. */
  @FunctionalInterface
  public interface Kernel {
    Generated apply(List<Column> arguments, int rows);
  }

  @Override
  public Generated generate(Batch input, EvaluationContext context) {
    List<Column> columns = new ArrayList<>(arguments.size());
    for (Expression argument : arguments) {
      columns.add(argument.evaluate(input, context));
    }
    try {
      return kernel.apply(columns, input.rows());
    } catch (Room.Exceeded e) {
      throw Refusals.tooLarge(name);
    } catch (OutOfMemoryError e) {
      throw Refusals.of(name, e);
    }
  }

  @Override
  public String sql() {
    return arguments.stream()
        .map(Expression::sql)
        .collect(Collectors.joining(", ", name + "(", ")"));
  }
}
