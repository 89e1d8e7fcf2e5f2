package dev.sluice.operators.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.operator.QueryExecutor;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.SelectPlanner;
import dev.sluice.operators.testing.SharedData;
import dev.sluice.operators.testing.SqlTesting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is written as SQL ends in rows or in an error in words: never in a hang, an exhausted
 * stack or heap, or an exception of ours. {@code -Dfuzz.rounds=1000000} runs longer.
 */
class SqlFuzzTest {
  private static final long SEED = Long.getLong("properties.seed", 42);
  private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 1_500);
  private static final Pattern TOKENS =
      Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|\"[^\"]*\"|`[^`]*`|\\w+|\\s+|->|<=>|::|[^\\w\\s]");
  private static final List<String> WORDS =
      List.of(
          "(",
          ")",
          ",",
          "*",
          "-",
          "+",
          "NULL",
          "CASE",
          "WHEN",
          "END",
          "AS",
          "FROM",
          "SELECT",
          "0",
          "1",
          "-1",
          "2147483647",
          "9223372036854775807",
          "1e400",
          "''",
          "'a'",
          "'2024-02-29'",
          "[",
          "]",
          ".",
          "x -> x",
          "AND",
          "NOT",
          "IN",
          "LIKE",
          "BETWEEN",
          "INTERVAL",
          "DATE",
          "OVER",
          "GROUP BY",
          "WHERE",
          "DISTINCT",
          "::",
          "CAST(",
          "array(",
          "map(",
          "struct(",
          "1.5D",
          "'%'",
          "FILTER",
          "ORDER BY",
          "LATERAL VIEW",
          "explode(",
          "JOIN",
          "ON",
          "UNION ALL",
          "EXISTS",
          "WITH",
          "VALUES",
          "LIMIT",
          "\\",
          "\u0000",
          "\"",
          "'",
          "`",
          "/*",
          "--",
          "$",
          "${",
          "🙂",
          "IS",
          "<=>",
          "%",
          "div",
          "|>");

  static Stream<Arguments> extremes() {
    String ones = "1".repeat(10_000);
    String as = "a".repeat(40);
    return Stream.of(
        named("100,000 parentheses", "(".repeat(100_000) + "1" + ")".repeat(100_000)),
        named("100,000 open parentheses", "(".repeat(100_000)),
        named("100,000 ANDs", "true" + " AND true".repeat(100_000)),
        named("100,000 sums", "1" + " + 1".repeat(100_000)),
        named("100,000 concatenations", "'a'" + " || 'a'".repeat(100_000)),
        named("100,000 NOTs", "NOT ".repeat(100_000) + "true"),
        named("100,000 signs", "- ".repeat(100_000) + "1"),
        named("100,000 items", "1 IN (" + "1,".repeat(100_000) + "1)"),
        named("100,000 arguments", "concat(" + "'a',".repeat(100_000) + "'a')"),
        named("100,000 branches", "CASE" + " WHEN false THEN 1".repeat(100_000) + " END"),
        named("deep CASE", "CASE WHEN true THEN ".repeat(10_000) + "1" + " END".repeat(10_000)),
        named("deep arrays", "array(".repeat(10_000) + "1" + ")".repeat(10_000)),
        named("deep structs", "struct(".repeat(240) + "1" + ")".repeat(240)),
        named(
            "deep types",
            "CAST(NULL AS " + "ARRAY<".repeat(10_000) + "INT" + ">".repeat(10_000) + ")"),
        named("deep casts", "1" + "::INT".repeat(100_000)),
        named("deep items", "array(1)" + "[0]".repeat(100_000)),
        named("deep lambdas", "transform(array(1), x -> ".repeat(5_000) + "1" + ")".repeat(5_000)),
        named("many BETWEEN", "1" + " BETWEEN 1 AND 1".repeat(10_000)),
        named("10,000 digits", ones),
        named("10,000 digits behind the point", "1." + ones),
        named("huge exponent", "1e999999999"),
        named("huge decimal exponent", "1e-999999999BD"),
        named("text to decimal", "CAST('1e999999999' AS DECIMAL(38,10))"),
        named("text of 1 MB", "length('" + "x".repeat(1 << 20) + "')"),
        named("repeat", "length(repeat('x', 2000000000))"),
        named("repeat of repeat", "repeat(repeat(repeat('x', 30000), 30000), 30000)"),
        named("lpad", "lpad('x', 2147483647, 'ab')"),
        named("rpad", "rpad('x', 2147483647, '\u00e4')"),
        named("space", "space(2147483647)"),
        named("array_repeat", "array_repeat('x', 2147483647)"),
        named(
            "array_repeat of arrays",
            "array_repeat(array_repeat(array_repeat(1, 10000), 10000), 10000)"),
        named("sequence", "sequence(1, 9223372036854775807)"),
        named("long sequence", "sequence(1L, 2000000000L)"),
        named(
            "sequence of times",
            "sequence(TIMESTAMP'0001-01-01', TIMESTAMP'9999-01-01', INTERVAL '1' SECOND)"),
        named(
            "generated rows",
            "size(flatten(transform(sequence(1, 9000), x -> sequence(1, 9000))))"),
        named("array_insert", "array_insert(array(1), 2000000000, 1)"),
        named("replace", "replace(repeat('a', 1000000), 'a', repeat('b', 100000))"),
        named(
            "regexp_replace",
            "length(regexp_replace(repeat('a', 10000), 'a', repeat('b', 10000)))"),
        named("translate", "translate(repeat('a', 10000000), 'a', 'b') = ''"),
        named("concat_ws", "concat_ws(repeat(',', 1000000), array_repeat('a', 1000))"),
        named("array_join", "array_join(array_repeat('a', 10000), repeat(',', 1000000))"),
        named("format_string", "format_string('%2000000000d', 1)"),
        named("format_number", "format_number(1.5, 2000000000)"),
        named("rlike", "'" + as + "!' RLIKE '(a+)+$'"),
        named("regexp_like", "regexp_like('" + as + "!', '^(a|a)*$')"),
        named("regexp_extract", "regexp_extract('" + as + "!', '(a*)*b', 1)"),
        named("regexp_extract_all", "regexp_extract_all('" + as + "!', '(a*)*b', 1)"),
        named("regexp_count", "regexp_count('" + as + "!', '(a+)+b')"),
        named("regexp_instr", "regexp_instr('" + as + "!', '(a+)+b')"),
        named("regexp_substr", "regexp_substr('" + as + "!', '(a+)+b')"),
        named("explosive replace", "regexp_replace('" + as + "!', '(a+)+b', 'x')"),
        named("split", "split('" + as + "!', '(a+)+b')"),
        named("str_to_map", "str_to_map('" + as + "!', '(a+)+b', ':')"),
        named("like", "repeat('a', 100000) LIKE '" + "%a".repeat(30) + "b'"),
        named("ilike", "repeat('a', 100000) ILIKE '" + "%A".repeat(30) + "b'"),
        named(
            "deep regular expression",
            "'a' RLIKE '" + "(".repeat(50_000) + ")".repeat(50_000) + "'"),
        named("long alternation", "repeat('ab', 100000) RLIKE '^(a|b)*$'"),
        named("deep JSON", "from_json('" + "[".repeat(100_000) + "', 'ARRAY<INT>')"),
        named("deep JSON object", "get_json_object('" + "{\"a\":".repeat(100_000) + "', '$.a')"),
        named(
            "deep JSON closed",
            "from_json('" + "[".repeat(50_000) + "]".repeat(50_000) + "', 'STRING')"),
        named(
            "schema of deep JSON",
            "schema_of_json('" + "[".repeat(50_000) + "]".repeat(50_000) + "')"),
        named(
            "length of deep JSON",
            "json_array_length('" + "[".repeat(50_000) + "]".repeat(50_000) + "')"),
        named(
            "keys of deep JSON",
            "json_object_keys('{\"a\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}')"),
        named("long JSON path", "get_json_object('{}', '$" + ".a".repeat(100_000) + "')"),
        named("deep JSON path", "get_json_object('{}', '$" + "[*]".repeat(100_000) + "')"),
        named(
            "long pattern",
            "date_format(TIMESTAMP'2024-01-01 00:00:00', '" + "y".repeat(100_000) + "')"),
        named(
            "many patterns",
            "date_format(TIMESTAMP'2024-01-01 00:00:00', '" + "yyyy-".repeat(50_000) + "')"),
        named(
            "optional patterns",
            "to_timestamp('2024', '" + "[".repeat(10_000) + "yyyy" + "]".repeat(10_000) + "')"),
        named(
            "optional parts",
            "to_timestamp('" + "1".repeat(60) + "!', '" + "[d]".repeat(60) + "')"),
        named("number pattern", "to_number('1', '" + "9".repeat(100_000) + "')"),
        named("to_char", "to_char(1, '" + "9".repeat(100_000) + "')"),
        named("round", "round(1.5, 2147483647)"),
        named("round down", "round(123456789.5D, -2147483648)"),
        named("factorial", "factorial(2147483647)"),
        named("shift", "shiftleft(1, 2147483647)"),
        named("pow", "pow(10, 400)"),
        named("conv", "conv('" + "F".repeat(100_000) + "', 16, 10)"),
        named("levenshtein", "levenshtein(repeat('a', 20000), repeat('b', 20000))"),
        named("interval", "INTERVAL '" + ones + "' DAY"),
        named("cast to interval", "CAST('" + "1 day ".repeat(100_000) + "' AS INTERVAL)"),
        named("cast to date", "CAST('" + ones + "-01-01' AS DATE)"),
        named("cast to double", "CAST('" + ones + "' AS DOUBLE)"),
        named("map of many", "map_from_arrays(sequence(1, 1000000), sequence(1, 1000000))[5]"),
        named("date_add", "date_add(DATE'2024-01-01', 2147483647)"),
        named("make_date", "make_date(2147483647, 1, 1)"),
        named("add_months", "add_months(DATE'2024-01-01', 2147483647)"),
        named("interval of seconds", "CAST('1e999999999 seconds' AS INTERVAL)"),
        named("seconds", "INTERVAL '1e999999999' SECOND"),
        named("JSON number", "schema_of_json('{\"a\":1e999999999}')"),
        named("JSON decimal", "from_json('{\"a\":1e999999999}', 'a DECIMAL(10,2)')"),
        named("CSV decimal", "from_csv('1e999999999', 'a DECIMAL(38,2)')"),
        named("schema of CSV", "schema_of_csv('1e999999999')"),
        named("CSV double", "from_csv('1e999999999', 'a DOUBLE, b INT')"),
        named("cast to bigint", "CAST(CAST('1e999999999' AS DECIMAL(38,0)) AS BIGINT)"),
        named("to_number", "to_number('1e999999999', '9')"),
        named("names", "a" + ".a".repeat(100_000)),
        named("comment", "1 " + "/*".repeat(100_000)),
        named("quotes", "'".repeat(99_999)));
  }

  private static Arguments named(String name, String sql) {
    return Arguments.of(org.junit.jupiter.api.Named.of(name, sql));
  }

  @ParameterizedTest
  @MethodSource("extremes")
  void extremesEndInWords(String sql) {
    String bug = assertTimeoutPreemptively(Duration.ofSeconds(300), () -> bug("SELECT " + sql));
    assertThat(bug).isEmpty();
  }

  @Test
  void randomExpressionsEndInWords() {
    Random random = new Random(SEED);
    run(
        i ->
            "SELECT "
                + expression(random, 4)
                + " FROM VALUES (1, 'a', 2.5D, DATE'2024-01-01'),"
                + " (NULL, NULL, NULL, NULL), (-5, '7', -0D, NULL) AS t(i, s, d, dt)"
                + (random.nextInt(4) == 0 ? " WHERE " + expression(random, 2) : ""));
  }

  @Test
  void brokenQueriesEndInWords() throws IOException {
    Path cases = SharedData.require("conformance/expressions/cases.jsonl");
    List<String> queries = new ArrayList<>();
    for (String line : Files.readAllLines(cases)) {
      Map<String, ?> each = Json.parseObject(line);
      queries.add(String.valueOf(each.get("sql")));
    }
    Random random = new Random(SEED);
    run(i -> broken(queries, random));
  }

  private interface Source {
    String sql(int round);
  }

  private static void run(Source source) {
    List<String> bugs = new ArrayList<>();
    String[] current = {""};
    assertTimeoutPreemptively(
        Duration.ofSeconds(300 + ROUNDS / 10),
        () -> {
          for (int i = 0; i < ROUNDS && bugs.size() < 20; i++) {
            current[0] = source.sql(i);
            String bug = bug(current[0]);
            if (!bug.isEmpty()) {
              bugs.add(current[0] + "\n      " + bug);
            }
          }
        },
        () -> "seed " + SEED + " hangs in " + current[0]);
    assertThat(bugs).as("seed %d", SEED).isEmpty();
  }

  /** Empty for rows and for errors in words. */
  private static String bug(String sql) {
    Problems problems = new Problems();
    try {
      Rel plan =
          new SelectPlanner(Session.DEFAULT, Calls.FUNCTIONS, problems, QueryExecutor::executeNow)
              .plan(
                  SqlTesting.text(sql),
                  SelectPlanner.Tables.NONE,
                  Rel.Aggregate.Scope.BATCH,
                  Origin.NONE)
              .orElse(null);
      problems.throwIfErrors();
      if (plan != null) {
        for (Batch batch : QueryExecutor.execute(plan)) {
          batch.columns().forEach(column -> column.flatten().isNull(0));
        }
      }
      return "";
    } catch (InvalidPipelineException | PipelineException e) {
      return "";
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
      return e
          + Stream.of(e.getStackTrace())
              .limit(6)
              .map(frame -> "\n        " + frame)
              .collect(Collectors.joining());
    }
  }

  private static String broken(List<String> queries, Random random) {
    List<String> tokens = tokens(queries.get(random.nextInt(queries.size())));
    List<String> others = tokens(queries.get(random.nextInt(queries.size())));
    for (int changes = 1 + random.nextInt(3); changes > 0 && !tokens.isEmpty(); changes--) {
      int at = random.nextInt(tokens.size());
      switch (random.nextInt(5)) {
        case 0 -> tokens.remove(at);
        case 1 -> tokens.add(at, tokens.get(random.nextInt(tokens.size())));
        case 2 -> tokens.set(at, " " + WORDS.get(random.nextInt(WORDS.size())) + " ");
        case 3 -> tokens.set(at, others.get(random.nextInt(others.size())));
        default -> {
          int to = Math.min(tokens.size(), at + random.nextInt(8));
          tokens.addAll(at, new ArrayList<>(tokens.subList(at, to)));
        }
      }
    }
    return String.join("", tokens);
  }

  private static List<String> tokens(String sql) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKENS.matcher(sql);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    return tokens;
  }

  private static String expression(Random random, int depth) {
    if (depth == 0 || random.nextInt(5) == 0) {
      return pick(
          random,
          "i",
          "s",
          "d",
          "dt",
          "1",
          "-7",
          "'abc'",
          "NULL",
          "2.50",
          "true",
          "'%'",
          "array(1, i)",
          "map('a', i)",
          "named_struct('a', i, 'b', s)",
          "INTERVAL '1' DAY",
          "9223372036854775807",
          "TIMESTAMP'2024-01-01 10:00:00'",
          "X'00FF'",
          "'2024-01-01'",
          "CAST('1e30' AS DECIMAL(38,2))");
    }
    String a = expression(random, depth - 1);
    String b = expression(random, depth - 1);
    return switch (random.nextInt(12)) {
      case 0, 1 ->
          "("
              + a
              + pick(random, " + ", " - ", " * ", " / ", " % ", " div ", " || ", " & ")
              + b
              + ")";
      case 2 ->
          "(" + a + pick(random, " = ", " < ", " >= ", " <=> ", " <> ", " AND ", " OR ") + b + ")";
      case 3 -> "CASE WHEN " + a + " THEN " + b + " ELSE " + expression(random, depth - 1) + " END";
      case 4 ->
          pick(random, "CAST(", "TRY_CAST(")
              + a
              + " AS "
              + pick(
                  random,
                  "INT",
                  "STRING",
                  "DOUBLE",
                  "DECIMAL(5,2)",
                  "DATE",
                  "TIMESTAMP",
                  "BOOLEAN",
                  "ARRAY<STRING>",
                  "BINARY",
                  "TINYINT",
                  "INTERVAL DAY TO SECOND",
                  "MAP<STRING,INT>")
              + ")";
      case 5 ->
          "("
              + a
              + pick(random, " IS NULL", " IS NOT TRUE", " IS DISTINCT FROM " + b, " LIKE " + b)
              + ")";
      case 6 -> "(" + a + " IN (" + b + ", " + a + "))";
      case 7 -> "(" + a + " BETWEEN " + b + " AND " + a + ")";
      case 8 -> a + "[" + b + "]";
      default -> {
        List<String> names = Calls.FUNCTIONS.names();
        String arguments =
            IntStream.range(0, random.nextInt(4))
                .mapToObj(k -> random.nextInt(8) == 0 ? "x -> x" : expression(random, depth - 1))
                .collect(Collectors.joining(", "));
        yield names.get(random.nextInt(names.size())) + "(" + arguments + ")";
      }
    };
  }

  private static String pick(Random random, String... of) {
    return of[random.nextInt(of.length)];
  }
}
