package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.testing.FaultyFileStore;
import dev.sluice.operators.testing.FaultyFileStore.Fault;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.Trigger;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the moment of a crash: a restart ends with the output of an undisturbed run. */
class CrashTest {
  @TempDir Path folder;

  /** A query, and whether what it keeps lies outside the heap. */
  record Kept(LoopHarness.Query query, boolean spills) {}

  static List<Kept> kept() {
    List<Kept> all = new ArrayList<>();
    for (LoopHarness.Query query : LoopHarness.Query.values()) {
      all.add(new Kept(query, false));
      if (query != LoopHarness.Query.PASS) {
        all.add(new Kept(query, true));
      }
    }
    return all;
  }

  static List<Arguments> keptAndSteps() {
    List<Arguments> all = new ArrayList<>();
    for (Kept kept : kept()) {
      for (Failpoints.Step step : Failpoints.Step.values()) {
        if (step != Failpoints.Step.MID_SINK_COMMIT) {
          all.add(Arguments.of(kept, step));
        }
      }
    }
    return all;
  }

  static LoopHarness harness(String folder, Kept query) {
    LoopHarness harness = new LoopHarness(folder);
    harness.query = query.query();
    harness.spills = query.spills();
    harness.retained = 2;
    return harness;
  }

  private static LoopHarness harness(String folder, LoopHarness.Query query) {
    return harness(folder, new Kept(query, false));
  }

  private static Map<Long, String> undisturbed(LoopHarness.Query query) {
    return undisturbed(new Kept(query, false));
  }

  static Map<Long, String> undisturbed(Kept query) {
    SimulatedFileStore files = new SimulatedFileStore();
    LoopHarness harness = harness("/q", query);
    assertThat(harness.run(files)).isNull();
    Map<Long, String> output = harness.output(files);
    assertThat(output).hasSizeBetween(4, 5);
    return output;
  }

  @Test
  void theStatesOfKeysTimeOutAndGo() {
    Map<Long, String> output = undisturbed(new Kept(LoopHarness.Query.STATES, false));
    assertThat(output.get(4L)).contains("true").doesNotContain("false");
    assertThat(output.get(3L)).contains("false").doesNotContain("true");
  }

  @ParameterizedTest
  @MethodSource("kept")
  void atEveryFileOperationWithPowerCut(Kept query) {
    Map<Long, String> expected = undisturbed(query);
    FaultyFileStore counting = new FaultyFileStore(new SimulatedFileStore(), Fault.NONE, 0);
    assertThat(harness("/q", query).run(counting)).isNull();
    assertThat(counting.operations()).isGreaterThan(12);
    for (Fault fault : new Fault[] {Fault.CRASH_BEFORE, Fault.CRASH_AFTER}) {
      for (long at = 1; at <= counting.operations(); at++) {
        SimulatedFileStore disk = new SimulatedFileStore();
        FaultyFileStore faulty = new FaultyFileStore(disk, fault, at);
        assertThat(harness("/q", query).run(faulty)).isInstanceOf(FaultyFileStore.Crash.class);
        disk.powerCut(new Random(at));
        LoopHarness again = harness("/q", query);
        assertThat(again.run(disk)).as("%s at operation %d", fault, at).isNull();
        assertThat(again.output(disk)).as("%s at operation %d", fault, at).isEqualTo(expected);
      }
    }
  }

  /** With the trigger that writes the log beside the batches, plans and commit entries at once. */
  @ParameterizedTest
  @EnumSource(names = {"PASS", "SUMS", "TIMES"})
  void withTheLogBesideTheBatchesAtEveryFileOperationWithPowerCut(LoopHarness.Query query)
      throws Exception {
    Map<Long, String> expected = undisturbed(query);
    int last = expected.size() - 1;
    FaultyFileStore counting = new FaultyFileStore(new SimulatedFileStore(), Fault.NONE, 0);
    runUntil(last, harness("/q", query), counting);
    for (Fault fault : new Fault[] {Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.DISK_FULL}) {
      for (long at = 1; at <= counting.operations(); at++) {
        SimulatedFileStore disk = new SimulatedFileStore();
        runUntil(last, harness("/q", query), new FaultyFileStore(disk, fault, at));
        disk.powerCut(new Random(at));
        LoopHarness again = harness("/q", query);
        assertThat(again.run(disk)).as("%s at operation %d", fault, at).isNull();
        assertThat(again.output(disk)).as("%s at operation %d", fault, at).isEqualTo(expected);
      }
    }
  }

  /** Until that batch is done, or something fails. */
  private static void runUntil(long batch, LoopHarness harness, FileStore files)
      throws InterruptedException {
    harness.trigger = new Trigger.Default();
    CountDownLatch done = new CountDownLatch(1);
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_COMMITS && epoch == batch) {
            done.countDown();
          }
        };
    runUntil(done, harness, files);
  }

  /** Until told that it is done, or something fails. */
  static void runUntil(CountDownLatch done, LoopHarness harness, FileStore files)
      throws InterruptedException {
    try (Run run = harness.start(files)) {
      while (done.getCount() > 0 && !run.await(Duration.ofMillis(1))) {
        Thread.onSpinWait();
      }
      run.stop(Duration.ofSeconds(20));
      run.await();
    } catch (PipelineException | UncheckedIOException | FaultyFileStore.Crash e) {
      // What the fault made of it; the restart is what counts.
    }
  }

  @Test
  void beyondTheHeapStatesComeBackAfterAPowerCutAtEveryFileOperation() {
    Map<Long, String> expected = undisturbed(LoopHarness.Query.STATES);
    FaultyFileStore counting = new FaultyFileStore(new SimulatedFileStore(), Fault.NONE, 0);
    LoopHarness whole = harness("/q", LoopHarness.Query.STATES);
    whole.spills = true;
    assertThat(whole.run(counting)).isNull();
    for (long at = 1; at <= counting.operations(); at++) {
      SimulatedFileStore disk = new SimulatedFileStore();
      LoopHarness crashing = harness("/q", LoopHarness.Query.STATES);
      crashing.spills = true;
      crashing.run(new FaultyFileStore(disk, Fault.CRASH_AFTER, at));
      disk.powerCut(new Random(at));
      LoopHarness again = harness("/q", LoopHarness.Query.STATES);
      again.spills = true;
      assertThat(again.run(disk)).as("operation %d", at).isNull();
      assertThat(again.output(disk)).as("operation %d", at).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("kept")
  void duringRecoveryTenTimesInARow(Kept query) {
    Map<Long, String> expected = undisturbed(query);
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      SimulatedFileStore disk = new SimulatedFileStore();
      for (int i = 0; i < 10; i++) {
        harness("/q", query)
            .run(new FaultyFileStore(disk, Fault.values()[1 + random.nextInt(2)], 1 + i % 4));
        disk.powerCut(random);
      }
      LoopHarness again = harness("/q", query);
      assertThat(again.run(disk)).as("seed %d", seed).isNull();
      assertThat(again.output(disk)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("kept")
  void fullDiskAtEveryOperationStopsWithTheReasonAndLosesNothing(Kept query) {
    Map<Long, String> expected = undisturbed(query);
    FaultyFileStore counting = new FaultyFileStore(new SimulatedFileStore(), Fault.NONE, 0);
    harness("/q", query).run(counting);
    for (long at = 1; at <= counting.operations(); at++) {
      SimulatedFileStore disk = new SimulatedFileStore();
      Throwable failure = harness("/q", query).run(new FaultyFileStore(disk, Fault.DISK_FULL, at));
      assertThat(failure)
          .as("operation %d", at)
          .isInstanceOfAny(PipelineException.class, java.io.UncheckedIOException.class)
          .hasStackTraceContaining("No space left on device")
          .hasStackTraceContaining("/q/");
      LoopHarness again = harness("/q", query);
      assertThat(again.run(disk)).as("operation %d", at).isNull();
      assertThat(again.output(disk)).as("operation %d", at).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("keptAndSteps")
  void atEveryStepOfEveryBatch(Kept query, Failpoints.Step step) {
    int hits = 0;
    long batches = undisturbed(query).size();
    for (long batch = -1; batch < batches; batch++) {
      SimulatedFileStore disk = new SimulatedFileStore();
      hits += crash(query, step, batch, "/q", disk);
      disk.powerCut(new Random(batch));
      requireRecovery(query, step, batch, "/q", disk);
    }
    assertThat(hits).isPositive();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MID_SINK_COMMIT")
  void onLocalFilesAtEveryStepOfEveryBatch(Failpoints.Step step) {
    Kept sums = new Kept(LoopHarness.Query.SUMS, false);
    int hits = 0;
    for (long batch = -1; batch < 4; batch++) {
      FileStore disk = new LocalFileStore();
      hits += crash(sums, step, batch, folder + "/" + step + batch, disk);
      requireRecovery(sums, step, batch, folder + "/" + step + batch, disk);
    }
    assertThat(hits).isPositive();
  }

  /** The first has the batch by then, and drops it when it comes again. */
  @ParameterizedTest
  @MethodSource("kept")
  void betweenTheCommitsOfTwoSinksOfEveryBatch(Kept query) {
    Map<Long, String> expected = undisturbed(query);
    for (long batch : expected.keySet()) {
      SimulatedFileStore disk = new SimulatedFileStore();
      LoopHarness crashing = harness("/q", query);
      crashing.twoSinks = true;
      FaultyFileStore dying = new FaultyFileStore(disk, Fault.NONE, 0);
      crashing.failpoints =
          (reached, epoch) -> {
            if (reached == Failpoints.Step.MID_SINK_COMMIT && epoch == batch) {
              throw dying.crash();
            }
          };
      assertThat(crashing.run(dying)).isInstanceOf(FaultyFileStore.Crash.class);
      assertThat(crashing.output(disk)).as("batch %d", batch).containsKey(batch);
      assertThat(LoopHarness.output(disk, crashing.secondPath)).doesNotContainKey(batch);
      disk.powerCut(new Random(batch));
      LoopHarness again = harness("/q", query);
      again.twoSinks = true;
      assertThat(again.run(disk)).as("batch %d", batch).isNull();
      assertThat(again.output(disk)).as("batch %d", batch).isEqualTo(expected);
      assertThat(LoopHarness.output(disk, again.secondPath)).isEqualTo(expected);
    }
  }

  /** Runs until it dies at a step of a batch; 1 if it got there. */
  private static int crash(
      Kept query, Failpoints.Step step, long batch, String place, FileStore disk) {
    LoopHarness crashing = harness(place, query);
    FaultyFileStore dying = new FaultyFileStore(disk, Fault.NONE, 0);
    int[] hits = new int[1];
    crashing.failpoints =
        (reached, epoch) -> {
          if (reached == step && epoch == batch) {
            hits[0] = 1;
            throw dying.crash();
          }
        };
    crashing.run(dying);
    return hits[0];
  }

  private static void requireRecovery(
      Kept query, Failpoints.Step step, long batch, String place, FileStore disk) {
    // Whichever store it had before: both read the same logs.
    LoopHarness again = harness(place, new Kept(query.query(), batch % 2 == 0));
    assertThat(again.run(disk)).as("%s in batch %d", step, batch).isNull();
    assertThat(again.output(disk)).as("%s in batch %d", step, batch).isEqualTo(undisturbed(query));
  }

  @Test
  void replayKeepsTheBatchTimestampAndItsRanges() throws Exception {
    SimulatedFileStore disk = new SimulatedFileStore();
    LoopHarness crashing = harness("/q", new Kept(LoopHarness.Query.PASS, false));
    FaultyFileStore dying = new FaultyFileStore(disk, Fault.NONE, 0);
    crashing.failpoints =
        (reached, epoch) -> {
          if (reached == Failpoints.Step.AFTER_OFFSETS && epoch == 1) {
            throw dying.crash();
          }
        };
    crashing.run(dying);
    byte[] planned = disk.readAll("/q/checkpoint/offsets/1");
    LoopHarness again = harness("/q", new Kept(LoopHarness.Query.PASS, false));
    again.clock = new ManualClock(1_900_000_000_000L);
    assertThat(again.run(disk)).isNull();
    assertThat(disk.readAll("/q/checkpoint/offsets/1")).isEqualTo(planned);
    assertThat(again.progress.get(0).batchId()).isEqualTo(1);
    assertThat(again.progress.get(0).inputRows()).isEqualTo(5);
  }
}
