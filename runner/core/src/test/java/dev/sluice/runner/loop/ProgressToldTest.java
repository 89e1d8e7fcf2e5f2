package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.inline.InlineSource;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Progress;
import dev.sluice.runner.plan.ProgressListener;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.RunEnvironment;
import dev.sluice.runner.plan.Trigger;
import dev.sluice.runner.plan.WatermarkPolicy;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a batch's progress is told, and what a run says of settings that its checkpoint keeps. */
@Timeout(300)
class ProgressToldTest {
  @Test
  void aBatchIsToldOnceItsCommitEntryIsDurable() throws Exception {
    LoopHarness harness = new LoopHarness("/q");
    harness.query = LoopHarness.Query.PASS;
    harness.source = InlineSource.of(LoopHarness.SCHEMA, LoopHarness.batches(2));
    harness.trigger = new Trigger.Default();
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    List<Integer> told = new ArrayList<>();
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.BEFORE_OFFSETS && epoch == 1) {
            told.add(harness.progress.size());
            gate.countDown();
          } else if (step == Failpoints.Step.AFTER_COMMITS && epoch == 1) {
            done.countDown();
          }
        };
    FileStore files = new GatedFileStore(new SimulatedFileStore(), "/commits/", gate);
    try (Run run = harness.start(files)) {
      done.await();
      run.stop(Duration.ofSeconds(120));
    }
    assertThat(told).containsExactly(0);
    assertThat(harness.progress).map(Progress::batchId).containsExactly(0L, 1L);
  }

  @Test
  void aListenerThatFailsDoesNotHideWhatMadeTheRunFail() throws Exception {
    LoopHarness harness = new LoopHarness("/q");
    harness.source = InlineSource.of(LoopHarness.SCHEMA, LoopHarness.batches(2));
    harness.trigger = new Trigger.Default();
    CountDownLatch gate = new CountDownLatch(1);
    FileStore files = new GatedFileStore(new SimulatedFileStore(), "/commits/", gate);
    RunEnvironment environment =
        new RunEnvironment(
            any -> files,
            harness.clock,
            new PrintStream(PrintStream.nullOutputStream()),
            progress -> {
              throw new IllegalStateException("the listener broke");
            },
            (step, epoch) -> {
              if (step == Failpoints.Step.BEFORE_OFFSETS && epoch == 1) {
                gate.countDown();
                throw new IllegalStateException("the batch broke");
              }
            });
    try (Run run = harness.engine().start(harness.plan(), environment)) {
      assertThatThrownBy(run::await)
          .hasMessage("the batch broke")
          .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("the listener broke"));
    }
  }

  @Test
  void aCheckpointKeepsItsWatermarkPolicyAndTheRunSaysSo() throws Exception {
    SimulatedFileStore files = new SimulatedFileStore();
    assertThat(notes("min", files)).isEmpty();
    assertThat(notes("max", files))
        .containsExactly(
            "p.yaml:7:3: warning[pinned-setting]: 'multipleWatermarkPolicy' is 'max', but the"
                + " checkpoint was begun with 'min', which stays in force; say 'min', or start"
                + " with a new checkpointLocation");
    assertThat(notes("min", files)).isEmpty();
  }

  @Test
  void aRunThatWaitsSaysSoEveryTenSeconds() throws Exception {
    LoopHarness harness = new LoopHarness("/q");
    harness.trigger = new Trigger.Default();
    List<Map<String, ?>> idle = new ArrayList<>();
    CountDownLatch three = new CountDownLatch(3);
    SimulatedFileStore files = new SimulatedFileStore();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void accept(Progress progress) {}

          @Override
          public void idle(Map<String, @Nullable Object> json) {
            idle.add(json);
            three.countDown();
          }
        };
    RunEnvironment environment =
        new RunEnvironment(
            any -> files,
            harness.clock,
            new PrintStream(PrintStream.nullOutputStream()),
            listener,
            Failpoints.NONE);
    try (Run run = harness.engine().start(harness.plan(), environment)) {
      three.await();
      run.stop(Duration.ofSeconds(120));
    }
    assertThat(idle.get(0)).containsOnlyKeys("id", "runId", "name", "timestamp", "idle");
    Instant first = Instant.parse((String) idle.get(0).get("timestamp"));
    Instant second = Instant.parse((String) idle.get(1).get("timestamp"));
    assertThat(Duration.between(first, second)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void twoBatchesInARowThatOverrunTheirIntervalAreToldOnce() {
    List<String> told = new ArrayList<>();
    RunNotes notes = new RunNotes(told::add);
    notes.took(1001, 1000);
    notes.took(1000, 1000);
    notes.took(1001, 1000);
    assertThat(told).isEmpty();
    notes.took(1002, 1000);
    notes.took(1003, 1000);
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith(
            "warning[falling-behind]: batches take longer (1002 ms) than the trigger's interval"
                + " (1000 ms)");
  }

  @Test
  void aSourceThatCannotFreezeItsEndTakesTheLimitsFromAllAndTheRunSaysSo() throws Exception {
    LoopHarness harness = new LoopHarness("/q");
    harness.query = LoopHarness.Query.PASS;
    assertThat(notes(harness, new SimulatedFileStore())).isEmpty();
    harness.source = new CountingSource();
    assertThat(notes(harness, new SimulatedFileStore()))
        .singleElement()
        .asString()
        .startsWith("warning[one-batch]: source 'in' cannot say where it ends now");
  }

  private static List<String> notes(String policy, FileStore files) throws InterruptedException {
    LoopHarness harness = new LoopHarness("/q");
    harness.query = LoopHarness.Query.TIMES;
    harness.watermarkPolicy = WatermarkPolicy.of(policy);
    return notes(harness, files);
  }

  private static List<String> notes(LoopHarness harness, FileStore files)
      throws InterruptedException {
    List<String> notes = new ArrayList<>();
    RunEnvironment environment =
        new RunEnvironment(
            any -> files,
            harness.clock,
            new PrintStream(PrintStream.nullOutputStream()),
            harness.progress::add,
            Failpoints.NONE,
            notes::add,
            text -> text);
    try (Run run = harness.engine().start(harness.plan(), environment)) {
      run.await();
    }
    return notes;
  }
}
