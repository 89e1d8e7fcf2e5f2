package dev.sluice.runner.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.expression.Session;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Runs the observed expressions and counts those whose result is that of Spark. */
@NullMarked
class ExpressionConformanceTest {
  /** Errors for want of a feature agree with no error of Spark. */
  private static final Set<String> MISSING =
      Set.of("unknown-function", "not-implemented", "internal");

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
      count[agrees(expected, actual) ? 0 : 1]++;
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
    assertThat(crashes).as("bugs that came out as such").hasSizeLessThan(10);
  }

  private static boolean agrees(
      Map<String, @Nullable Object> expected, Map<String, @Nullable Object> actual) {
    if (expected.containsKey("error")) {
      boolean unknownToSpark = String.valueOf(expected.get("error")).contains("UNRESOLVED_ROUTINE");
      return actual.get("error") instanceof Map<?, ?> error
          && (unknownToSpark || !MISSING.contains(String.valueOf(error.get("code"))));
    }
    return !actual.containsKey("error")
        && types(expected).equals(types(actual))
        && rows(expected).equals(rows(actual));
  }

  private static List<String> types(Map<String, @Nullable Object> answer) {
    List<String> types = new ArrayList<>();
    for (Object column : (List<?>) java.util.Objects.requireNonNull(answer.get("columns"))) {
      types.add(String.valueOf(((Map<?, ?>) column).get("type")));
    }
    return types;
  }

  private static List<String> rows(Map<String, @Nullable Object> answer) {
    List<String> rows = new ArrayList<>();
    for (Object row : (List<?>) java.util.Objects.requireNonNull(answer.get("rows"))) {
      rows.add(canonical(row));
    }
    java.util.Collections.sort(rows);
    return rows;
  }

  /** Numbers by nine digits, objects by name. */
  private static String canonical(@Nullable Object value) {
    if (value instanceof Number number) {
      BigDecimal exact = new BigDecimal(number.toString());
      BigDecimal rounded = exact.scale() <= 0 ? exact : exact.round(new MathContext(9));
      return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ExpressionConformanceTest::canonical).toList().toString();
    }
    if (value instanceof Map<?, ?> map) {
      TreeMap<String, String> sorted = new TreeMap<>();
      map.forEach((k, v) -> sorted.put(String.valueOf(k), canonical(v)));
      return sorted.toString();
    }
    return value == null ? "null" : "\"" + value + "\"";
  }
}
