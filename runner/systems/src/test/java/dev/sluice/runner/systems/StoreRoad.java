package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.JavaProcess;
import dev.sluice.runner.cli.Main;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole pipelines whose files, checkpoint and state lie on one kind of storage. {@code
 * -Dsluice.kills=100} kills more often.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
abstract class StoreRoad {
  static final int ROWS = 5;
  private static final int KILLS = Integer.getInteger("sluice.kills", 4);

  /** So many batches a run does at most before it is killed. */
  private static final int LONGEST = 4;

  /** What a process ends with that SIGKILL has ended. */
  private static final int KILLED = 137;

  private static final long SEED = 20260501L;

  @TempDir Path folder;

  /** A folder on the storage that no other test uses. */
  abstract String root();

  /** What {@code settings.hadoop} must say, one line each. */
  abstract Map<String, String> options();

  /** The text with the root, and the settings behind it. */
  Path pipeline(String name, String text) throws IOException {
    StringBuilder all = new StringBuilder(text.replace("ROOT", root()));
    all.append("settings:\n  parallelism: 2\n  hadoop:\n    io.file.buffer.size: 4096\n");
    options().forEach((key, value) -> all.append("    " + key + ": '" + value + "'\n"));
    return Files.writeString(folder.resolve(name + ".yaml"), all);
  }

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** Runs in this process; gives the exit code. */
  int run(Path pipeline, String... more) {
    List<String> words = new ArrayList<>(List.of("run", pipeline.toString()));
    words.addAll(List.of(more));
    err.reset();
    try (PrintStream out = new PrintStream(new ByteArrayOutputStream());
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      return Main.run(words, out, errors, folder);
    }
  }

  String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  void runWell(Path pipeline) {
    assertThat(run(pipeline)).as(this::errors).isZero();
  }

  /** Files {@code f0, f1, ...} of five rows each, oldest first. */
  void writeInput(int from, int to) throws IOException {
    Path input = Files.createDirectories(folder.resolve("input"));
    for (int file = from; file < to; file++) {
      StringBuilder text = new StringBuilder();
      for (long id = (long) file * ROWS; id < (file + 1L) * ROWS; id++) {
        text.append(id).append(',').append("c").append(id % 4).append('\n');
      }
      Path path = Files.writeString(input.resolve("f" + file + ".csv"), text);
      Files.setLastModifiedTime(path, FileTime.fromMillis(1_767_225_600_000L + file * 1000L));
    }
  }

  /** The rows of what a file sink on the storage holds, as JSON lines. */
  List<Map<String, Object>> read(String format, String path, String schema) throws IOException {
    String name = "read" + System.nanoTime();
    runWell(
        pipeline(
            name,
            """
            name: %s
            source: {format: %s, path: ROOT/%s, schema: "%s"}
            trigger: availableNow
            sink: {format: json, path: %s}
            checkpointLocation: cp-%s
            """
                .formatted(name, format, path, schema, name, name)));
    List<Map<String, Object>> rows = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve(name))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        for (String line : Files.readAllLines(file)) {
          Map<String, Object> row = new TreeMap<>();
          Json.parseObject(line)
              .forEach((key, value) -> row.put(key, value == null ? "null" : value));
          rows.add(row);
        }
      }
    }
    return rows;
  }

  private static List<Long> ids(List<Map<String, Object>> rows) {
    return rows.stream().map(row -> (Long) row.get("id")).sorted().toList();
  }

  private static List<Long> idsUpTo(int files) {
    return LongStream.range(0, (long) files * ROWS).boxed().toList();
  }

  @Test
  void filesGoThereAndBackThroughEachFormat() throws IOException {
    writeInput(0, 3);
    String schema = "id bigint, country string";
    Path first =
        pipeline(
            "in",
            """
            name: in
            source: {format: csv, path: input, schema: "id bigint, country string"}
            trigger: availableNow
            sink: {format: csv, path: ROOT/csv, options: {compression: zstd}}
            checkpointLocation: ROOT/cp-in
            """);
    Path second =
        pipeline(
            "on",
            """
            name: on
            source:
              {format: csv, path: ROOT/csv, schema: "id bigint, country string", options: {maxFilesPerTrigger: 1}}
            trigger: availableNow
            sinks:
              - {format: parquet, path: ROOT/parquet, partitionBy: [country]}
              - {format: json, path: ROOT/json, options: {compression: gzip}}
            checkpointLocation: ROOT/cp-on
            """);
    runWell(first);
    runWell(second);
    // What came later is all that the next runs see.
    writeInput(3, 5);
    runWell(first);
    runWell(second);
    runWell(second);
    for (String format : List.of("csv", "json", "parquet")) {
      List<Map<String, Object>> rows = read(format, format, schema);
      assertThat(ids(rows)).as(format).isEqualTo(idsUpTo(5));
      assertThat(rows).allMatch(row -> row.get("country").equals("c" + (Long) row.get("id") % 4));
    }
  }

  @Test
  void stateIsKeptBetweenRuns() throws IOException {
    Path pipeline =
        pipeline(
            "state",
            """
            name: state
            source: {format: csv, path: input, schema: "id bigint, country string"}
            steps:
              - dropDuplicates: {columns: [id]}
            trigger: availableNow
            sink: {format: json, path: ROOT/distinct}
            checkpointLocation: ROOT/cp-state
            """);
    writeInput(0, 3);
    runWell(pipeline);
    // The same rows again under other names, and new ones.
    Files.copy(folder.resolve("input/f1.csv"), folder.resolve("input/again.csv"));
    writeInput(3, 4);
    runWell(pipeline);
    assertThat(ids(read("json", "distinct", "id bigint"))).isEqualTo(idsUpTo(4));
  }

  @Test
  void secondRunIsRefusedWhileTheFirstLives() throws Exception {
    writeInput(0, 1);
    Path pipeline =
        pipeline(
            "locked",
            """
            name: locked
            source: {format: csv, path: input, schema: "id bigint, country string"}
            sink: {format: json, path: ROOT/locked}
            checkpointLocation: ROOT/cp-locked
            """);
    Running first = start(pipeline);
    try {
      first.awaitBatches(1);
      assertThat(run(pipeline)).as(this::errors).isEqualTo(3);
      assertThat(errors()).contains("in use by another run (process " + first.process().pid());
    } finally {
      first.kill();
    }
    // Nobody need tidy up behind a dead process.
    assertThat(run(pipeline, "--trigger", "availableNow")).as(this::errors).isZero();
    assertThat(ids(read("json", "locked", "id bigint"))).isEqualTo(idsUpTo(1));
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void filesHoldEachRowOnceHoweverOftenTheProcessDies() throws Exception {
    Path pipeline =
        pipeline(
            "kill",
            """
            name: kill
            source:
              format: csv
              path: input
              schema: "id bigint, country string"
              options: {maxFilesPerTrigger: 1}
            trigger: availableNow
            sink: {format: json, path: ROOT/killed, partitionBy: [country]}
            checkpointLocation: ROOT/cp-kill
            """);
    Random random = new Random(SEED);
    int killed = 0;
    int files = 0;
    while (killed < KILLS) {
      // A batch each, in front of each run: so that all the kills happen.
      writeInput(files, files + LONGEST + 2);
      files += LONGEST + 2;
      Running process = start(pipeline);
      // Somewhere within one of the next batches.
      process.awaitBatches(1 + random.nextInt(LONGEST));
      TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
      int code = process.kill();
      assertThat(code).as("seed %s", SEED).isIn(KILLED, 0);
      // One that came through first was not killed.
      killed += code == KILLED ? 1 : 0;
    }
    System.out.println(killed + " processes killed over " + files + " batches, seed " + SEED);
    runWell(pipeline);
    assertThat(ids(read("json", "killed", "id bigint, country string"))).isEqualTo(idsUpTo(files));
  }

  /** Runs in a process of its own, which tells each batch on its standard error. */
  Running start(Path pipeline) throws IOException {
    Process process =
        JavaProcess.of(
                "dev.sluice.runner.cli.Main", "run", pipeline.toString(), "--progress", "json")
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    return new Running(process, process.errorReader(StandardCharsets.UTF_8));
  }

  /** A process and what it says. */
  record Running(Process process, BufferedReader lines) {
    /** Waits for so many batches; false if the process ended before. */
    boolean awaitBatches(int batches) throws IOException {
      int seen = 0;
      StringBuilder other = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.contains("\"batchId\"")) {
          other.append(line).append('\n');
        } else if (++seen == batches) {
          return true;
        }
      }
      assertThat(other.toString()).doesNotContain("error[");
      return false;
    }

    /** Gives the exit code. */
    int kill() throws InterruptedException {
      return process.destroyForcibly().waitFor();
    }
  }
}
