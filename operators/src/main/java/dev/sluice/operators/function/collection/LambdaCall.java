package dev.sluice.operators.function.collection;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Room;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Refusals;
import java.util.ArrayList;
import java.util.List;

/**
 * A call with lambdas. Its children are the arguments and the bodies, whose parameters are columns
 * past those of the input.
 */
final class LambdaCall implements Expression {
  private final String name;
  private final List<Expression> arguments;
  private final List<LambdaBody> lambdas;
  private final DataType type;
  private final boolean nullable;
  private final Kernel kernel;

  /** Evaluated arguments and the input to a result. */
  @FunctionalInterface
  interface Kernel {
    Column apply(List<Column> arguments, Batch input, EvaluationContext context);
  }

  LambdaCall(
      String name,
      List<Expression> arguments,
      List<LambdaBody> lambdas,
      DataType type,
      boolean nullable,
      Kernel kernel) {
    this.name = name;
    this.arguments = List.copyOf(arguments);
    this.lambdas = List.copyOf(lambdas);
    this.type = type;
    this.nullable = nullable;
    this.kernel = kernel;
  }

  @Override
  public DataType type() {
    return type;
  }

  @Override
  public boolean nullable() {
    return nullable;
  }

  @Override
  public List<Expression> children() {
    List<Expression> all = new ArrayList<>(arguments);
    lambdas.forEach(lambda -> all.add(lambda.body()));
    return all;
  }

  @Override
  public boolean mayFail() {
    // transform_keys and sequence-like bodies can break what they build, whatever their children
    // do.
    return true;
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    List<Column> columns = new ArrayList<>(arguments.size());
    for (Expression argument : arguments) {
      columns.add(argument.evaluate(input, context));
    }
    try {
      return kernel.apply(columns, input, context);
    } catch (Room.Exceeded e) {
      throw Refusals.tooLarge(name);
    } catch (OutOfMemoryError e) {
      throw Refusals.of(name, e);
    }
  }

  @Override
  public String sql() {
    StringBuilder text = new StringBuilder(name).append("(");
    String separator = "";
    for (Expression argument : arguments) {
      text.append(separator).append(argument.sql());
      separator = ", ";
    }
    for (LambdaBody lambda : lambdas) {
      text.append(separator).append(lambda.sql());
      separator = ", ";
    }
    return text.append(")").toString();
  }
}
