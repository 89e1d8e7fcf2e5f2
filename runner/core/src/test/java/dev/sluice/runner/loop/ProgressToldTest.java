package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.inline.InlineSource;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Progress;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.RunEnvironment;
import dev.sluice.runner.plan.Trigger;
import dev.sluice.runner.plan.WatermarkPolicy;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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

  private static List<String> notes(String policy, FileStore files) throws InterruptedException {
    LoopHarness harness = new LoopHarness("/q");
    harness.query = LoopHarness.Query.TIMES;
    harness.watermarkPolicy = WatermarkPolicy.of(policy);
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
