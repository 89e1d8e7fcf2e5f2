package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.inline.InlineSource;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.testing.FaultyFileStore;
import dev.sluice.operators.testing.FaultyFileStore.Fault;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Progress;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.Trigger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sinks whose rows may come again in other batches need not wait for a plan. */
@Timeout(300)
class AtLeastOnceTest {
  private static final int ARRIVING = 800;

  /** No more than these come while a batch is open, also on a busy machine. */
  private static final int OPEN = 80;

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
          } else if (step == Failpoints.Step.AFTER_SINK_COMMIT && epoch == 1) {
            ahead.add(2 - entries(disk, "offsets"));
            gate.countDown();
          } else if (step == Failpoints.Step.AFTER_COMMITS && epoch == 9) {
            done.countDown();
          }
        };
    try (Run run = harness.start(new GatedFileStore(disk, "/offsets/1", gate))) {
      done.await();
      run.stop(Duration.ofSeconds(120));
    }
    // The first two batches before they run, the second when it is in the sink, then the others
    // before they run.
    assertThat(ahead.subList(0, 3)).containsExactly(0L, 0L, 1L);
    assertThat(ahead.subList(3, ahead.size())).containsOnly(0L);
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
    List<String> behind = Collections.synchronizedList(new ArrayList<>());
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
          if (step == Failpoints.Step.AFTER_SINK_COMMIT && epoch == 5) {
            // Of batch 5 there is no plan yet: its beginning must be there for the next run.
            behind.add(forgotten.get(forgotten.size() - 1));
            gate.countDown();
          } else if (step == Failpoints.Step.AFTER_COMMITS && epoch == 9) {
            done.countDown();
          }
        };
    try (Run run = harness.start(new GatedFileStore(disk, "/offsets/5", gate))) {
      done.await();
      run.stop(Duration.ofSeconds(120));
    }
    assertThat(early).isEmpty();
    assertThat(behind).containsExactly("4");
    // Each batch's beginning, also where several were fixed at once, and that of the last.
    assertThat(forgotten)
        .isEqualTo(LongStream.range(1, entries(disk, "commits")).mapToObj(Long::toString).toList());
  }

  @Test
  void nothingIsForgottenForAPlanThatIsTakenBack() throws Exception {
    SimulatedFileStore disk = new SimulatedFileStore();
    runUntil(2, arriving(), disk);
    long last = entries(disk, "commits") - 1;
    disk.delete("/q/checkpoint/commits/" + last);
    CountDownLatch gate = new CountDownLatch(1);
    List<Long> plans = Collections.synchronizedList(new ArrayList<>());
    LoopHarness again = harness(0);
    again.source =
        new ArrivingSource(LoopHarness.batches(ARRIVING)) {
          @Override
          public void commit(Offset upTo) {
            plans.add(entries(disk, "offsets"));
          }
        };
    CountDownLatch done = new CountDownLatch(1);
    again.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_SINK_COMMIT && epoch == last) {
            gate.countDown();
          } else if (step == Failpoints.Step.AFTER_COMMITS && epoch == last + 1) {
            done.countDown();
          }
        };
    CrashTest.runUntil(done, again, new GatedFileStore(disk, "/offsets/" + last, gate));

    // Batch by batch, each when its own plan is there.
    assertThat(plans).isNotEmpty();
    for (int i = 0; i < plans.size(); i++) {
      assertThat(plans.get(i)).isGreaterThan(last + i);
    }
  }

  /** Offset N is behind the first N batches of rows; each question tells of one more. */
  private static class ArrivingSource implements Source {
    private final List<Batch> batches;
    private Runnable arrival = () -> {};

    ArrivingSource(List<Batch> batches) {
      this.batches = batches;
    }

    @Override
    public Schema schema() {
      return LoopHarness.SCHEMA;
    }

    @Override
    public String description() {
      return "Arriving";
    }

    @Override
    public Offset initialOffset() {
      return new Offset("0");
    }

    @Override
    public Offset latestOffset(Offset from, ReadLimit limit) {
      return limit == ReadLimit.ALL ? new Offset("" + batches.size()) : extend(from);
    }

    @Override
    public boolean extendsRanges() {
      return true;
    }

    @Override
    public Offset extend(Offset to) {
      int next = Math.min(batches.size(), Integer.parseInt(to.json()) + 1);
      arrival.run();
      return new Offset("" + next);
    }

    @Override
    public void onArrival(Runnable told) {
      arrival = told;
    }

    @Override
    public List<Split> splits(Offset from, Offset to) {
      List<Split> splits = new ArrayList<>();
      int end = Integer.parseInt(to.json());
      for (int i = Integer.parseInt(from.json()); i < end; i++) {
        Batch batch = batches.get(i);
        splits.add(
            request -> {
              List<Batch> left = new ArrayList<>(List.of(batch));
              return () -> left.isEmpty() ? null : left.remove(0);
            });
      }
      return splits;
    }
  }

  private static LoopHarness arriving() {
    LoopHarness harness = harness(0);
    harness.source = new ArrivingSource(LoopHarness.batches(ARRIVING));
    return harness;
  }

  @Test
  void aBatchStaysOpenForTheRowsThatComeSoon() throws Exception {
    SimulatedFileStore disk = new SimulatedFileStore();
    LoopHarness harness = arriving();
    List<Long> out = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(1);
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.BEFORE_OFFSETS && epoch == 1) {
            out.add((long) rows(harness, disk).size());
          } else if (step == Failpoints.Step.AFTER_COMMITS
              && rows(harness, disk).size() == distinct(ARRIVING)) {
            done.countDown();
          }
        };
    CrashTest.runUntil(done, harness, disk);
    assertThat(rows(harness, disk)).hasSize(distinct(ARRIVING));
    // Rows are out before the plan is asked for, those of many questions together.
    assertThat(out.get(0)).isGreaterThan(distinct(3));
    assertThat(harness.progress.get(0).inputRows()).isEqualTo(distinct(1));
    assertThat(harness.progress.get(1).inputRows()).isGreaterThan(distinct(3));
    assertThat(entries(disk, "offsets"))
        .isEqualTo(harness.progress.size())
        .isLessThan(ARRIVING / 2);
  }

  @Test
  void theTimeInWhichABatchOnlyWaitsIsNotWhatItTook() throws Exception {
    LoopHarness harness = arriving();
    ManualClock clock = new ManualClock(1_700_000_000_000L);
    harness.clock = clock;
    CountDownLatch done = new CountDownLatch(1);
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_OFFSETS && epoch == 1) {
            clock.pass(500);
          } else if (step == Failpoints.Step.AFTER_COMMITS && epoch == 2) {
            done.countDown();
          }
        };
    CrashTest.runUntil(done, harness, new SimulatedFileStore());

    Progress open = harness.progress.get(1);
    assertThat(open.inputRows()).isGreaterThan(distinct(3));
    assertThat(open.json()).containsEntry("batchDuration", 500L);
    assertThat(open.json().get("processedRowsPerSecond")).hasToString(open.inputRows() * 2 + ".0");
    Map<?, ?> durations = (Map<?, ?>) open.json().get("durationMs");
    assertThat(durations.get("triggerExecution")).isEqualTo(500L);
    assertThat(durations.get("addBatch")).isEqualTo(0L);
    assertThat((long) durations.get("waiting")).isBetween(100L, 120L);
    assertThat(harness.progress.get(0).json().get("durationMs").toString())
        .as("of a batch that was not open")
        .contains("addBatch")
        .doesNotContain("waiting");
  }

  @Test
  void aBatchStaysOpenWhileTheDiskStandsStill() throws Exception {
    SimulatedFileStore disk = new SimulatedFileStore();
    CountDownLatch gate = new CountDownLatch(1);
    LoopHarness harness = harness(0);
    // The plan of batch 1 hangs until more has come than goes into two batches.
    harness.source =
        new ArrivingSource(LoopHarness.batches(ARRIVING)) {
          @Override
          public Offset extend(Offset to) {
            if (Integer.parseInt(to.json()) > 3 * OPEN) {
              gate.countDown();
            }
            return super.extend(to);
          }
        };
    CountDownLatch done = new CountDownLatch(1);
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_COMMITS && epoch == 3) {
            done.countDown();
          }
        };
    CrashTest.runUntil(done, harness, new GatedFileStore(disk, "/offsets/1", gate));
    assertThat(harness.progress.get(2).inputRows()).isGreaterThan(distinct(OPEN));
  }

  @Test
  void afterAPowerCutOnlyTheRowsOfOneBatchComeAgain() throws Exception {
    FaultyFileStore counting = new FaultyFileStore(new SimulatedFileStore(), Fault.NONE, 0);
    runUntil(4, arriving(), counting);
    int repeated = 0;
    for (Fault fault : new Fault[] {Fault.CRASH_BEFORE, Fault.CRASH_AFTER}) {
      for (long at = 1; at <= counting.operations(); at++) {
        SimulatedFileStore disk = new SimulatedFileStore();
        runUntil(4, arriving(), new FaultyFileStore(disk, fault, at));
        disk.powerCut(new Random(at));
        LoopHarness again = finished(disk);
        List<String> all = allRows(again, disk);
        Set<String> distinct = new TreeSet<>(all);
        assertThat(distinct).as("%s at operation %d", fault, at).hasSize(distinct(ARRIVING));
        // That of which the log was on its way, and the one that was open: the next run has made
        // one batch of them.
        int more = all.size() - distinct.size();
        assertThat(more).as("%s at operation %d", fault, at).isLessThanOrEqualTo(10 * OPEN);
        long first = again.progress.isEmpty() ? 0 : again.progress.get(0).inputRows();
        assertThat((long) more).as("%s at operation %d", fault, at).isLessThanOrEqualTo(first);
        repeated += more;
      }
    }
    assertThat(repeated).isPositive();
  }

  @Test
  void noRowIsLostWhenThePowerGoesAgainInTheNextRun() throws Exception {
    FaultyFileStore counting = new FaultyFileStore(new SimulatedFileStore(), Fault.NONE, 0);
    runUntil(3, arriving(), counting);
    for (long at = 20; at <= counting.operations(); at += 5) {
      for (long then = 1; then <= 40; then += 3) {
        SimulatedFileStore disk = new SimulatedFileStore();
        runUntil(3, arriving(), new FaultyFileStore(disk, Fault.CRASH_BEFORE, at));
        disk.powerCut(new Random(at));
        runUntil(6, arriving(), new FaultyFileStore(disk, Fault.CRASH_AFTER, then));
        disk.powerCut(new Random(then));
        assertThat(rows(finished(disk), disk))
            .as("at operations %d and %d", at, then)
            .hasSize(distinct(ARRIVING));
      }
    }
  }

  /** What is left is read in one batch. */
  private static LoopHarness finished(FileStore disk) {
    LoopHarness again = arriving();
    again.trigger = new Trigger.AvailableNow();
    assertThat(again.run(disk)).isNull();
    return again;
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
    return new TreeSet<>(allRows(harness, files));
  }

  private static List<String> allRows(LoopHarness harness, FileStore files) {
    List<String> rows = new ArrayList<>();
    harness.output(files).values().forEach(text -> rows.addAll(List.of(text.split("\n"))));
    return rows;
  }

  /** Each row of the harness has a value of its own. */
  private static int distinct(int batches) {
    return 5 * batches;
  }
}
