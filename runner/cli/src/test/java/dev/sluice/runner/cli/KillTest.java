package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, killed with SIGKILL at random moments and started again: the result is that of a
 * run nobody disturbed.
 */
class KillTest {
  private static final int FILES = 2000;
  private static final int ROWS = 5;
  private static final int KILLS = 25;
  private static final long SEED = 20260101L;

  @TempDir Path folder;

  @Test
  void filesHoldEachRowOnceHoweverOftenTheProcessDies() throws Exception {
    writeInput();
    Path pipeline =
        write(
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
    killAndRestart(pipeline);
    List<Long> ids = new ArrayList<>();
    for (Path file : committedFiles()) {
      for (String line : Files.readAllLines(file)) {
        ids.add((Long) Json.parseObject(line).get("id"));
      }
    }
    assertThat(ids)
        .containsExactlyInAnyOrderElementsOf(
            Stream.iterate(0L, id -> id < FILES * ROWS, id -> id + 1)
                .filter(id -> id % 3 != 0)
                .toList());
  }

  @Test
  void runningTotalsAreRightHoweverOftenTheProcessDies() throws Exception {
    writeInput();
    Path pipeline =
        write(
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
    killAndRestart(pipeline);
    // One more file, so that the last run has something to say.
    writeFile(FILES);
    Path out = folder.resolve("out");
    assertThat(start(pipeline, out).waitFor()).isZero();
    Map<String, List<Long>> totals = new TreeMap<>();
    for (String line : Files.readAllLines(out)) {
      Map<?, ?> row = (Map<?, ?>) Json.parseObject(line).get("row");
      totals.put(
          String.valueOf(row.get("country")),
          List.of((Long) row.get("n"), (Long) row.get("total")));
    }
    Map<String, List<Long>> expected = new TreeMap<>();
    for (long id = 0; id < (FILES + 1L) * ROWS; id++) {
      long added = id;
      expected.merge(
          country(id), List.of(1L, id), (a, b) -> List.of(a.get(0) + 1, a.get(1) + added));
    }
    assertThat(totals).isEqualTo(expected);
  }

  private void killAndRestart(Path pipeline) throws Exception {
    Random random = new Random(SEED);
    int killed = 0;
    for (int start = 0; start < KILLS; start++) {
      Process process = start(pipeline, folder.resolve("killed"));
      // The first part of a second is start-up: most kills must come later.
      if (process.waitFor(300 + random.nextInt(700), TimeUnit.MILLISECONDS)) {
        assertThat(process.exitValue()).as(() -> read(folder.resolve("err"))).isZero();
        break;
      }
      process.destroyForcibly().waitFor();
      killed++;
    }
    assertThat(killed).as("processes killed, seed %s", SEED).isGreaterThan(2);
    assertThat(start(pipeline, folder.resolve("last")).waitFor())
        .as(() -> read(folder.resolve("err")))
        .isZero();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Process start(Path pipeline, Path out) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "dev.sluice.runner.cli.Main",
            "run",
            pipeline.toString())
        .redirectOutput(out.toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("pipeline.yaml"), text, StandardCharsets.UTF_8);
  }

  private void writeInput() throws IOException {
    for (int file = 0; file < FILES; file++) {
      writeFile(file);
    }
  }

  private void writeFile(int file) throws IOException {
    Path input = Files.createDirectories(folder.resolve("input"));
    StringBuilder text = new StringBuilder();
    for (long id = (long) file * ROWS; id < (file + 1L) * ROWS; id++) {
      text.append(id).append(',').append(country(id)).append('\n');
    }
    Path path = input.resolve("f" + file + ".csv");
    Files.writeString(path, text);
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_767_225_600_000L + file * 1000L));
  }

  private static String country(long id) {
    return "c" + id % 4;
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
