package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.inline.InlineSource;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.testing.FaultyFileStore;
import dev.sluice.operators.testing.FaultyFileStore.Fault;
import dev.sluice.operators.testing.ForwardingFileStore;
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

/** Sinks whose rows may come again in other batches do not wait for the disk. */
@Timeout(300)
class AtLeastOnceTest {
  private static final int AHEAD = 16;

  private static LoopHarness harness(int batches) {
    LoopHarness harness = new LoopHarness("/q");
    harness.query = LoopHarness.Query.PASS;
    harness.atLeastOnce = true;
    harness.source = InlineSource.of(LoopHarness.SCHEMA, LoopHarness.batches(batches));
    harness.trigger = new Trigger.Default();
    return harness;
  }

  /** Plans become durable only once the gate is open. */
  private static final class Gated extends ForwardingFileStore {
    private final CountDownLatch gate;

    Gated(FileStore files, CountDownLatch gate) {
      super(files);
      this.gate = gate;
    }

    @Override
    public FileOutput create(String location) throws IOException {
      if (location.contains("/offsets/")) {
        try {
          gate.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      return files.create(location);
    }
  }

  @Test
  void aDiskThatStallsHoldsUpNoRowsUntilTooManyBatchesWaitForIt() throws Exception {
    SimulatedFileStore disk = new SimulatedFileStore();
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    List<Long> ahead = Collections.synchronizedList(new ArrayList<>());
    LoopHarness harness = harness(40);
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_SINK_COMMIT) {
            ahead.add(epoch + 1 - plans(disk));
            if (epoch == AHEAD - 1) {
              gate.countDown();
            }
          } else if (step == Failpoints.Step.AFTER_COMMITS && epoch == 39) {
            done.countDown();
          }
        };
    try (Run run = harness.start(new Gated(disk, gate))) {
      done.await();
      run.stop(Duration.ofSeconds(120));
    }
    assertThat(Collections.max(ahead)).isEqualTo(AHEAD);
    assertThat(plans(disk)).isEqualTo(40);
    assertThat(rows(harness, disk)).hasSize(distinct(40));
  }

  private static long plans(FileStore disk) {
    try {
      return disk.list("/q/checkpoint/offsets").stream()
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
    LoopHarness harness = harness(40);
    harness.source =
        new RunTest.EndlessSource() {
          @Override
          public void commit(Offset upTo) {
            // Batch N begins at offset N.
            if (plans(disk) <= Long.parseLong(upTo.json())) {
              early.add(Long.parseLong(upTo.json()));
            }
            forgotten.add(upTo.json());
          }
        };
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_SINK_COMMIT && epoch == AHEAD / 2) {
            gate.countDown();
          } else if (step == Failpoints.Step.AFTER_COMMITS && epoch == 39) {
            done.countDown();
          }
        };
    try (Run run = harness.start(new Gated(disk, gate))) {
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
