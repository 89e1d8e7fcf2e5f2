package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.inline.InlineSource;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.testing.FaultyFileStore;
import dev.sluice.operators.testing.FaultyFileStore.Fault;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.Trigger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sinks whose rows may come again in other batches need not wait for a plan. */
@Timeout(300)
class AtLeastOnceTest {
  private static LoopHarness harness(int batches) {
    LoopHarness harness = new LoopHarness("/q");
    harness.query = LoopHarness.Query.PASS;
    harness.atLeastOnce = true;
    harness.source = InlineSource.of(LoopHarness.SCHEMA, LoopHarness.batches(batches));
    harness.trigger = new Trigger.Default();
    return harness;
  }

  @Test
  void rowsGoOutWhileTheirPlanIsOnItsWayButOnlyThoseOfOneBatch() throws Exception {
    SimulatedFileStore disk = new SimulatedFileStore();
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    List<Long> ahead = Collections.synchronizedList(new ArrayList<>());
    LoopHarness harness = harness(10);
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_OFFSETS) {
            ahead.add(epoch - entries(disk, "commits"));
          } else if (step == Failpoints.Step.AFTER_SINK_COMMIT && epoch == 0) {
            ahead.add(1 - entries(disk, "offsets"));
            gate.countDown();
          } else if (step == Failpoints.Step.AFTER_COMMITS && epoch == 9) {
            done.countDown();
          }
        };
    try (Run run = harness.start(new GatedFileStore(disk, "/offsets/", gate))) {
      done.await();
      run.stop(Duration.ofSeconds(120));
    }
    // The first batch before it runs, and when it is in the sink; then the others before they run.
    assertThat(ahead.subList(0, 2)).containsExactly(0L, 1L);
    assertThat(ahead.subList(2, ahead.size())).containsOnly(0L);
    assertThat(entries(disk, "commits")).isEqualTo(10);
    assertThat(rows(harness, disk)).hasSize(distinct(10));
  }

  private static long entries(FileStore disk, String kind) {
    try {
      return disk.list("/q/checkpoint/" + kind).stream()
          .filter(file -> !file.name().startsWith("."))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aSourceForgetsNothingThatNoDurablePlanIsBehind() throws Exception {
    SimulatedFileStore disk = new SimulatedFileStore();
    List<Long> early = Collections.synchronizedList(new ArrayList<>());
    List<String> forgotten = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    LoopHarness harness = harness(10);
    harness.source =
        new RunTest.EndlessSource() {
          @Override
          public void commit(Offset upTo) {
            // Batch N begins at offset N.
            if (entries(disk, "offsets") <= Long.parseLong(upTo.json())) {
              early.add(Long.parseLong(upTo.json()));
            }
            forgotten.add(upTo.json());
          }
        };
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_SINK_COMMIT && epoch == 0) {
            gate.countDown();
          } else if (step == Failpoints.Step.AFTER_COMMITS && epoch == 9) {
            done.countDown();
          }
        };
    try (Run run = harness.start(new GatedFileStore(disk, "/offsets/", gate))) {
      done.await();
      run.stop(Duration.ofSeconds(120));
    }
    assertThat(early).isEmpty();
    assertThat(forgotten).isNotEmpty();
  }

  @Test
  void noRowIsLostByAPowerCutAtAnyFileOperation() throws Exception {
    FaultyFileStore counting = new FaultyFileStore(new SimulatedFileStore(), Fault.NONE, 0);
    runUntil(3, harness(4), counting);
    for (Fault fault : new Fault[] {Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.DISK_FULL}) {
      for (long at = 1; at <= counting.operations(); at++) {
        SimulatedFileStore disk = new SimulatedFileStore();
        runUntil(3, harness(4), new FaultyFileStore(disk, fault, at));
        disk.powerCut(new Random(at));
        LoopHarness again = harness(4);
        again.trigger = new Trigger.AvailableNow();
        assertThat(again.run(disk)).as("%s at operation %d", fault, at).isNull();
        assertThat(rows(again, disk)).as("%s at operation %d", fault, at).hasSize(distinct(4));
      }
    }
  }

  /** Until that batch is done, or something fails. */
  private static void runUntil(long batch, LoopHarness harness, FileStore files)
      throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_COMMITS && epoch == batch) {
            done.countDown();
          }
        };
    CrashTest.runUntil(done, harness, files);
  }

  /** The rows that came at least once. */
  private static Set<String> rows(LoopHarness harness, FileStore files) {
    Set<String> rows = new TreeSet<>();
    harness.output(files).values().forEach(text -> rows.addAll(List.of(text.split("\n"))));
    return rows;
  }

  /** Each row of the harness has a value of its own. */
  private static int distinct(int batches) {
    return 5 * batches;
  }
}
