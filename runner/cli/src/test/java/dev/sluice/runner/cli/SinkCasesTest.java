package dev.sluice.runner.cli;

import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.Conformance;
import dev.sluice.operators.testing.SharedData;
import dev.sluice.operators.testing.Waivers;
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
  @TempDir Path folder;

  @Test
  void eachBatchLeavesTheFilesThatSparkLeft() throws IOException {
    Path cases = SharedData.require("conformance/streaming/sink_cases.jsonl");
    Waivers waivers = Waivers.of("sinks");
    for (String line : Files.readAllLines(cases)) {
      Map<String, @Nullable Object> one = Json.parseObject(line);
      String id = String.valueOf(one.get("id"));
      Path own = Files.createDirectory(folder.resolve(id));
      waivers.judge(id, difference(one, StreamingCases.run(one, own), own));
    }
    waivers.verify();
  }

  private static String difference(
      Map<String, @Nullable Object> one, Optional<Map<String, @Nullable Object>> seen, Path folder)
      throws IOException {
    if (seen.isEmpty()) {
      return "not run";
    }
    Map<?, ?> expected = (Map<?, ?>) one.get("expected");
    String outcome = Conformance.difference(one, seen.get());
    if (!outcome.isEmpty() || !"ok".equals(expected.get("outcome"))) {
      return outcome;
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
        boolean binary = suffix.endsWith("parquet") || suffix.endsWith("orc");
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
