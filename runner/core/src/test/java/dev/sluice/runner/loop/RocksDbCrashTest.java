package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.state.LocalStoreType;
import dev.sluice.operators.testing.FaultyFileStore;
import dev.sluice.operators.testing.FaultyFileStore.Fault;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.loop.LoopHarness.Query;
import dev.sluice.runner.plan.Failpoints;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** As {@link CrashTest}, with what is kept in RocksDB itself. */
class RocksDbCrashTest {
  private static LoopHarness harness(Query query, boolean spills) {
    LoopHarness harness = new LoopHarness("/q");
    harness.query = query;
    harness.spills = spills;
    harness.local = () -> LocalStoreType.open("rocksdb");
    harness.retained = 2;
    return harness;
  }

  @ParameterizedTest
  @EnumSource(value = Query.class, mode = EnumSource.Mode.EXCLUDE, names = "PASS")
  void atEveryStepOfEveryBatch(Query query) {
    SimulatedFileStore whole = new SimulatedFileStore();
    LoopHarness undisturbed = harness(query, false);
    assertThat(undisturbed.run(whole)).isNull();
    Map<Long, String> expected = undisturbed.output(whole);
    for (Failpoints.Step step : Failpoints.Step.values()) {
      if (step == Failpoints.Step.MID_SINK_COMMIT) {
        // Only several sinks have it.
        continue;
      }
      int hits = 0;
      for (long batch = -1; batch < expected.size(); batch++) {
        SimulatedFileStore disk = new SimulatedFileStore();
        hits += crash(query, step, batch, disk);
        disk.powerCut(new Random(batch));
        LoopHarness again = harness(query, true);
        assertThat(again.run(disk)).as("%s in batch %d", step, batch).isNull();
        assertThat(again.output(disk)).as("%s in batch %d", step, batch).isEqualTo(expected);
      }
      assertThat(hits).as("%s", step).isPositive();
    }
  }

  /** Runs until it dies at a step of a batch; 1 if it got there. */
  private static int crash(Query query, Failpoints.Step step, long batch, SimulatedFileStore disk) {
    LoopHarness crashing = harness(query, true);
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
}
