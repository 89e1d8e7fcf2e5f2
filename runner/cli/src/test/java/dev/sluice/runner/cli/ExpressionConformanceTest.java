package dev.sluice.runner.cli;

import dev.sluice.operators.expression.Session;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.testing.Conformance;
import dev.sluice.operators.testing.SharedData;
import dev.sluice.operators.testing.Waivers;
import dev.sluice.runner.sql.SqlLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every observed expression has the value, the type and the names, or the error in the phase, that
 * it had in Spark.
 */
@NullMarked
class ExpressionConformanceTest {
  @Test
  void agreesWithSpark() throws IOException {
    Path cases = SharedData.require("conformance/expressions/cases.jsonl");
    SqlLines sql = new SqlLines(Session.DEFAULT, FunctionRegistry.load());
    Waivers waivers = Waivers.of("expressions");
    Map<String, int[]> counts = new TreeMap<>();
    Waivers names = Waivers.of("names");
    for (String line : Files.readAllLines(cases)) {
      Map<String, @Nullable Object> expected = Json.parseObject(line);
      Map<String, @Nullable Object> actual = Json.parseObject(sql.answer(line));
      String difference = Conformance.difference(expected, actual);
      String id = String.valueOf(expected.get("id"));
      boolean otherNames = difference.isEmpty() && !names(expected).equals(names(actual));
      names.judge(id, otherNames ? names(actual) + " and not " + names(expected) : "");
      waivers.judge(id, difference);
      int[] count = counts.computeIfAbsent(String.valueOf(expected.get("tier")), t -> new int[2]);
      count[difference.isEmpty() ? 0 : 1]++;
    }
    counts.forEach(
        (tier, count) ->
            System.out.printf("tier %s: %d of %d agree%n", tier, count[0], count[0] + count[1]));
    waivers.verify();
    names.verify();
  }

  private static List<Object> names(Map<String, @Nullable Object> answer) {
    List<Object> names = new ArrayList<>();
    if (answer.get("columns") instanceof List<?> columns) {
      for (Object column : columns) {
        names.add(String.valueOf(((Map<?, ?>) column).get("name")));
      }
    }
    return names;
  }
}
