package dev.sluice.operators.properties;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Refusals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every expression: a row's value depends on the row alone, whatever shape and size
 * of batch it comes in.
 */
final class ScalarProperties {
  // A value that would take its time to be compared.
  private static final Object LARGE = new Object();

  private final String sql;
  private final Expression expression;
  private final Batch rows;
  private final Random random;
  private final List<String> failures = new ArrayList<>();
  // What each row gives when it is alone: a value, or an EvaluationException.
  private final List<@Nullable Object> expected = new ArrayList<>();

  private ScalarProperties(String sql, Expression expression, Batch rows, Random random) {
    this.sql = sql;
    this.expression = expression;
    this.rows = Shapes.flat(rows);
    this.random = random;
  }

  /** What does not hold, in words. */
  static List<String> violations(
      String sql, Expression expression, Batch rows, Random random, boolean large) {
    ScalarProperties properties = new ScalarProperties(sql, expression, rows, random);
    try {
      properties.check(large);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      StackTraceElement[] trace = e.getStackTrace();
      properties.failures.add(
          sql + " breaks with " + e + (trace.length > 0 ? " at " + trace[0] : ""));
    }
    return properties.failures;
  }

  private void check(boolean large) {
    List<List<@Nullable Object>> before = Shapes.values(rows);
    evaluate(Batch.empty(rows.schema()), "no row");
    evaluate(Shapes.repeated(rows, 0, 0, -1), "no row of constants");
    evaluate(rows.select(new int[0], 0), "no row selected");
    for (int i = 0; i < rows.rows(); i++) {
      expected.add(alone(i));
    }
    if (!expression.deterministic()) {
      return;
    }
    int[] good =
        IntStream.range(0, rows.rows())
            .filter(
                i -> !(expected.get(i) instanceof EvaluationException) && expected.get(i) != LARGE)
            .toArray();
    failsWhereARowFails(expected.stream().anyMatch(EvaluationException.class::isInstance));
    if (good.length > 0) {
      int[] all = good.clone();
      same(Shapes.flat(rows.select(all, all.length)), all, "flat rows");
      same(rows.select(all, all.length), all, "selected rows");
      same(Shapes.relaid(rows.select(all, all.length)), all, "rows laid out otherwise");
      int[] some = Shapes.positions(good, 33, random);
      same(rows.select(some, some.length), some, "repeated rows");
      same(Shapes.mixed(rows.select(some, some.length), random), some, "rows in mixed shapes");
      for (int i = 0; i < 6; i++) {
        int row = good[random.nextInt(good.length)];
        int[] five = new int[5];
        Arrays.fill(five, row);
        long constant = i == 0 ? -1 : random.nextLong();
        same(Shapes.repeated(rows, row, 5, constant), five, "constants");
      }
      if (large) {
        int[] many = Shapes.positions(good, 8192, random);
        same(rows.select(many, many.length), many, "8192 rows");
      }
    }
    if (!Shapes.values(rows).equals(before)) {
      failures.add(sql + " changes its input");
    }
  }

  private @Nullable Object alone(int row) {
    try {
      Column column = expression.evaluate(Shapes.row(rows, row), EvaluationContext.NONE);
      checked(column, 1, "one row");
      return Shapes.isLarge(column) ? LARGE : Shapes.comparable(column.value(0));
    } catch (EvaluationException e) {
      if (!expression.mayFail()) {
        failures.add(sql + " says that it cannot fail, and fails: " + e.getMessage());
      }
      return e;
    }
  }

  private void evaluate(Batch batch, String shape) {
    try {
      checked(expression.evaluate(batch, EvaluationContext.NONE), batch.rows(), shape);
    } catch (EvaluationException e) {
      failures.add(sql + " fails for " + shape + ": " + e.getMessage());
    }
  }

  private void failsWhereARowFails(boolean failing) {
    try {
      Column column = expression.evaluate(rows, EvaluationContext.NONE);
      if (failing) {
        failures.add(sql + " fails for rows alone, but not together: " + errors());
      }
      checked(column, rows.rows(), "all rows");
    } catch (EvaluationException e) {
      boolean named =
          e.code().equals(Refusals.TOO_LARGE)
              || e.row() >= 0
                  && e.row() < rows.rows()
                  && expected.get(e.row()) instanceof EvaluationException alone
                  && alone.code().equals(e.code());
      if (!named) {
        failures.add(
            sql + " blames row " + e.row() + " for " + e.getMessage() + ", not " + errors());
      }
    }
  }

  private List<String> errors() {
    return IntStream.range(0, expected.size())
        .filter(i -> expected.get(i) instanceof EvaluationException)
        .mapToObj(i -> i + ": " + ((EvaluationException) expected.get(i)).code())
        .limit(3)
        .toList();
  }

  private void same(Batch batch, int[] positions, String shape) {
    Column column;
    try {
      column = expression.evaluate(batch, EvaluationContext.NONE);
    } catch (EvaluationException e) {
      if (e.code().equals(Refusals.TOO_LARGE) && batch.rows() > 1) {
        return;
      }
      failures.add(sql + " fails over " + shape + ", not row by row: " + e.getMessage());
      return;
    }
    checked(column, batch.rows(), shape);
    for (int i = 0; i < batch.rows(); i++) {
      Object actual = Shapes.comparable(column.value(i));
      Object wanted = expected.get(positions[i]);
      if (!Objects.equals(actual, wanted)) {
        failures.add(
            sql
                + " over "
                + shape
                + " gives "
                + actual
                + " instead of "
                + wanted
                + " for "
                + Shapes.values(Shapes.row(rows, positions[i])));
        return;
      }
    }
  }

  private void checked(Column column, int size, String shape) {
    if (column.size() != size) {
      failures.add(sql + " over " + shape + " gives " + column.size() + " rows for " + size);
    }
    if (!column.type().equals(expression.type())
        && !column.type().catalogString().equals(expression.type().catalogString())) {
      failures.add(
          sql + " over " + shape + " gives " + column.type() + ", declared " + expression.type());
    }
    for (int i = 0; i < column.size() && !expression.nullable(); i++) {
      if (column.isNull(i)) {
        failures.add(sql + " over " + shape + " gives null and says that it never does");
        break;
      }
    }
  }
}
