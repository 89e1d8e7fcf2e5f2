package dev.sluice.operators.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.Accumulator;
import dev.sluice.operators.function.AggregateFunction;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.SelectCompiler;
import dev.sluice.operators.state.ColumnBytes;
import dev.sluice.operators.testing.SqlTesting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every aggregate function of the registry, with random arguments of the types that it takes: how
 * rows come in batches, workers and restarts makes no difference to what a group comes to.
 */
class AggregateFunctionPropertiesTest {
  private static final long SEED = Long.getLong("properties.seed", 42);
  private static final int GROUPS = 5;
  private static final int[] ALL = IntStream.range(0, GROUPS).toArray();

  // What chance seldom finds.
  private static final List<String> FORMS =
      List.of(
          "%s(i, 0.5)",
          "%s(d, array(0.1, 0.9))",
          "%s(n, 0.25, 100)",
          "%s(0.25) WITHIN GROUP (ORDER BY i)",
          "%s(0.5) WITHIN GROUP (ORDER BY d DESC)",
          "%s(s) WITHIN GROUP (ORDER BY i)",
          "%s(i, 0.1D, 0.9D, 7)",
          "%s(to_variant_object(struct(i, s)))");

  // What estimates keep of their rows, and how they break ties, depends on how the rows came.
  private static final Set<String> ESTIMATES =
      Set.of(
          "approx_top_k",
          "approx_top_k_accumulate",
          "approx_top_k_combine",
          "histogram_numeric",
          "kll_sketch_agg_bigint",
          "kll_sketch_agg_double",
          "kll_sketch_agg_float");

  @TestFactory
  List<DynamicTest> groupsDependOnTheirRowsAlone() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Function function : Calls.functions(AggregateFunction.class::isInstance)) {
      tests.add(DynamicTest.dynamicTest(function.name(), () -> check(function)));
    }
    return tests;
  }

  private static void check(Function function) {
    Random random = new Random(SEED + function.name().hashCode());
    Batch rows = RandomValues.moderate(random).batch(Calls.COLUMNS, 120);
    List<String> violations = new ArrayList<>();
    List<String> calls =
        new ArrayList<>(Calls.of(function, random, 10, 300, call -> bind(call) != null));
    for (String form : FORMS) {
      String call = form.formatted(function.name());
      if (bind(call) != null) {
        calls.add(call);
      }
    }
    // What takes sketches of other functions finds no argument here; its examples test it.
    boolean ofSketches =
        function.name().contains("_merge_") || function.name().contains("_combine");
    assertThat(calls.isEmpty() && !ofSketches).as("no call can be bound").isFalse();
    for (String call : calls) {
      Aggregation aggregation = Objects.requireNonNull(bind(call));
      try {
        check(call, aggregation, good(aggregation, rows), random, violations);
      } catch (EvaluationException e) {
        // A sum that cannot be: nothing to compare.
        continue;
      } catch (RuntimeException e) {
        violations.add(call + " breaks with " + e + " at " + e.getStackTrace()[0]);
      }
    }
    assertThat(violations).as("seed %d", SEED).isEmpty();
  }

  /** The rows for which all arguments can be. */
  private static Batch good(Aggregation aggregation, Batch rows) {
    int[] good =
        IntStream.range(0, rows.rows())
            .filter(
                row -> {
                  try {
                    arguments(aggregation, Shapes.row(rows, row));
                    return true;
                  } catch (EvaluationException e) {
                    return false;
                  }
                })
            .toArray();
    return Shapes.flat(rows.select(good, good.length));
  }

  private static void check(
      String call, Aggregation aggregation, Batch rows, Random random, List<String> violations) {
    List<List<@Nullable Object>> before = Shapes.values(rows);
    // The last group stays empty.
    int[] slots = random.ints(rows.rows(), 0, GROUPS - 1).toArray();
    Accumulator whole = accumulator(aggregation);
    add(whole, aggregation, rows, slots);
    Column result = whole.result(ALL, GROUPS);
    List<@Nullable Object> expected = Shapes.values(result, GROUPS);
    if (!result.type().catalogString().equals(aggregation.type().catalogString())) {
      violations.add(call + " gives " + result.type() + ", declared " + aggregation.type());
    }
    if (!aggregation.nullable() && expected.contains(null)) {
      violations.add(call + " gives null and says that it never does");
    }
    compare(call, "asked twice", expected, whole, violations);

    Accumulator split = accumulator(aggregation);
    Accumulator merged = accumulator(aggregation);
    Accumulator part = accumulator(aggregation);
    for (int from = 0; from < rows.rows(); ) {
      int to = Math.min(rows.rows(), from + 1 + random.nextInt(50));
      Batch slice = rows.slice(from, to);
      Batch some =
          switch (random.nextInt(4)) {
            case 0 -> Shapes.flat(slice);
            case 1 -> Shapes.relaid(slice);
            case 2 -> Shapes.mixed(slice, random);
            default -> slice;
          };
      int[] theirs = Arrays.copyOfRange(slots, from, to);
      add(split, aggregation, some, theirs);
      add(part, aggregation, some, theirs);
      if (random.nextBoolean() || to == rows.rows()) {
        merged.merge(ALL, restored(call, aggregation, part, violations), GROUPS);
        // A cleared slot is an empty group again.
        part.clear(ALL, GROUPS);
      }
      from = to;
    }
    add(split, aggregation, rows.slice(0, 0), new int[0]);
    constants(call, aggregation, rows, random, violations);
    compare(call, "in several batches", expected, split, violations);
    compare(call, "merged from parts", expected, merged, violations);
    Accumulator restarted = accumulator(aggregation);
    restarted.merge(ALL, restored(call, aggregation, merged, violations), GROUPS);
    compare(call, "restored", expected, restarted, violations);
    if (!Shapes.values(rows).equals(before)) {
      violations.add(call + " changes its input");
    }
  }

  /** Rows that are all the same, as constants and as rows of their own. */
  private static void constants(
      String call, Aggregation aggregation, Batch rows, Random random, List<String> violations) {
    if (rows.rows() == 0) {
      return;
    }
    int[] slots = random.ints(17, 0, GROUPS - 1).toArray();
    int row = random.nextInt(rows.rows());
    Accumulator flat = accumulator(aggregation);
    add(flat, aggregation, Shapes.flat(Shapes.repeated(rows, row, slots.length, 0)), slots);
    Accumulator constant = accumulator(aggregation);
    add(constant, aggregation, Shapes.repeated(rows, row, slots.length, -1), slots);
    List<@Nullable Object> expected = Shapes.values(flat.result(ALL, GROUPS), GROUPS);
    compare(call, "of constants", expected, constant, violations);
  }

  private static List<Column> restored(
      String call, Aggregation aggregation, Accumulator from, List<String> violations) {
    List<Column> state = from.state(ALL, GROUPS);
    List<DataType> types = state.stream().map(Column::type).toList();
    if (!types.toString().equals(aggregation.stateTypes().toString())) {
      violations.add(call + " has state " + types + ", declared " + aggregation.stateTypes());
    }
    return ColumnBytes.roundTrip(aggregation.stateTypes(), state, GROUPS);
  }

  private static void compare(
      String call, String how, List<@Nullable Object> expected, Accumulator by, List<String> to) {
    List<@Nullable Object> actual = Shapes.values(by.result(ALL, GROUPS), GROUPS);
    for (int i = 0; i < GROUPS; i++) {
      String function = call.substring(0, call.indexOf('('));
      if (!ESTIMATES.contains(function) && !near(actual.get(i), expected.get(i))) {
        to.add(call + " " + how + " gives " + actual.get(i) + " instead of " + expected.get(i));
        return;
      }
    }
  }

  /** Sums of doubles depend on their order in the last digits. */
  private static boolean near(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number x
        && b instanceof Number y
        && (a instanceof Double || a instanceof Float)) {
      double p = x.doubleValue();
      double q = y.doubleValue();
      return Double.compare(p, q) == 0
          || Math.abs(p - q) <= 1e-9 * Math.max(1, Math.max(Math.abs(p), Math.abs(q)))
          || Math.abs(p) > 1e100 && Math.abs(q) > 1e100
          || Double.isNaN(p) != Double.isNaN(q) && !Double.isFinite(p + q);
    }
    if (a instanceof List<?> x && b instanceof List<?> y && x.size() == y.size()) {
      return IntStream.range(0, x.size()).allMatch(i -> near(x.get(i), y.get(i)));
    }
    return Objects.equals(a, b);
  }

  private static Accumulator accumulator(Aggregation aggregation) {
    Accumulator accumulator = aggregation.accumulator();
    accumulator.grow(2);
    accumulator.grow(GROUPS);
    return accumulator;
  }

  private static void add(Accumulator to, Aggregation aggregation, Batch rows, int[] slots) {
    to.add(slots, arguments(aggregation, rows), rows.rows());
  }

  private static List<Column> arguments(Aggregation aggregation, Batch rows) {
    return aggregation.arguments().stream()
        .map(argument -> argument.evaluate(rows, EvaluationContext.NONE))
        .toList();
  }

  private static @Nullable Aggregation bind(String call) {
    Problems problems = new Problems();
    Rel.Read read = new Rel.Read("test", Calls.COLUMNS, false, Origin.NONE);
    Rel rel;
    try {
      rel =
          new SelectCompiler(Session.DEFAULT, Calls.FUNCTIONS, problems)
              .aggregate(
                  read,
                  List.of(),
                  List.of(new SelectCompiler.Named("x", SqlTesting.text(call))),
                  Rel.Aggregate.Scope.BATCH,
                  Origin.NONE)
              .orElse(null);
      problems.throwIfErrors();
    } catch (InvalidPipelineException e) {
      return null;
    } catch (RuntimeException e) {
      throw new AssertionError("binding " + call + " fails with " + e, e);
    }
    while (rel != null && !(rel instanceof Rel.Aggregate)) {
      rel = rel.inputs().get(0);
    }
    return rel instanceof Rel.Aggregate aggregate && aggregate.input() == read
        ? aggregate.aggregations().get(0).aggregation()
        : null;
  }
}
