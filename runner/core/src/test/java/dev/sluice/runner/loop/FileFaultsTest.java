package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.testing.FaultyFileStore;
import dev.sluice.operators.testing.FaultyFileStore.Call;
import dev.sluice.operators.testing.FaultyFileStore.Failure;
import dev.sluice.operators.testing.FaultyFileStore.Fault;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.loop.CrashTest.Kept;
import dev.sluice.runner.loop.LoopHarness.Query;
import dev.sluice.runner.plan.Failpoints;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The n-th call of a file store fails, for every n, reading ones and syncs too: the run tells where
 * and why, or can do without; a restart ends with the output of an undisturbed run.
 */
class FileFaultsTest {
  /** What is written must be there: none of these may be passed over. */
  private static final Set<Call> NEEDED =
      Set.of(Call.CREATE, Call.WRITE, Call.SYNC, Call.COMMIT, Call.SYNC_NAME);

  static List<Arguments> keptAndFailures() {
    List<Arguments> all = new ArrayList<>();
    for (Query query : List.of(Query.PASS, Query.TIMES)) {
      for (Failure failure : Failure.values()) {
        all.add(Arguments.of(new Kept(query, false), failure));
      }
    }
    all.add(Arguments.of(new Kept(Query.SUMS, true), Failure.IO_ERROR));
    all.add(Arguments.of(new Kept(Query.STATES, true), Failure.NO_SPACE));
    all.add(Arguments.of(new Kept(Query.OUTER_JOIN, false), Failure.IO_ERROR));
    return all;
  }

  @ParameterizedTest
  @MethodSource("keptAndFailures")
  void aCallThatFailsIsToldOrDoneWithout(Kept query, Failure failure) {
    Map<Long, String> expected = CrashTest.undisturbed(query);
    FaultyFileStore counting = new FaultyFileStore(new SimulatedFileStore(), Fault.NONE, 0);
    assertThat(CrashTest.harness("/q", query).run(counting)).isNull();
    assertThat(counting.calls()).isGreaterThan(50);
    for (long at = 1; at <= counting.calls(); at++) {
      SimulatedFileStore disk = new SimulatedFileStore();
      FaultyFileStore files = new FaultyFileStore(disk, failure, at);
      Throwable told = CrashTest.harness("/q", query).run(files);
      String where = "call " + at + ", " + files.failed() + " of " + files.failedAt();
      if (told == null) {
        assertThat(NEEDED).as(where).doesNotContain(files.failed());
      } else {
        requireReason(told, failure, files.failedAt(), where);
      }
      disk.powerCut(new Random(at));
      LoopHarness again = CrashTest.harness("/q", query);
      assertThat(again.run(disk)).as(where).isNull();
      assertThat(again.output(disk)).as(where).isEqualTo(expected);
    }
  }

  private static void requireReason(Throwable told, Failure failure, String at, String where) {
    if (at.startsWith("/q/checkpoint")) {
      assertThat(told).as(where).isInstanceOf(PipelineException.class);
      assertThat(told.getMessage())
          .as(where)
          .contains("/q/checkpoint")
          .containsIgnoringCase(failure == Failure.NO_PERMISSION ? "permission" : failure.says());
    } else {
      // The ledger of the tests tells as it likes.
      assertThat(told).as(where).isInstanceOf(UncheckedIOException.class);
    }
  }

  /**
   * What was found after a crash is there, and may not be durable: who goes by it must make it so
   * first, or a power cut takes it from under what came of it.
   */
  @ParameterizedTest
  @EnumSource(names = {"PASS", "SUMS", "TIMES"})
  void whatACrashLeftIsMadeDurableBeforeAnythingComesOfIt(Query query) {
    Kept kept = new Kept(query, false);
    Map<Long, String> expected = CrashTest.undisturbed(kept);
    FaultyFileStore counting = new FaultyFileStore(new SimulatedFileStore(), Fault.NONE, 0);
    assertThat(CrashTest.harness("/q", kept).run(counting)).isNull();
    for (long at = 1; at <= counting.operations(); at++) {
      for (Failpoints.Step step : Failpoints.Step.values()) {
        SimulatedFileStore disk = new SimulatedFileStore();
        CrashTest.harness("/q", kept).run(new FaultyFileStore(disk, Fault.CRASH_WITHIN, at));
        FaultyFileStore dying = new FaultyFileStore(disk, Fault.NONE, 0);
        LoopHarness second = CrashTest.harness("/q", kept);
        second.failpoints =
            (reached, epoch) -> {
              if (reached == step) {
                throw dying.crash();
              }
            };
        second.run(dying);
        disk.powerCut(new Random(at));
        LoopHarness again = CrashTest.harness("/q", kept);
        assertThat(again.run(disk)).as("operation %d, then %s", at, step).isNull();
        assertThat(again.output(disk)).as("operation %d, then %s", at, step).isEqualTo(expected);
      }
    }
  }
}
