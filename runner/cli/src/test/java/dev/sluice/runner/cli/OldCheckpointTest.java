package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints that older releases wrote, kept in {@code src/test/resources/checkpoints/RELEASE}: a
 * query with two kinds of state goes on in them, or is refused in words.
 */
class OldCheckpointTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = "0.1")
  void isGoneOnWithOrRefusedInWords(String release) throws IOException {
    Path kept =
        SharedData.repository().resolve("runner/cli/src/test/resources/checkpoints/" + release);
    try (Stream<Path> all = Files.walk(kept)) {
      for (Path file : all.toList()) {
        Files.copy(file, folder.resolve("cp").resolve(kept.relativize(file).toString()));
      }
    }
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        name: kept
        source:
          format: inline
          options:
            batches:
              - - {id: 1, word: a}
                - {id: 2, word: b}
              - - {id: 1, word: a}
                - {id: 3, word: a}
              - - {id: 2, word: b}
                - {id: 4, word: a}
          schema: {id: bigint, word: string}
        steps:
          - dropDuplicates: {columns: [id]}
          - groupBy: {keys: [word], agg: {n: count(*), total: sum(id)}}
        trigger: availableNow
        sink: {format: console, outputMode: update, options: {style: json}}
        settings: {parallelism: 2}
        checkpointLocation: cp
        """);
    Command.Result result = Command.run(folder, "run", "pipeline.yaml");
    if (result.code() == Main.DONE) {
      assertThat(result.out())
          .isEqualTo("{\"batchId\":2,\"row\":{\"word\":\"a\",\"n\":3,\"total\":8}}\n");
    } else {
      PipelineFolder.requireFailure(result, Main.UNFIT, "; ");
    }
  }
}
