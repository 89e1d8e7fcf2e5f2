package dev.sluice.operators.function.misc;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Room;
import dev.sluice.operators.expression.Draws;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Refusals;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * A call that gives each row something else: what it draws depends on the seed, the batch and how
 * many rows of the same split came before, so that a batch that is replayed draws the same again.
 *
 * @param <G> what it draws from
 */
final class Drawn<G> implements Expression {
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final String name;
  private final List<Expression> shown;
  private final List<Expression> arguments;
  private final DataType type;
  private final boolean nullable;
  private final Seed seed;
  private final LongFunction<G> generators;
  private final Kernel<G> kernel;

  /**
   * Where the numbers start.
   *
   * @param value the seed, or a number of the call if it has none
   * @param given whether the query says it
   */
  record Seed(long value, boolean given) {
    /**
     * With a seed, the first batch of a query draws what Spark draws; those after it go on
     * differently, and so does each partition.
     */
    long of(long salt, long epoch, int partition) {
      long start = given ? value : spread(spread(value) ^ salt);
      return (epoch == 0 ? start : spread(start ^ epoch * SPREAD)) + partition;
    }

    private static long spread(long number) {
      long x = number + SPREAD;
      x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
      x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
      return x ^ x >>> 31;
    }
  }

  /** Draws for each row; the columns are those of the arguments. */
  @FunctionalInterface
  interface Kernel<G> {
    Column draw(List<Column> arguments, int rows, G generator);
  }

  /**
   * @param shown all arguments as written
   * @param arguments those that have a value for each row
   */
  Drawn(
      String name,
      List<Expression> shown,
      List<Expression> arguments,
      DataType type,
      boolean nullable,
      Seed seed,
      LongFunction<G> generators,
      Kernel<G> kernel) {
    this.name = name;
    this.shown = List.copyOf(shown);
    this.arguments = List.copyOf(arguments);
    this.type = type;
    this.nullable = nullable;
    this.seed = seed;
    this.generators = generators;
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
    return arguments;
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    List<Column> columns = new ArrayList<>(arguments.size());
    for (Expression argument : arguments) {
      columns.add(argument.evaluate(input, context));
    }
    try {
      return kernel.draw(columns, input.rows(), generator(context));
    } catch (Room.Exceeded e) {
      throw Refusals.tooLarge(name);
    }
  }

  // Only this expression puts something there.
  @SuppressWarnings("unchecked")
  private G generator(EvaluationContext context) {
    Draws draws = context.draws();
    if (draws == null) {
      return generators.apply(seed.of(0, context.epochId(), context.partition()));
    }
    return (G) draws.of(this, () -> generators.apply(start(context, draws)));
  }

  private long start(EvaluationContext context, Draws draws) {
    return seed.of(draws.salt(), context.epochId(), draws.partition());
  }

  @Override
  public boolean deterministic() {
    return false;
  }

  @Override
  public boolean foldable() {
    return false;
  }

  @Override
  public String sql() {
    return shown.stream().map(Expression::sql).collect(Collectors.joining(", ", name + "(", ")"));
  }
}
