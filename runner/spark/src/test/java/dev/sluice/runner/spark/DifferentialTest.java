package dev.sluice.runner.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import dev.sluice.runner.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random expressions, asked of Spark and of Sluice: the same text, or an error of both. Another
 * seed, or more of them: {@code -Dsluice.differential.seed=7 -Dsluice.differential.count=2000}.
 */
@ExtendWith(LocalSpark.class)
class DifferentialTest {
  private static final Pattern PLACE = Pattern.compile("\\{(\\w)}");

  /** Values that are often got wrong, by a letter for their type. */
  private static final Map<String, List<String>> VALUES =
      Map.of(
          "i",
          List.of("0", "1", "-7", "2147483647", "-2147483648", "CAST(NULL AS INT)"),
          "d",
          List.of("0.5D", "-2.5D", "-0.0D", "double('NaN')", "double('-Infinity')", "1e10D"),
          "m",
          List.of("1.10", "-2.505", "99999999999999999999999999999999999999", "0.001", "5BD"),
          "s",
          List.of("'abc'", "''", "' pad '", "'a,b,,c'", "'\u00fcml'", "'12'", "'-1.5'", "NULL"),
          "t",
          List.of(
              "TIMESTAMP'2024-02-29 12:34:56.789'",
              "TIMESTAMP'1969-12-31 23:59:59.999999'",
              "DATE'0001-01-01'",
              "DATE'9999-12-31'"),
          "a",
          List.of("array(3,NULL,1)", "array(1,2)", "CAST(NULL AS ARRAY<INT>)"),
          "n",
          List.of("INTERVAL '25' HOUR", "INTERVAL '-1 02:03:04.5' DAY TO SECOND"));

  private static final List<String> CALLS =
      List.of(
          "{i} + {i}",
          "{i} / {i}",
          "{i} % {d}",
          "{m} * {m}",
          "{m} / {i}",
          "-{d}",
          "{i} div {i}",
          "{s} = {i}",
          "{d} < {m}",
          "{i} IN ({i}, {d})",
          "{s} || {i}",
          "coalesce({s}, {s})",
          "if({i} > 0, {m}, {d})",
          "nullif({d}, {d})",
          "greatest({i}, {m})",
          "hash({s}, {i}, {d})",
          "CAST({d} AS INT)",
          "CAST({m} AS DECIMAL(6, 2))",
          "CAST({s} AS DOUBLE)",
          "CAST({t} AS DATE)",
          "CAST({n} AS STRING)",
          "try_cast({s} AS INT)",
          "round({d}, 1)",
          "bround({m}, 2)",
          "floor({m})",
          "substring({s}, {i}, 2)",
          "lpad({s}, 5, '*')",
          "trim({s})",
          "split({s}, ',')",
          "concat_ws('-', {s}, {s})",
          "instr({s}, 'b')",
          "regexp_replace({s}, '[a-z]', '#')",
          "date_format({t}, 'yyyy-MM-dd HH:mm:ss.SSS')",
          "date_trunc('MONTH', {t})",
          "year({t})",
          "unix_timestamp({t})",
          "{t} + {n}",
          "to_date({s}, 'yyyy')",
          "months_between({t}, {t})",
          "sort_array({a})",
          "{a}[1]",
          "element_at({a}, {i})",
          "array_contains({a}, 1)",
          "transform({a}, x -> x * 2)",
          "aggregate({a}, 0, (x, y) -> x + y)",
          "typeof({i} * {m})",
          "typeof(coalesce({i}, {d}))",
          "to_json(named_struct('a', {i}, 'b', {s}))",
          "get_json_object('{\"a\":[1,2]}', '$.a[1]')");

  private static SparkSession spark;

  @BeforeAll
  static void startSpark(SparkSession session) {
    spark = session;
  }

  @Test
  void randomExpressionsHaveTheValuesOfSpark() {
    long seed = Long.getLong("sluice.differential.seed", 1);
    int count = Integer.getInteger("sluice.differential.count", 150);
    Random random = new Random(seed);
    List<String> different = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String expression = expression(random);
      String sql = "SELECT CAST((" + expression + ") AS STRING) AS v";
      String expected = ofSpark(sql);
      String own = ofSluice(sql);
      if (!expected.equals(own)) {
        different.add(expression + " is " + own + ", on Spark " + expected);
      }
    }
    assertThat(different).as("seed " + seed).isEmpty();
  }

  private static String expression(Random random) {
    Matcher places = PLACE.matcher(CALLS.get(random.nextInt(CALLS.size())));
    return places.replaceAll(
        place -> {
          List<String> values = VALUES.get(place.group(1));
          return Matcher.quoteReplacement(values.get(random.nextInt(values.size())));
        });
  }

  private static String ofSpark(String sql) {
    try {
      return String.valueOf(spark.sql(sql).collectAsList().get(0).getString(0));
    } catch (Exception e) {
      return "an error";
    }
  }

  private static String ofSluice(String sql) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream silent = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    int code = Main.run(List.of("sql", "--format", "json", sql), print, silent, Path.of("."));
    return code == 0 ? value(out.toString(StandardCharsets.UTF_8).strip()) : "an error";
  }

  /** Of the one row {@code {"v":"text"}}; a field that is null may be left out. */
  private static String value(String line) {
    Object value = Json.parseObject(line).get("v");
    return String.valueOf(value);
  }
}
