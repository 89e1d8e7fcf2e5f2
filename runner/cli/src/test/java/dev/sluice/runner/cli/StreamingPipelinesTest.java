package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.Conformance;
import dev.sluice.operators.testing.SharedData;
import dev.sluice.operators.testing.Waivers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Observed streaming queries, as pipelines from files: each batch has the rows that Spark gave. */
@NullMarked
class StreamingPipelinesTest {
  @TempDir Path folder;

  @Test
  void givesEachBatchTheRowsThatSparkGave() throws IOException {
    Waivers waivers = Waivers.of("streaming");
    int run = 0;
    for (String file : List.of("suite_cases", "random_cases")) {
      Path cases = SharedData.require("conformance/streaming/" + file + ".jsonl");
      for (String line : Files.readAllLines(cases)) {
        Map<String, @Nullable Object> one = Json.parseObject(line);
        String id = String.valueOf(one.get("id"));
        Optional<Map<String, @Nullable Object>> seen =
            StreamingCases.run(one, Files.createDirectory(folder.resolve(id)));
        if (seen.isPresent()) {
          waivers.judge(id, Conformance.difference(one, seen.get()));
          run++;
        }
      }
    }
    waivers.verify();
    assertThat(run).isGreaterThan(440);
  }
}
