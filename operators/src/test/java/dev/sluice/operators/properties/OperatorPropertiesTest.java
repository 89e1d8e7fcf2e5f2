package dev.sluice.operators.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Batch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What is written with signs and words and not as a call, over random operands. */
class OperatorPropertiesTest {
  private static final long SEED = Long.getLong("properties.seed", 42);
  private static final int CALLS = 30;

  private static final List<String> FORMS =
      List.of(
          "$ = $",
          "$ <=> $",
          "$ < $",
          "$ <= $",
          "$ > $",
          "$ >= $",
          "$ <> $",
          "$ + $",
          "$ - $",
          "$ * $",
          "$ / $",
          "$ % $",
          "$ div $",
          "$ || $",
          "$ & $",
          "-$",
          "NOT $",
          "b AND $ < $",
          "$ = $ OR b",
          "$ IS NULL",
          "$ IS NOT NULL",
          "$ IN ($, $)",
          "$ BETWEEN $ AND $",
          "$ LIKE $",
          "$ RLIKE $",
          "$[$]",
          "st.a + $",
          "ar.k[$]",
          "CAST($ AS STRING)",
          "CAST($ AS DECIMAL(12,3))",
          "CAST($ AS INT)",
          "TRY_CAST($ AS BIGINT)",
          "TRY_CAST($ AS DOUBLE)",
          "TRY_CAST($ AS TIMESTAMP)",
          "CASE WHEN b THEN $ ELSE $ END",
          "CASE WHEN i < $ THEN $ END",
          "CASE WHEN l > 0 AND b THEN $ WHEN s = $ THEN $ ELSE $ END",
          "CASE WHEN $ = $ THEN upper(s) WHEN i IS NULL THEN $ ELSE $ END",
          "CASE $ WHEN $ THEN $ ELSE $ END");

  @TestFactory
  List<DynamicTest> valuesDependOnTheRowAlone() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String form : FORMS) {
      tests.add(DynamicTest.dynamicTest(form, () -> check(form)));
    }
    return tests;
  }

  private static void check(String form) {
    Random random = new Random(SEED + form.hashCode());
    Batch rows = new RandomValues(random).batch(Calls.COLUMNS, 40);
    Set<String> calls = new LinkedHashSet<>();
    for (int i = 0; i < 400 && calls.size() < CALLS; i++) {
      StringBuilder sql = new StringBuilder();
      for (char c : form.toCharArray()) {
        sql.append(c == '$' ? Calls.argument(random) : String.valueOf(c));
      }
      if (!calls.contains(sql.toString()) && Calls.binds(sql.toString())) {
        calls.add(sql.toString());
      }
    }
    assertThat(calls).as("what can be bound").isNotEmpty();
    List<String> violations = new ArrayList<>();
    for (String sql : calls) {
      violations.addAll(
          ScalarProperties.violations(
              sql, Calls.bind(sql, Calls.COLUMNS), rows, random, violations.isEmpty()));
    }
    assertThat(violations).as("seed %d", SEED).isEmpty();
  }
}
