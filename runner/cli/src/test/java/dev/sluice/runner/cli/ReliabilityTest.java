package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.testing.Wait;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes that are told to stop, started together, short of memory, or whose files change
 * under them. {@code -Dsluice.rounds=200} does each as often.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class ReliabilityTest {
  private static final int ROUNDS = Integer.getInteger("sluice.rounds", 8);
  private static final long SEED = 20261121L;

  /** What is promised of a stop, and of a run that may not go on. */
  private static final long STOP_MILLIS = 10_000;

  private static final long REFUSAL_MILLIS = 5_000;

  @TempDir Path folder;
  private PipelineFolder bench;
  private final Ticks ticks = new Ticks();

  @BeforeEach
  void opens() {
    bench = new PipelineFolder(folder);
  }

  @AfterEach
  void endsTheTicks() {
    ticks.close();
  }

  private void input(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      bench.put("in/f" + i + ".csv", i + ",a\n");
    }
  }

  private static List<String> rows(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"id\":" + i + ",\"word\":\"a\"}")
        .sorted()
        .toList();
  }

  @Test
  void toldToStopAtAnyMomentARunEndsWellAndTheNextGoesOn() throws Exception {
    int files = ROUNDS;
    input(0, files);
    bench.pipeline("csv", "maxFilesPerTrigger: 1", "");
    Random random = new Random(SEED);
    int stopped = 0;
    long slowestStart = 0;
    long slowestStop = 0;
    while (stopped < ROUNDS) {
      // In front of each run, so that all the stops happen: one that came through was not stopped.
      input(files, files + 8);
      files += 8;
      long begun = ticks.millis();
      Process process =
          new ProcessBuilder(bench.java(List.of(), "--progress", "json"))
              .directory(folder.toFile())
              .redirectOutput(folder.resolve("stdout").toFile())
              .start();
      int batches = random.nextInt(5);
      boolean running = awaitBatches(process, batches);
      if (batches > 0) {
        slowestStart = Math.max(slowestStart, ticks.millis() - begun);
      }
      TimeUnit.MICROSECONDS.sleep(random.nextInt(30_000));
      boolean alive = process.isAlive();
      long told = ticks.millis();
      process.destroy();
      readOn(process);
      // 143: the signal came before the run could take it.
      assertThat(process.waitFor()).as("after %s stops, seed %s", stopped, SEED).isIn(0, 143);
      slowestStop = Math.max(slowestStop, ticks.millis() - told);
      stopped += running && alive ? 1 : 0;
    }
    System.out.printf(
        "%d processes told to stop, seed %d; slowest start and stop %d and %d ms%n",
        stopped, SEED, slowestStart, slowestStop);
    // A machine that is slow to start a process is slow to end it.
    assertThat(slowestStop).as("ms, all told").isLessThan(STOP_MILLIS + slowestStart);
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(rows(files));
  }

  @Test
  void aBatchThatDoesNotEndIsGivenUpWithinTheTimeOfAStop() throws Exception {
    Path endless = bench.put("in/0.csv.gz", BadInputTest.bomb("9,a\n", 50_000_000_000L));
    // No row comes out of it, so that the disk stays as it is however long that takes.
    bench.pipeline("csv", "maxFilesPerTrigger: 1", "steps: [{where: id < 9}]\n");
    long begun = ticks.millis();
    Process process = bench.start(List.of());
    while (!Files.exists(folder.resolve("cp/offsets/0"))) {
      assertThat(process.isAlive()).isTrue();
      Wait.aMoment();
    }
    long start = ticks.millis() - begun;
    long told = ticks.millis();
    process.destroy();
    Command.Result result = bench.end(process);
    assertThat(result.code()).as(result.err()).isIn(0, 143);
    assertThat(ticks.millis() - told).as("ms").isLessThan(STOP_MILLIS + start);
    assertThat(bench.rows()).isEmpty();
    Files.write(endless, BadInputTest.gzip("0,a\n1,a\n".getBytes(StandardCharsets.UTF_8)));
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(rows(2));
  }

  /** A process whose words nobody reads waits for room, and does not hear that it is to stop. */
  private static void readOn(Process process) {
    BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
    Thread reader = new Thread(() -> lines.lines().forEach(line -> {}), "reader");
    reader.setDaemon(true);
    reader.start();
  }

  private static boolean awaitBatches(Process process, int batches) throws Exception {
    BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
    for (int seen = 0; seen < batches; ) {
      String line = lines.readLine();
      if (line == null) {
        return false;
      }
      seen += line.contains("\"batchId\"") ? 1 : 0;
    }
    if (batches == 0) {
      TimeUnit.MILLISECONDS.sleep(400);
    }
    return true;
  }

  @Test
  void ofTwoRunsStartedTogetherOneGoesOn() throws Exception {
    input(0, 3);
    for (int round = 0; round < ROUNDS; round++) {
      bench.pipeline(
          """
          name: q
          source: {format: csv, path: in, schema: {id: bigint, word: string}}
          trigger: {processingTime: 1 hour}
          sink: {format: json, path: out%1$d}
          checkpointLocation: cp%1$d
          """
              .formatted(round));
      long begun = ticks.millis();
      List<Process> both = new ArrayList<>();
      List<BufferedReader> said = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Process process =
            new ProcessBuilder(bench.java(List.of(), "--progress", "json"))
                .directory(folder.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        both.add(process);
        said.add(process.errorReader(StandardCharsets.UTF_8));
      }
      // Each says one line: its batch, or why it may not.
      int winner = said.get(0).readLine().contains("\"batchId\"") ? 0 : 1;
      String refused = winner == 0 ? said.get(1).readLine() : null;
      String progress = winner == 1 ? said.get(1).readLine() : null;
      long start = ticks.millis() - begun;
      Process loser = both.get(1 - winner);
      try {
        assertThat(loser.waitFor()).as("round %s", round).isEqualTo(Main.LOCKED);
        // What it takes to start is the machine's; it had begun by then.
        assertThat(ticks.millis() - begun).as("ms").isLessThan(REFUSAL_MILLIS + 2 * start);
        assertThat(both.get(winner).isAlive()).isTrue();
        if (winner == 0) {
          assertThat(refused).contains("error[checkpoint-locked]");
        } else {
          assertThat(progress).contains("\"batchId\"");
        }
      } finally {
        both.get(winner).destroy();
        both.get(winner).waitFor();
        loser.destroyForcibly();
      }
    }
  }

  @Test
  void twoQueriesIntoOneFolderLoseNothingOfTheOneThatCameFirst() throws Exception {
    input(0, 200);
    String text =
        """
        name: q
        source: {format: csv, path: in, options: {maxFilesPerTrigger: 1}, schema: {id: bigint, word: string}}
        trigger: availableNow
        sink: {format: json, path: out}
        checkpointLocation: cp%d
        """;
    List<Process> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Files.writeString(folder.resolve("pipeline.yaml"), text.formatted(i));
      List<String> words = bench.java(List.of());
      words.set(words.indexOf("pipeline.yaml"), "p" + i + ".yaml");
      Files.copy(folder.resolve("pipeline.yaml"), folder.resolve("p" + i + ".yaml"));
      both.add(
          new ProcessBuilder(words)
              .directory(folder.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(folder.resolve("err" + i).toFile())
              .start());
    }
    List<Integer> codes = new ArrayList<>();
    for (Process process : both) {
      codes.add(process.waitFor());
    }
    // The one whose batch is taken by the other is refused; the other comes through.
    String said =
        Files.readString(folder.resolve("err0")) + Files.readString(folder.resolve("err1"));
    assertThat(codes).as(said).contains(Main.DONE);
    assertThat(codes.stream().filter(code -> code != Main.DONE)).as(said).hasSize(1);
    assertThat(said).contains("error[").doesNotContain("\tat ", "bug");
    assertThat(bench.rows()).isEqualTo(rows(200));
  }

  @Test
  void aMillionKeysInASmallHeapEndInAdviceAndLoseNothing() throws Exception {
    for (int f = 0; f < 20; f++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 50_000; i++) {
        text.append(f * 50_000 + i).append(",w\n");
      }
      bench.put("in/f" + f + ".csv", text.toString());
    }
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: in, options: {maxFilesPerTrigger: 1}, schema: {id: bigint, word: string}}
        steps:
          - dropDuplicates: {columns: [id]}
          - select: [id]
        trigger: availableNow
        sink: {format: json, path: out}
        settings: {parallelism: 2}
        checkpointLocation: cp
        """);
    Command.Result small = bench.end(bench.start(List.of("-Xmx24m")));
    assertThat(small.code()).as(small.err()).isEqualTo(Main.FAILED);
    assertThat(small.err()).contains("error[out-of-memory]", "raise the limit (SLUICE_HEAP=");
    Command.Result large = bench.end(bench.start(List.of("-Xmx512m")));
    assertThat(large.code()).as(large.err()).isZero();
    assertThat(bench.rows()).hasSize(1_000_000);
  }

  @Test
  void aFileIsReadOnceHoweverItChangesLater() throws Exception {
    input(0, 3);
    bench.pipeline("csv", "maxFilesPerTrigger: 1", "");
    bench.succeeds();
    // Grown, rewritten, made anew, and put back under its name later: it is known by its path.
    Files.writeString(folder.resolve("in/f0.csv"), "0,a\n7,new\n");
    Files.writeString(folder.resolve("in/f1.csv"), "8,rewritten\n");
    Files.delete(folder.resolve("in/f2.csv"));
    bench.succeeds();
    Files.writeString(folder.resolve("in/f2.csv"), "9,again\n");
    Files.setLastModifiedTime(
        folder.resolve("in/f2.csv"), FileTime.fromMillis(System.currentTimeMillis() + 60_000));
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(rows(3));
  }

  @Test
  void filesAreMadeWithTheRightsThatTheUserWants() throws Exception {
    input(0, 2);
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        steps:
          - dropDuplicates: {columns: [id]}
        trigger: availableNow
        sinks:
          - {format: json, path: out, partitionBy: [word]}
          - {format: foreachBatch, options: {command: [sh, -c, "stat -c %A $SLUICE_BATCH_DIR > seen"]}}
        checkpointLocation: cp
        """);
    List<String> words = new ArrayList<>(List.of("sh", "-c", "umask 077; exec \"$@\"", "sh"));
    words.addAll(bench.java(List.of()));
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("stdout").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("stdout"))).isZero();
    for (String root : List.of("out", "cp")) {
      try (Stream<Path> all = Files.walk(folder.resolve(root))) {
        for (Path path : all.toList()) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
              .as(path.toString())
              .endsWith("------");
        }
      }
    }
    // What waits for a program lies where nobody else can look, whatever the mask.
    assertThat(Files.readString(folder.resolve("seen"))).startsWith("drwx------");
  }

  @Test
  void aRecordNestedDeepIsNoEndOfTheProcess() throws Exception {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    bench.put("in/a.json", "{\"id\":1}\n{\"id\":" + deep + "}\n{\"id\":2,\"x\":" + deep + "}\n");
    bench.pipeline("json", "mode: PERMISSIVE", "");
    Command.Result result = bench.end(bench.start(List.of("-Xmx64m")));
    if (result.code() == Main.DONE) {
      assertThat(bench.rows()).contains("{\"id\":1}");
    } else {
      PipelineFolder.requireFailure(result, Main.FAILED, "a.json");
    }
  }

  @Test
  void manyColumnsAreReadOrToldInASmallHeap() throws Exception {
    StringBuilder header = new StringBuilder("id,word");
    StringBuilder row = new StringBuilder("0,a");
    for (int i = 0; i < 100_000; i++) {
      header.append(",c").append(i);
      row.append(',').append(i);
    }
    bench.put("in/a.csv", header + "\n" + row + "\n");
    bench.pipeline("csv", "header: true, enforceSchema: true", "");
    Command.Result result = bench.end(bench.start(List.of("-Xmx128m")));
    if (result.code() == Main.DONE) {
      assertThat(bench.rows()).isEqualTo(rows(1));
    } else {
      PipelineFolder.requireFailure(result, Main.FAILED, "a.csv");
    }
  }
}
