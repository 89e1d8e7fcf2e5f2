package dev.sluice.runner.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.expression.Session;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.testing.Conformance;
import dev.sluice.operators.testing.SharedData;
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

/** Runs the observed expressions and counts those whose result is that of Spark. */
@NullMarked
class ExpressionConformanceTest {
  /** Raise them when the count goes up; they never go down. */
  private static final Map<String, Double> LEAST = Map.of("1", 0.95, "2", 0.84, "3", 0.41);

  @Test
  void agreesWithSpark() throws IOException {
    Path cases = SharedData.require("conformance/expressions/cases.jsonl");
    SqlLines sql = new SqlLines(Session.DEFAULT, FunctionRegistry.load());
    Map<String, int[]> counts = new TreeMap<>();
    List<String> crashes = new ArrayList<>();
    for (String line : Files.readAllLines(cases)) {
      Map<String, @Nullable Object> expected = Json.parseObject(line);
      Map<String, @Nullable Object> actual = Json.parseObject(sql.answer(line));
      int[] count = counts.computeIfAbsent(String.valueOf(expected.get("tier")), t -> new int[2]);
      count[Conformance.difference(expected, actual).isEmpty() ? 0 : 1]++;
      if (actual.get("error") instanceof Map<?, ?> error && "internal".equals(error.get("code"))) {
        crashes.add(expected.get("id") + ": " + error.get("message"));
      }
    }
    counts.forEach(
        (tier, count) -> {
          double share = (double) count[0] / (count[0] + count[1]);
          System.out.printf("tier %s: %d of %d agree%n", tier, count[0], count[0] + count[1]);
          assertThat(share)
              .as("tier " + tier)
              .isGreaterThanOrEqualTo(LEAST.getOrDefault(tier, 0.0));
        });
    assertThat(crashes).as("bugs that came out as such").isEmpty();
  }
}
