package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
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

  private static final String FILES =
      """
      name: kept-files
      sources:
        clicks:
          format: csv
          path: in/clicks
          options: {maxFilesPerTrigger: 1}
          schema: {id: bigint, word: string, at: timestamp}
        views:
          format: csv
          path: in/views
          options: {maxFilesPerTrigger: 1}
          schema: {id: bigint, seen: timestamp}
      views:
        marked:
          - from: clicks
          - watermark: {column: at, delay: 1 minute}
        sessions:
          - from: marked
          - groupBy:
              window: {column: at, gap: 2 minutes}
              keys: [word]
              agg: {n: count(*)}
          - select: [word, n]
        states:
          - from: marked
          - transformWithState:
              keys: [word]
              state: {highest: bigint}
              update: {highest: "greatest(state.highest, row.id)"}
              emit: {each: batch, select: [key.word, state.highest]}
        seen:
          - from: views
          - watermark: {column: seen, delay: 1 minute}
          - rename: {id: view}
        pairs:
          - from: marked
          - join: {with: seen, type: inner, on: id = view AND seen BETWEEN at - INTERVAL 5 MINUTES AND at}
          - select: [id, word]
      trigger: availableNow
      sinks:
        - {from: sessions, format: json, path: out/sessions}
        - {from: states, format: json, path: out/states}
        - {from: pairs, format: json, path: out/pairs}
      settings: {parallelism: 2}
      checkpointLocation: cp
      """;

  private static final List<String> SINKS = List.of("out/sessions", "out/states", "out/pairs");

  /**
   * Two of the three batches are in what was kept; the pairs and sessions of the third reach back.
   */
  @ParameterizedTest
  @ValueSource(strings = "0.1-files")
  void logsOfFilesSessionsJoinsAndStatesAreGoneOnWith(String release) throws IOException {
    PipelineFolder whole = new PipelineFolder(Files.createDirectory(folder.resolve("whole")));
    whole.pipeline(FILES);
    for (int batch = 0; batch < 3; batch++) {
      input(whole, batch);
      if (batch == 1 && System.getProperty("sluice.keep") != null) {
        whole.succeeds();
        keep(whole.root, Path.of(System.getProperty("sluice.keep"), release));
      }
    }
    whole.succeeds();
    PipelineFolder kept = new PipelineFolder(Files.createDirectory(folder.resolve("kept")));
    restore(
        SharedData.repository().resolve("runner/cli/src/test/resources/checkpoints/" + release),
        kept.root);
    kept.pipeline(FILES);
    for (int batch = 0; batch < 3; batch++) {
      input(kept, batch);
    }
    kept.succeeds();
    for (String sink : SINKS) {
      assertThat(kept.rows(sink)).as(sink).isNotEmpty().isEqualTo(whole.rows(sink));
    }
  }

  private static void input(PipelineFolder into, int batch) throws IOException {
    StringBuilder clicks = new StringBuilder();
    StringBuilder views = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      clicks.append(10 * batch + i).append(",w").append(i % 2).append(',');
      clicks.append(time(90 * batch + 10 + i)).append('\n');
      // Of what is clicked in the next batch.
      views.append(10 * batch + 10 + i).append(',').append(time(90 * batch + i)).append('\n');
    }
    if (batch == 1) {
      // A session of its own, over once the third batch has moved the watermark.
      clicks.append("99,once,").append(time(5)).append('\n');
    }
    into.put("in/clicks/" + batch + ".csv", clicks.toString());
    into.put("in/views/" + batch + ".csv", views.toString());
  }

  private static String time(int seconds) {
    return LocalDateTime.of(2026, 1, 1, 10, 0, 0).plusSeconds(seconds).toString();
  }

  /**
   * With {@code -Dsluice.keep=FOLDER}, for a new release: what this one leaves after two batches.
   */
  private static void keep(Path from, Path into) throws IOException {
    copy(from, into, "file://" + from, "file://FOLDER");
  }

  private static void restore(Path from, Path into) throws IOException {
    copy(from, into, "file://FOLDER", "file://" + into);
  }

  /** Paths in logs are whole ones; sums of the files that have them would not fit. */
  private static void copy(Path from, Path into, String path, String instead) throws IOException {
    for (String part : List.of("cp", "out")) {
      try (Stream<Path> all = Files.walk(from.resolve(part))) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          String name = file.getFileName().toString();
          if (name.endsWith(".crc") || name.equals(".lock")) {
            continue;
          }
          Path to = into.resolve(from.relativize(file).toString());
          Files.createDirectories(to.getParent());
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          Files.writeString(to, text.replace(path, instead), StandardCharsets.ISO_8859_1);
        }
      }
    }
  }
}
