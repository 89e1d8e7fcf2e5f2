package dev.sluice.operators.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.Generator;
import dev.sluice.operators.function.GeneratorFunction;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.SelectCompiler;
import dev.sluice.operators.testing.SqlTesting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every generator of the registry: what a row generates depends on the row alone. */
class GeneratorFunctionPropertiesTest {
  private static final long SEED = Long.getLong("properties.seed", 42);

  @TestFactory
  List<DynamicTest> generatedRowsDependOnTheRowAlone() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Function function : Calls.functions(GeneratorFunction.class::isInstance)) {
      tests.add(DynamicTest.dynamicTest(function.name(), () -> check(function)));
    }
    return tests;
  }

  private static void check(Function function) {
    Random random = new Random(SEED + function.name().hashCode());
    Batch rows = new RandomValues(random).batch(Calls.COLUMNS, 60);
    List<String> violations = new ArrayList<>();
    for (String call : Calls.of(function, random, 10, 300, c -> bind(c) != null)) {
      try {
        check(call, Objects.requireNonNull(bind(call)), rows, random, violations);
      } catch (EvaluationException e) {
        continue;
      } catch (RuntimeException e) {
        violations.add(call + " breaks with " + e + " at " + e.getStackTrace()[0]);
      }
    }
    assertThat(violations).as("seed %d", SEED).isEmpty();
  }

  private static void check(
      String call, Generator generator, Batch rows, Random random, List<String> violations) {
    List<List<List<@Nullable Object>>> alone = new ArrayList<>();
    for (int i = 0; i < rows.rows(); i++) {
      alone.add(generated(generator, Shapes.row(rows, i), call, violations).get(0));
    }
    int[] positions = random.ints(100, 0, rows.rows()).toArray();
    int[] three = {positions[0], positions[0], positions[0]};
    compare(call, "flat rows", generator, Shapes.flat(rows), null, alone, violations);
    compare(
        call,
        "selected rows",
        generator,
        rows.select(positions, 100),
        positions,
        alone,
        violations);
    Batch relaid = Shapes.relaid(rows);
    compare(call, "rows laid out otherwise", generator, relaid, null, alone, violations);
    Batch mixed = Shapes.mixed(rows.select(positions, 100), random);
    compare(call, "rows in mixed shapes", generator, mixed, positions, alone, violations);
    Batch constants = Shapes.repeated(rows, positions[0], 3, random.nextLong());
    compare(call, "constants", generator, constants, three, alone, violations);
    generated(generator, Batch.empty(rows.schema()), call, violations);
  }

  private static void compare(
      String call,
      String shape,
      Generator generator,
      Batch batch,
      int @Nullable [] positions,
      List<List<List<@Nullable Object>>> alone,
      List<String> violations) {
    List<List<List<@Nullable Object>>> all = generated(generator, batch, call, violations);
    for (int i = 0; i < batch.rows(); i++) {
      int row = positions == null ? i : positions[i];
      if (!all.get(i).equals(alone.get(row))) {
        violations.add(
            call + " over " + shape + " gives " + all.get(i) + " instead of " + alone.get(row));
        return;
      }
    }
  }

  /** The generated rows of each input row. */
  private static List<List<List<@Nullable Object>>> generated(
      Generator generator, Batch batch, String call, List<String> violations) {
    Generator.Generated rows = generator.generate(batch, EvaluationContext.NONE);
    List<List<List<@Nullable Object>>> byParent = new ArrayList<>();
    for (int i = 0; i < batch.rows(); i++) {
      byParent.add(new ArrayList<>());
    }
    int[] parents = Arrays.copyOf(rows.parents(), rows.count());
    int[] sorted = parents.clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(parents, sorted)) {
      violations.add(call + " gives parents out of order");
    }
    for (int c = 0; c < rows.columns().size(); c++) {
      Column column = rows.columns().get(c);
      String declared = generator.output().get(c).type().catalogString();
      if (column.size() != rows.count() || !column.type().catalogString().equals(declared)) {
        violations.add(
            call
                + " gives "
                + column.size()
                + " x "
                + column.type()
                + ", declared "
                + rows.count()
                + " x "
                + declared);
      }
    }
    for (int i = 0; i < rows.count(); i++) {
      List<@Nullable Object> values = new ArrayList<>();
      for (int c = 0; c < rows.columns().size(); c++) {
        Object value = Shapes.comparable(rows.columns().get(c).value(i));
        if (value == null && !generator.output().get(c).nullable()) {
          violations.add(call + " gives null and says that it never does");
        }
        values.add(value);
      }
      byParent.get(parents[i]).add(values);
    }
    return byParent;
  }

  private static @Nullable Generator bind(String call) {
    Problems problems = new Problems();
    Rel.Read read = new Rel.Read("test", Calls.COLUMNS, false, Origin.NONE);
    Rel rel;
    try {
      rel =
          new SelectCompiler(Session.DEFAULT, Calls.FUNCTIONS, problems)
              .select(read, List.of(SqlTesting.text(call)), Rel.Aggregate.Scope.BATCH, Origin.NONE)
              .orElse(null);
      problems.throwIfErrors();
    } catch (InvalidPipelineException e) {
      return null;
    } catch (RuntimeException e) {
      throw new AssertionError("binding " + call + " fails with " + e, e);
    }
    while (rel != null && !(rel instanceof Rel.Generate) && !rel.inputs().isEmpty()) {
      rel = rel.inputs().get(0);
    }
    return rel instanceof Rel.Generate generate && generate.input() == read
        ? generate.generator()
        : null;
  }
}
