package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One checkpoint has one run; a run is ended by signals, and by nothing less. */
@Timeout(300)
class SecondRunTest {
  @TempDir Path folder;
  private PipelineFolder bench;
  private Process first;
  private final BlockingQueue<String> progress = new LinkedBlockingQueue<>();
  private Thread reader;

  @BeforeEach
  void writesAPipelineThatGoesOn() throws IOException {
    bench = new PipelineFolder(folder);
    pipeline("default", "in");
    bench.put("in/0.csv", "0,a\n");
  }

  @AfterEach
  void leavesNoProcess() throws InterruptedException {
    if (first != null) {
      first.destroyForcibly().waitFor();
    }
  }

  private void pipeline(String trigger, String path) throws IOException {
    pipeline(trigger, path, 1);
  }

  private void pipeline(String trigger, String path, int files) throws IOException {
    bench.pipeline(
        """
        name: q
        source:
          format: csv
          path: %s
          options: {maxFilesPerTrigger: %d}
          schema: {id: bigint, word: string}
        trigger: %s
        sink: {format: json, path: out}
        checkpointLocation: cp
        """
            .formatted(path, files, trigger));
  }

  private void startsFirst() throws IOException {
    first =
        new ProcessBuilder(bench.java(List.of(), "--progress", "json"))
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("stdout").toFile())
            .start();
    // Read all the time: a process whose words nobody reads waits for room, whatever it is told.
    BufferedReader lines = first.errorReader(StandardCharsets.UTF_8);
    reader = new Thread(() -> lines.lines().forEach(progress::add), "progress");
    reader.setDaemon(true);
    reader.start();
  }

  private void awaitsBatch(long id) throws InterruptedException {
    String line = progress.take();
    assertThat(line).as("progress of batch %s", id).startsWith("{");
    assertThat(Json.parseObject(line)).containsEntry("batchId", id);
  }

  /** It is written beside the batch, and may come after the progress. */
  private void awaitsCommit(long id) throws IOException {
    Path commits = folder.resolve("cp/commits");
    while (!Files.exists(commits.resolve("." + id + ".crc"))
        || !Files.exists(commits.resolve("" + id))
        || isWriting(commits)) {
      Wait.aMoment();
    }
  }

  private static boolean isWriting(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  private int ended() throws InterruptedException {
    return first.waitFor();
  }

  /** What a process ignores its children ignore too: SIGINT, when a script runs it with an '&'. */
  private static boolean isIgnored(String signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!signal.equals("INT") || !Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).trim(), 16) & 2) != 0);
  }

  private static void signal(Process process, String name)
      throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor())
        .isZero();
  }

  private List<String> rows(int count) {
    return java.util.stream.IntStream.range(0, count)
        .mapToObj(i -> "{\"id\":" + i + ",\"word\":\"a\"}")
        .sorted()
        .toList();
  }

  @Test
  void secondRunEndsAtOnceAndTheFirstGoesOn() throws Exception {
    startsFirst();
    awaitsBatch(0);
    awaitsCommit(0);
    Map<String, String> before = PipelineFolder.snapshot(folder.resolve("cp"));
    bench.fails(
        Main.LOCKED,
        "error[checkpoint-locked]: the checkpoint '" + folder.resolve("cp") + "' is in use",
        "(process " + first.pid() + ")",
        "; wait for it");
    // Sources are not looked at before the checkpoint is ours.
    pipeline("default", "nowhere");
    bench.fails(Main.LOCKED, "error[checkpoint-locked]");
    assertThat(PipelineFolder.snapshot(folder.resolve("cp"))).isEqualTo(before);
    bench.put("in/1.csv", "1,a\n");
    awaitsBatch(1);
    signal(first, "TERM");
    assertThat(ended()).isZero();
    assertThat(bench.rows()).isEqualTo(rows(2));
  }

  @Test
  void runThatWasKilledDoesNotBlockTheNext() throws Exception {
    startsFirst();
    awaitsBatch(0);
    first.destroyForcibly();
    assertThat(ended()).isNotZero();
    assertThat(Files.readString(folder.resolve("cp/.lock"))).isEqualTo("" + first.pid());
    bench.put("in/1.csv", "1,a\n");
    pipeline("availableNow", "in");
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(rows(2));
  }

  @Test
  void lockFileOfALivingProcessIsNoLock() throws Exception {
    pipeline("availableNow", "in");
    // Left by another host, or by a process whose number has been given again.
    bench.put("cp/.lock", "" + ProcessHandle.current().pid());
    bench.succeeds();
    bench.put("cp/.lock", "another host, pid 4711\nand more of it than anybody writes");
    bench.put("in/1.csv", "1,a\n");
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(rows(2));
  }

  @ParameterizedTest
  @CsvSource({
    "default, TERM", "default, INT", "'{processingTime: 1 hour}', TERM",
    "'{processingTime: 1 hour}', INT", "availableNow, TERM", "availableNow, INT"
  })
  void signalEndsARunWell(String trigger, String signal) throws Exception {
    assumeThat(isIgnored(signal)).as("this process was started to ignore it").isFalse();
    pipeline(trigger, "in");
    int files = trigger.equals("availableNow") ? 1000 : 1;
    for (int i = 1; i < files; i++) {
      bench.put("in/" + i + ".csv", i + ",a\n");
    }
    startsFirst();
    awaitsBatch(0);
    signal(first, signal);
    assertThat(ended()).isZero();
    if (files > 1) {
      assertThat(bench.rows()).hasSizeLessThan(files);
    }
    reader.join();
    assertThat(progress).allMatch(line -> line.startsWith("{"));
    pipeline("availableNow", "in", 1000);
    bench.put("in/more.csv", files + ",a\n");
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(rows(files + 1));
  }

  @Test
  void secondSignalEndsAtOnceAndLeavesAGoodCheckpoint() throws Exception {
    assumeThat(isIgnored("INT")).as("this process was started to ignore it").isFalse();
    Files.delete(folder.resolve("in/0.csv"));
    Path endless = bench.put("in/0.csv.gz", BadInputTest.bomb("0,a\n", 10_000_000_000L));
    startsFirst();
    // The batch is fixed, and takes far longer than anybody waits.
    while (!Files.exists(folder.resolve("cp/offsets/0"))) {
      assertThat(first.isAlive()).isTrue();
      Wait.aMoment();
    }
    signal(first, "TERM");
    signal(first, "INT");
    // By either: what comes at the same time comes in no order.
    assertThat(ended()).isIn(130, 143);
    assertThat(bench.rows()).isEmpty();
    Files.write(endless, BadInputTest.gzip("0,a\n1,a\n".getBytes(StandardCharsets.UTF_8)));
    pipeline("availableNow", "in");
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(rows(2));
  }
}
