package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, killed with SIGKILL at random moments and started again: the result is that of a
 * run nobody disturbed.
 */
class KillTest {
  @TempDir Path folder;
  private KilledRuns runs;

  @BeforeEach
  void begin() {
    runs = new KilledRuns(folder);
  }

  @Test
  void filesHoldEachRowOnceHoweverOftenTheProcessDies() throws Exception {
    Path pipeline =
        runs.pipeline(
            """
            name: kill-files
            source:
              format: csv
              path: input
              options: {maxFilesPerTrigger: 1}
              schema: {id: bigint, country: string}
            steps:
              - where: id % 3 <> 0
            trigger: availableNow
            sink: {format: json, path: output, partitionBy: [country]}
            checkpointLocation: checkpoint
            """);
    runs.killAndRestart(pipeline);
    List<Long> ids = new ArrayList<>();
    for (Path file : committedFiles()) {
      for (String line : Files.readAllLines(file)) {
        ids.add((Long) Json.parseObject(line).get("id"));
      }
    }
    assertThat(ids)
        .containsExactlyInAnyOrderElementsOf(
            Stream.iterate(0L, id -> id < runs.rows(), id -> id + 1)
                .filter(id -> id % 3 != 0)
                .toList());
  }

  /** State, watermark and files go together. */
  @Test
  void filesHoldEachWindowOnceWithAllItsRowsHoweverOftenTheProcessDies() throws Exception {
    KilledRuns few = new KilledRuns(folder, 8);
    Path pipeline =
        few.pipeline(
            """
            name: kill-windows
            source:
              format: csv
              path: input
              options: {maxFilesPerTrigger: 1}
              schema: {id: bigint, country: string}
            steps:
              - withColumns: {at: timestamp_seconds(id)}
              - watermark: {column: at, delay: 20 seconds}
              - groupBy:
                  window: {column: at, duration: 10 seconds}
                  agg: {n: count(*), total: sum(id)}
              - select: [unix_seconds(window.start) AS start, n, total]
            trigger: availableNow
            sink: {format: json, path: output}
            checkpointLocation: checkpoint
            """);
    few.killAndRestart(pipeline);
    List<String> windows = new ArrayList<>();
    for (Path file : committedFiles()) {
      windows.addAll(Files.readAllLines(file));
    }
    // A row a second; up to the watermark, which is the newest row's time less the delay.
    long ended = (few.rows() - 1 - 20) / 10;
    assertThat(windows)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.range(0, ended)
                .map(window -> window * 10)
                .mapToObj(
                    start ->
                        "{\"start\":%d,\"n\":10,\"total\":%d}".formatted(start, start * 10 + 45))
                .toList());
  }

  @Test
  void runningTotalsAreRightHoweverOftenTheProcessDies() throws Exception {
    Path pipeline =
        runs.pipeline(
            """
            name: kill-state
            source:
              format: csv
              path: input
              options: {maxFilesPerTrigger: 1}
              schema: {id: bigint, country: string}
            steps:
              - groupBy:
                  keys: [country]
                  agg: {n: count(*), total: sum(id)}
            trigger: availableNow
            sink: {format: console, outputMode: complete, options: {style: json}}
            checkpointLocation: checkpoint
            """);
    runs.killAndRestart(pipeline);
    // One more file, so that the last run has something to say.
    runs.writeInput(1);
    Path out = folder.resolve("out");
    assertThat(runs.start(pipeline, out).waitFor()).isZero();
    Map<String, List<Long>> totals = new TreeMap<>();
    for (String line : Files.readAllLines(out)) {
      Map<?, ?> row = (Map<?, ?>) Json.parseObject(line).get("row");
      totals.put(
          String.valueOf(row.get("country")),
          List.of((Long) row.get("n"), (Long) row.get("total")));
    }
    Map<String, List<Long>> expected = new TreeMap<>();
    for (long id = 0; id < runs.rows(); id++) {
      long added = id;
      expected.merge(
          KilledRuns.country(id),
          List.of(1L, id),
          (a, b) -> List.of(a.get(0) + 1, a.get(1) + added));
    }
    assertThat(totals).isEqualTo(expected);
  }

  /** The files that a reader who follows the sink's log sees. */
  private List<Path> committedFiles() throws IOException {
    TreeMap<Long, Path> entries = new TreeMap<>();
    TreeMap<Long, Path> compact = new TreeMap<>();
    try (Stream<Path> log = Files.list(folder.resolve("output/_spark_metadata"))) {
      for (Path entry : log.toList()) {
        String name = entry.getFileName().toString();
        if (name.matches("\\d+")) {
          entries.put(Long.parseLong(name), entry);
        } else if (name.endsWith(".compact")) {
          compact.put(Long.parseLong(name.replace(".compact", "")), entry);
        }
      }
    }
    long from = -1;
    Map<String, Path> files = new HashMap<>();
    if (!compact.isEmpty()) {
      from = compact.lastKey();
      add(compact.get(from), files);
    }
    for (Map.Entry<Long, Path> entry : entries.entrySet()) {
      if (entry.getKey() > from) {
        add(entry.getValue(), files);
      }
    }
    return List.copyOf(files.values());
  }

  private static void add(Path entry, Map<String, Path> files) throws IOException {
    for (String line : Files.readAllLines(entry)) {
      if (line.startsWith("{")) {
        String uri = String.valueOf(Json.parseObject(line).get("path"));
        files.put(uri, Path.of(URI.create(uri)));
      }
    }
  }
}
