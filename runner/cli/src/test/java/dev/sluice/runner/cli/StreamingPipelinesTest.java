package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Observed streaming queries, as pipelines from files: each batch has the rows that Spark gave. */
@NullMarked
class StreamingPipelinesTest {
  /** Cases that differ, and why. */
  private static final Map<String, String> WAIVED =
      Map.of(
          "fd-modified-before", "refused before the start, where Spark fails after it",
          "agg-many-functions", "the order of collect_set is nobody's promise",
          "agg-many-functions.onerun", "the order of collect_set is nobody's promise");

  @TempDir Path folder;

  @Test
  void givesEachBatchTheRowsThatSparkGave() throws IOException {
    Map<String, String> wrong = new TreeMap<>();
    int right = 0;
    for (String file : List.of("suite_cases", "random_cases")) {
      Path cases = SharedData.require("conformance/streaming/" + file + ".jsonl");
      for (String line : Files.readAllLines(cases)) {
        Map<String, @Nullable Object> one = Json.parseObject(line);
        String id = String.valueOf(one.get("id"));
        if (WAIVED.containsKey(id)) {
          continue;
        }
        Optional<Map<String, @Nullable Object>> seen =
            StreamingCases.run(one, Files.createDirectory(folder.resolve(id)));
        if (seen.isEmpty()) {
          continue;
        }
        String difference = difference(one, seen.get());
        if (difference.isEmpty()) {
          right++;
        } else if (!difference.contains("error[unknown-function]")) {
          wrong.put(id, difference);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(right).isGreaterThan(120);
  }

  private static String difference(Map<String, ?> one, Map<String, ?> seen) {
    Map<?, ?> expected = (Map<?, ?>) one.get("expected");
    String outcome = String.valueOf(expected.get("outcome"));
    String own =
        seen.containsKey("rejected") ? "rejected" : seen.containsKey("failed") ? "failed" : "ok";
    if (!own.equals(outcome)) {
      return own + " instead of " + outcome + ": " + seen.get(own);
    }
    boolean ordered = Boolean.TRUE.equals(one.get("ordered"));
    List<List<String>> expectedRows = rows(expected.get("batches"), ordered);
    List<List<String>> ownRows = rows(seen.get("batches"), ordered);
    return outcome.equals("rejected") || expectedRows.equals(ownRows)
        ? ""
        : ownRows + " instead of " + expectedRows;
  }

  /** The batches that have rows, each row as text that is equal for equal values. */
  private static List<List<String>> rows(@Nullable Object batches, boolean ordered) {
    List<List<String>> all = new ArrayList<>();
    for (Object batch : batches == null ? List.of() : (List<?>) batches) {
      List<String> rows = new ArrayList<>();
      for (Object row : (List<?>) ((Map<?, ?>) batch).get("rows")) {
        rows.add(canonical(row));
      }
      if (!ordered) {
        Collections.sort(rows);
      }
      if (!rows.isEmpty()) {
        all.add(rows);
      }
    }
    return all;
  }

  private static String canonical(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      TreeMap<String, String> sorted = new TreeMap<>();
      map.forEach((key, item) -> sorted.put(String.valueOf(key), canonical(item)));
      return sorted.toString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(StreamingPipelinesTest::canonical).toList().toString();
    }
    if (value instanceof Number number) {
      BigDecimal rounded = new BigDecimal(number.toString()).round(new MathContext(9));
      return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
    return String.valueOf(value);
  }
}
