package dev.sluice.operators.properties;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.testing.SqlTesting;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Calls of every function there is, with arguments drawn at random: those that can be bound. */
final class Calls {
  static final FunctionRegistry FUNCTIONS = FunctionRegistry.load();

  /** One column of every kind that functions take. */
  static final Schema COLUMNS =
      TypeParser.parseSchema(
          "b BOOLEAN, ti TINYINT, si SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, n DECIMAL(10,2),"
              + " w DECIMAL(38,10), s STRING, s2 STRING, bin BINARY, dt DATE, ts TIMESTAMP,"
              + " tn TIMESTAMP_NTZ, ym INTERVAL YEAR TO MONTH, ds INTERVAL DAY TO SECOND,"
              + " ai ARRAY<INT>, ad ARRAY<DOUBLE>, ast ARRAY<STRING>, aa ARRAY<ARRAY<INT>>,"
              + " ar ARRAY<STRUCT<k:STRING,v:INT>>, m MAP<STRING,INT>, mi MAP<INT,DOUBLE>,"
              + " st STRUCT<a:INT,b:STRING>");

  private static final List<String> CONSTANTS =
      List.of(
          "0",
          "1",
          "2",
          "-1",
          "3",
          "16",
          "256",
          "0.5D",
          "1L",
          "true",
          "''",
          "'a'",
          "'abc'",
          "','",
          "'[a-z]+'",
          "'$.a'",
          "'a INT, b STRING'",
          "'UTC'",
          "'yyyy-MM-dd'",
          "'year'",
          "'MONTH'",
          "'utf-8'",
          "'#,##0.00'",
          "'999.99'",
          "'%s'",
          "'x'",
          "map('sep', ';')",
          "array(0.25, 0.5)",
          "array(1, 2, NULL)",
          "'a/b'",
          "DATE'2024-02-29'",
          "TIMESTAMP'2024-02-29 12:34:56'",
          "INTERVAL '1' DAY",
          "INTERVAL '2' MONTH",
          "make_interval(0, 1, 0, 2)",
          "NULL",
          "CAST(NULL AS INT)",
          "CAST(NULL AS STRING)",
          "'1 hour'",
          "x -> x",
          "x -> x IS NOT NULL",
          "(x, y) -> x",
          "(x, y) -> x <=> y",
          "(x, y) -> y",
          "(x, y, z) -> y",
          "x -> length(x)",
          "x -> x + 1",
          "(x, y) -> x + y",
          "named_struct('a', i)");

  private Calls() {}

  /** All functions of a kind, each once. */
  static List<Function> functions(Predicate<Function> kind) {
    Map<String, Function> found = new TreeMap<>();
    for (String name : FUNCTIONS.names()) {
      FUNCTIONS.find(name).filter(kind).ifPresent(f -> found.put(f.name(), f));
    }
    return List.copyOf(found.values());
  }

  /** Up to {@code wanted} calls of a function that the test can bind. */
  static List<String> of(
      Function function, Random random, int wanted, int tries, Predicate<String> binds) {
    Set<String> calls = new LinkedHashSet<>();
    for (int i = 0; i < tries && calls.size() < wanted; i++) {
      // The first tries walk through the types of one argument, the commonest case.
      int count = i < COLUMNS.size() ? 1 : i == COLUMNS.size() ? 0 : 1 + random.nextInt(4);
      List<String> arguments = new ArrayList<>();
      for (int a = 0; a < count; a++) {
        arguments.add(
            i < COLUMNS.size()
                ? COLUMNS.field(random.nextInt(COLUMNS.size())).name()
                : argument(random));
      }
      String call = function.name() + "(" + String.join(", ", arguments) + ")";
      if (!calls.contains(call) && binds.test(call)) {
        calls.add(call);
      }
    }
    return List.copyOf(calls);
  }

  /** A column or a constant. */
  static String argument(Random random) {
    return random.nextInt(3) > 0
        ? COLUMNS.field(random.nextInt(COLUMNS.size())).name()
        : CONSTANTS.get(random.nextInt(CONSTANTS.size()));
  }

  /** Whether an expression can be bound; anything but a told mistake is a failure of the test. */
  static boolean binds(String sql) {
    try {
      SqlTesting.bind(sql, COLUMNS);
      return true;
    } catch (InvalidPipelineException e) {
      return false;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError("binding " + sql + " fails with " + e, e);
    }
  }

  static Expression bind(String sql, Schema schema) {
    return SqlTesting.bind(sql, schema);
  }
}
