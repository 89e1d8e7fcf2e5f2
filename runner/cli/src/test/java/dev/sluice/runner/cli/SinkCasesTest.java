package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Observed file sinks, as pipelines: each batch leaves the folders, names and texts that Spark
 * left.
 */
@NullMarked
class SinkCasesTest {
  /** Cases that cannot be run, and why. */
  private static final Map<String, String> WAIVED =
      Map.of(
          "sk-agg", "needs a watermark and windows",
          "sk-orc", "there is no ORC yet");

  @TempDir Path folder;

  @Test
  void eachBatchLeavesTheFilesThatSparkLeft() throws IOException {
    Path cases = SharedData.require("conformance/streaming/sink_cases.jsonl");
    Map<String, String> wrong = new TreeMap<>();
    for (String line : Files.readAllLines(cases)) {
      Map<String, @Nullable Object> one = Json.parseObject(line);
      String id = String.valueOf(one.get("id"));
      Path own = Files.createDirectory(folder.resolve(id));
      String difference = difference(one, StreamingCases.run(one, own), own);
      if (WAIVED.containsKey(id)) {
        assertThat(difference).as("%s is waived, but is right", id).isNotEmpty();
      } else if (!difference.isEmpty()) {
        wrong.put(id, difference);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static String difference(
      Map<String, @Nullable Object> one, Optional<Map<String, @Nullable Object>> seen, Path folder)
      throws IOException {
    if (seen.isEmpty()) {
      return "not run";
    }
    Map<?, ?> expected = (Map<?, ?>) one.get("expected");
    String outcome = String.valueOf(expected.get("outcome"));
    String own =
        seen.get().containsKey("rejected")
            ? "rejected"
            : seen.get().containsKey("failed") ? "failed" : "ok";
    if (own.equals("rejected") && isAnalysis(expected)) {
      return "";
    }
    if (!own.equals(outcome)) {
      return own + " instead of " + outcome + ": " + seen.get().get(own);
    }
    if (!outcome.equals("ok")) {
      return "";
    }
    Map<String, String> wanted = new TreeMap<>();
    for (Object item : (List<?>) expected.get("sink_files")) {
      Map<?, ?> file = (Map<?, ?>) item;
      String text = file.containsKey("text") ? String.valueOf(file.get("text")) : "";
      wanted.merge(
          key(file.get("batch"), file.get("dir"), file.get("suffix")), text, String::concat);
    }
    Map<String, String> written = written(folder.resolve(StreamingCases.OUTPUT), wanted);
    return written.equals(wanted) ? "" : written + " instead of " + wanted;
  }

  /** What Spark refuses while it plans the first batch may be refused before the start. */
  private static boolean isAnalysis(Map<?, ?> expected) {
    return expected.get("failed") instanceof Map<?, ?> failed
        && String.valueOf(failed.get("exception")).endsWith("AnalysisException");
  }

  private static String key(Object batch, Object dir, Object suffix) {
    return batch + " [" + dir + "] " + suffix;
  }

  /** The text of the committed files, by batch, folder and suffix; empty for binary formats. */
  private static Map<String, String> written(Path output, Map<String, String> wanted)
      throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (long batch = 0; Files.exists(output.resolve("_spark_metadata/" + batch)); batch++) {
      for (String line : Files.readAllLines(output.resolve("_spark_metadata/" + batch))) {
        if (!line.startsWith("{")) {
          continue;
        }
        Path file = Path.of(URI.create(String.valueOf(Json.parseObject(line).get("path"))));
        String name = file.getFileName().toString();
        String suffix = name.substring(name.indexOf("c000") + 4);
        boolean binary = suffix.endsWith("parquet");
        String key = key(batch, output.relativize(file.getParent()), suffix);
        texts.merge(key, binary ? "" : text(file), String::concat);
      }
    }
    // Spark writes a file for each of its tasks, empty ones too; ours may be fewer or more.
    texts.entrySet().removeIf(e -> e.getValue().isEmpty() && !wanted.containsKey(e.getKey()));
    return texts;
  }

  private static String text(Path file) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
