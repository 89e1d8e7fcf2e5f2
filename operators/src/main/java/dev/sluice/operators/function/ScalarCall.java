package dev.sluice.operators.function;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Room;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A call whose work is a kernel over argument columns. When all arguments are constant, the kernel
 * sees one row and the result is constant. Nulls are the kernel's business.
 */
public final class ScalarCall implements Expression {
  private final String name;
  private final List<Expression> arguments;
  private final DataType type;
  private final boolean nullable;
  private final boolean mayFail;
  private final Kernel kernel;
  private final Object settings;

  /** Arguments to result; columns come in any shape, the result has {@code rows} rows. */
  @FunctionalInterface
  public interface Kernel {
    Column apply(List<Column> arguments, int rows, EvaluationContext context);
  }

  /**
   * @param name as shown, before the parenthesis
   * @param mayFail whether the kernel itself may throw for some values
   */
  public ScalarCall(
      String name,
      List<Expression> arguments,
      DataType type,
      boolean nullable,
      boolean mayFail,
      Kernel kernel) {
    this(name, arguments, type, nullable, mayFail, kernel, "");
  }

  private ScalarCall(
      String name,
      List<Expression> arguments,
      DataType type,
      boolean nullable,
      boolean mayFail,
      Kernel kernel,
      Object settings) {
    this.name = name;
    this.arguments = List.copyOf(arguments);
    this.type = type;
    this.nullable = nullable;
    this.mayFail = mayFail;
    this.kernel = kernel;
    this.settings = settings;
  }

  /** The same call; {@code settings} is what its kernel goes by besides the arguments. */
  public ScalarCall under(Object settings) {
    return new ScalarCall(name, arguments, type, nullable, mayFail, kernel, settings);
  }

  /** What the kernel goes by besides the arguments: two calls with other settings differ. */
  public Object settings() {
    return settings;
  }

  /** As shown, before the parenthesis. */
  public String name() {
    return name;
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
    return arguments;
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    List<Column> columns = new ArrayList<>(arguments.size());
    boolean constant = !arguments.isEmpty();
    for (Expression argument : arguments) {
      Column column = argument.evaluate(input, context);
      constant &= column instanceof ConstantColumn;
      columns.add(column);
    }
    if (!constant || input.rows() == 0) {
      return apply(columns, input.rows(), context);
    }
    List<Column> ones = new ArrayList<>(columns.size());
    for (Column column : columns) {
      ones.add(((ConstantColumn) column).one());
    }
    return new ConstantColumn(apply(ones, 1, context).flatten(), input.rows());
  }

  private Column apply(List<Column> columns, int rows, EvaluationContext context) {
    try {
      return kernel.apply(columns, rows, context);
    } catch (Room.Exceeded e) {
      throw Refusals.tooLarge(name);
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw Refusals.of(name, e);
    }
  }

  @Override
  public boolean mayFail() {
    return mayFail || Expression.super.mayFail();
  }

  @Override
  public String sql() {
    return arguments.stream()
        .map(Expression::sql)
        .collect(Collectors.joining(", ", name + "(", ")"));
  }
}
