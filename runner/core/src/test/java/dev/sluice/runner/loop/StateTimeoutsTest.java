package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.inline.InlineSource;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Progress;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that have waited for 25 seconds of the clock, in the loop. */
@Timeout(300)
class StateTimeoutsTest {
  private static LoopHarness harness(ManualClock clock) {
    LoopHarness harness = new LoopHarness("/q");
    harness.query = LoopHarness.Query.PASS;
    harness.source = InlineSource.of(LoopHarness.SCHEMA, LoopHarness.batches(1));
    harness.clock = clock;
    return harness;
  }

  private static Rel silent() {
    return StatesQuery.silentFor(
        "25 SECONDS", new Rel.Read("in", LoopHarness.SCHEMA, true, Origin.NONE));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTimeoutWakesTheLoopOnceItIsDue(boolean spills) throws Exception {
    ManualClock clock = new ManualClock(1_000_003_000);
    LoopHarness harness = harness(clock);
    harness.spills = spills;
    harness.trigger = new Trigger.ProcessingTime(Duration.ofSeconds(10));
    List<Long> starts = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.BEFORE_OFFSETS) {
            starts.add(clock.millis());
          } else if (step == Failpoints.Step.AFTER_COMMITS && epoch == 1) {
            done.countDown();
          }
        };
    FileStore files = new SimulatedFileStore();
    try (Run run = harness.engine().start(harness.plan(silent()), harness.environment(files))) {
      done.await();
      run.stop(Duration.ofSeconds(120));
    }
    // Due at 1000028000: the next start after that.
    assertThat(starts).containsExactly(1_000_003_000L, 1_000_030_000L);
    Map<Long, String> output = harness.output(files);
    assertThat(output.get(0L)).isEmpty();
    assertThat(output.get(1L).lines()).hasSize(4).allMatch(line -> line.contains("true"));
    assertThat(harness.progress).map(Progress::inputRows).containsExactly(5L, 0L);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunThatTakesWhatIsThereEndsAndTheNextOneGivesWhatIsDueByThen(boolean spills) {
    ManualClock clock = new ManualClock(1_000_000_000);
    FileStore files = new SimulatedFileStore();
    LoopHarness first = harness(clock);
    first.spills = spills;
    runToTheEnd(first, files);
    assertThat(first.progress).hasSize(1);
    clock.pass(25_000);
    LoopHarness second = harness(clock);
    second.spills = spills;
    runToTheEnd(second, files);
    assertThat(second.progress).isEmpty();
    clock.pass(1);
    LoopHarness third = harness(clock);
    third.spills = spills;
    runToTheEnd(third, files);
    assertThat(third.progress).map(Progress::inputRows).containsExactly(0L);
    assertThat(third.output(files).get(1L).lines()).hasSize(4);
  }

  private static void runToTheEnd(LoopHarness harness, FileStore files) {
    try (Run run = harness.engine().start(harness.plan(silent()), harness.environment(files))) {
      run.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
