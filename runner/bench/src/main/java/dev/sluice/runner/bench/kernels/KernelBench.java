package dev.sluice.runner.bench.kernels;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.Accumulator;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.operator.QueryExecutor;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.ExpressionCompiler;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.SelectCompiler;
import dev.sluice.operators.sql.SelectPlanner;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Each kernel over a batch of 4096 rows without nulls, through the compiled expression as a query
 * runs it. {@code scripts/bench kernels [NAME...]} prints the table.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Rows.COUNT)
public class KernelBench {
  private record Kernel(String sql, ByHand.Loop byHand) {}

  private static final Map<String, Kernel> KERNELS = new TreeMap<>();

  static {
    put("compare-long", "l < 1000", ByHand::less);
    put("compare-text", "t = 'country-7'", TextsByHand::textEqual);
    put("add-int", "i + j", ByHand::addInts);
    put("add-long", "l + m", ByHand::addLongs);
    put("mul-long", "l * m", ByHand::multiplyLongs);
    put("mod-long", "l % m", ByHand::modulo);
    put("mul-double", "d * e", ByHand::multiplyDoubles);
    put("div-double", "d / e", ByHand::divideDoubles);
    put("decimal-add-18", "n + o", ByHand::addDecimals);
    put("decimal-mul-18", "n * o", ByHand::multiplyDecimals);
    put("decimal-div-18", "n / o", ByHand::divideDecimals);
    put("decimal-add-38", "w + x", ByHand::addWide);
    put("decimal-mul-38", "w * x", r -> ByHand.wideByBigDecimal(r, false));
    put("decimal-div-38", "w / x", r -> ByHand.wideByBigDecimal(r, true));
    put("upper", "upper(s)", TextsByHand::upper);
    put("substring", "substring(s, 3, 4)", TextsByHand::substring);
    put("like", "s LIKE '%error%'", TextsByHand::contains);
    put("split", "split(csv, ',')", TextsByHand::split);
    put("regexp-extract", "regexp_extract(s, 'user([0-9]+)-', 1)", TextsByHand::extract);
    put("concat", "concat(s, '/', t)", TextsByHand::concat);
    put("date-trunc-hour", "date_trunc('HOUR', ts)", ByHand::truncateToHour);
    put("date-trunc-month", "date_trunc('MONTH', ts)", ByHand::truncateToMonth);
    put("hour", "hour(ts)", ByHand::hour);
    put("year", "year(ts)", ByHand::year);
    put("time-plus", "ts + INTERVAL '1' DAY", ByHand::plusDay);
    put("text-to-time", "CAST(time AS TIMESTAMP)", TextsByHand::parseTime);
    put("text-to-int", "CAST(digits AS INT)", TextsByHand::parseInt);
    put("text-to-double", "CAST(number AS DOUBLE)", TextsByHand::parseDouble);
    put("text-to-decimal", "CAST(number AS DECIMAL(12,2))", TextsByHand::parseDecimal);
    put("long-to-text", "CAST(l AS STRING)", TextsByHand::printLongs);
    put("double-to-text", "CAST(d AS STRING)", TextsByHand::printDoubles);
    put("time-to-text", "CAST(ts AS STRING)", TextsByHand::printTimes);
    put("date-format", "date_format(ts, 'yyyy-MM-dd HH:mm:ss')", TextsByHand::printTimes);
    put("to-timestamp", "to_timestamp(time, 'yyyy-MM-dd HH:mm:ss')", TextsByHand::parseTime);
    put("hash", "hash(l)", ByHand::murmur);
    put("xxhash64", "xxhash64(l)", ByHand::xxhash);
    put("in-list", "k IN (1, 5, 77, 500)", ByHand::inList);
    put(
        "case-when",
        "CASE WHEN i < 10000 THEN 1 WHEN i < 500000 THEN j ELSE 3 END",
        ByHand::caseWhen);
    put("from-json", "from_json(json, 'a INT, b STRING')", TextsByHand::jsonRow);
    put("get-json", "get_json_object(json, '$.a')", TextsByHand::jsonField);
    put("array-item", "arr[1]", ByHand::secondItem);
    put("map-value", "map['b']", ByHand::mapValue);
    put("agg-count", "count(m)", ByHand::sum);
    put("agg-sum-long", "sum(m)", ByHand::sum);
    put("agg-avg-double", "avg(d)", ByHand::average);
    put("agg-sum-decimal", "sum(n)", ByHand::sum);
    put("group-by", "SELECT k, count(*) AS c FROM rows GROUP BY k", ByHand::groups);
  }

  private static void put(String name, String sql, ByHand.Loop loop) {
    KERNELS.put(name, new Kernel(sql, loop));
  }

  /** Which kernel; the runner gives all. */
  @Param("compare-long")
  public String kernel = "";

  private final Rows rows = new Rows();
  private ByHand.Loop byHand = r -> r;
  private ByHand.Loop ours = r -> r;

  /** Compiles the kernel's SQL. */
  @Setup
  public void compile() {
    Kernel chosen = KERNELS.get(kernel);
    byHand = chosen.byHand();
    if (kernel.startsWith("agg-")) {
      ours = aggregation(chosen.sql());
    } else if (chosen.sql().startsWith("SELECT")) {
      ours = query(chosen.sql());
    } else {
      Problems problems = new Problems();
      Expression expression =
          new ExpressionCompiler(Session.DEFAULT, FunctionRegistry.load(), problems)
              .compile(Node.Text.of(chosen.sql()), rows.batch.schema())
              .orElseThrow(() -> new IllegalStateException(problems.all().toString()));
      // Flat: what is put off is part of the work.
      ours = r -> expression.evaluate(r.batch, EvaluationContext.NONE).flatten();
    }
  }

  private ByHand.Loop aggregation(String sql) {
    Rel rel =
        new SelectCompiler(Session.DEFAULT, FunctionRegistry.load(), new Problems())
            .aggregate(
                new Rel.Read("rows", rows.batch.schema(), false, Origin.NONE),
                List.of(),
                List.of(new SelectCompiler.Named("x", Node.Text.of(sql))),
                Rel.Aggregate.Scope.BATCH,
                Origin.NONE)
            .orElseThrow();
    while (!(rel instanceof Rel.Aggregate)) {
      rel = rel.inputs().get(0);
    }
    Aggregation aggregation = ((Rel.Aggregate) rel).aggregations().get(0).aggregation();
    int[] slots = new int[Rows.COUNT];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = (int) rows.k[i];
    }
    return r -> {
      List<Column> arguments =
          aggregation.arguments().stream()
              .map(a -> a.evaluate(r.batch, EvaluationContext.NONE))
              .toList();
      Accumulator accumulator = aggregation.accumulator();
      accumulator.grow(1024);
      accumulator.add(slots, arguments, Rows.COUNT);
      return accumulator;
    };
  }

  /** Over 64 batches at once, so that starting the query does not count. */
  private ByHand.Loop query(String sql) {
    Rel values =
        new Rel.Values(rows.batch.schema(), Collections.nCopies(64, rows.batch), Origin.NONE);
    SelectPlanner.Tables tables =
        new SelectPlanner.Tables() {
          @Override
          public Optional<Rel> table(String name) {
            return Optional.of(values);
          }

          @Override
          public List<String> names() {
            return List.of("rows");
          }
        };
    Rel plan =
        new SelectPlanner(Session.DEFAULT, FunctionRegistry.load(), new Problems(), QueryExecutor::executeNow)
            .plan(Node.Text.of(sql), tables, Rel.Aggregate.Scope.BATCH, Origin.NONE)
            .orElseThrow();
    return r -> QueryExecutor.execute(plan);
  }

  /** The kernel. */
  @Benchmark
  public Object sluice() {
    return ours.run(rows);
  }

  /** The loop by hand. */
  @Benchmark
  public Object byHand() {
    return byHand.run(rows);
  }

  /** Runs the kernels named, or all, and prints nanoseconds a row. */
  public static void main(String[] names) throws RunnerException {
    String[] kernels = names.length > 0 ? names : KERNELS.keySet().toArray(new String[0]);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(KernelBench.class.getName() + "\\.")
            .param("kernel", kernels)
            .forks(1)
            .warmupIterations(4)
            .warmupTime(TimeValue.milliseconds(250))
            // Short ones: on a busy machine some then have a core for themselves.
            .measurementIterations(80)
            .measurementTime(TimeValue.milliseconds(8))
            // Compiled before it goes on: on a busy machine the compiler would come too late.
            .jvmArgs("-Xmx1g", "-XX:+UseSerialGC", "-Xbatch")
            .verbosity(VerboseMode.SILENT);
    Map<String, Map<String, Double>> table = new TreeMap<>();
    for (RunResult result : new Runner(options.build()).run()) {
      String kernel = result.getParams().getParam("kernel");
      // A query runs over 64 batches in one invocation.
      boolean query =
          KERNELS.get(kernel).sql().startsWith("SELECT")
              && result.getPrimaryResult().getLabel().equals("sluice");
      table
          .computeIfAbsent(kernel, k -> new TreeMap<>())
          .put(
              result.getPrimaryResult().getLabel(),
              // The best of several: what else the machine does only adds.
              result.getPrimaryResult().getStatistics().getMin() / (query ? 64 : 1));
    }
    System.out.printf("%-18s %10s %10s %7s   %s%n", "kernel", "ns/row", "by hand", "ratio", "SQL");
    table.values().removeIf(times -> times.size() < 2);
    table.forEach(
        (kernel, times) ->
            System.out.printf(
                Locale.ROOT,
                "%-18s %10.2f %10.2f %7.1f   %s%n",
                kernel,
                times.get("sluice"),
                times.get("byHand"),
                times.get("sluice") / times.get("byHand"),
                KERNELS.get(kernel).sql()));
  }
}
