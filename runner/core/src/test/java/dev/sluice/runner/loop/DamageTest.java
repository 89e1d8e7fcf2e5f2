package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.testing.FaultyFileStore;
import dev.sluice.operators.testing.FaultyFileStore.Fault;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.CheckpointMismatchException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A checkpoint file that is cut short or gone: a restart either ends with the output of an
 * undisturbed run, or stops with an error that names the file and a remedy. Never wrong output.
 */
class DamageTest {
  /** A disk as a crash at the step in batch 2 of 4 left it, or, without a step, after batch 3. */
  private static SimulatedFileStore interrupted(boolean stateful, String step) {
    SimulatedFileStore disk = new SimulatedFileStore();
    LoopHarness harness = harness(stateful);
    FaultyFileStore dying = new FaultyFileStore(disk, Fault.NONE, 0);
    harness.failpoints =
        (reached, epoch) -> {
          if (epoch == 2 && reached.name().equals(step)) {
            throw dying.crash();
          }
        };
    harness.run(dying);
    return disk;
  }

  private static LoopHarness harness(boolean stateful) {
    LoopHarness harness = new LoopHarness("/q");
    harness.query = stateful ? LoopHarness.Query.SUMS : LoopHarness.Query.PASS;
    return harness;
  }

  private static Map<Long, String> expected(boolean stateful) {
    SimulatedFileStore disk = new SimulatedFileStore();
    LoopHarness harness = harness(stateful);
    assertThat(harness.run(disk)).isNull();
    return new TreeMap<>(harness.output(disk));
  }

  private static void requireEqualOrNamed(
      boolean stateful,
      Map<Long, String> expected,
      SimulatedFileStore disk,
      String location,
      String what) {
    LoopHarness harness = harness(stateful);
    Throwable failure = harness.run(disk);
    if (failure == null) {
      assertThat(harness.output(disk)).as(what).isEqualTo(expected);
      return;
    }
    assertThat(failure).as(what).isInstanceOf(PipelineException.class);
    String message = String.valueOf(failure.getMessage());
    String folder = location.substring(0, location.lastIndexOf('/'));
    boolean namesSink = message.contains("Ledger[/q/out]") && message.contains("/q/checkpoint");
    assertThat(message.contains(folder) || namesSink).as(what + ": " + message).isTrue();
    assertThat(message).as(what).contains(";");
  }

  @ParameterizedTest
  @CsvSource({
    "false, AFTER_OFFSETS", "false, AFTER_SINK_COMMIT", "false, AFTER_COMMITS", "false, NONE",
    "true, AFTER_OFFSETS", "true, AFTER_STATE_COMMIT", "true, AFTER_COMMITS", "true, NONE"
  })
  void everyFileCutAtEveryByte(boolean stateful, String step) throws Exception {
    SimulatedFileStore disk = interrupted(stateful, step);
    Map<Long, String> expected = expected(stateful);
    for (String location : disk.locations()) {
      if (!location.startsWith("/q/checkpoint")) {
        continue;
      }
      byte[] bytes = disk.readAll(location);
      for (int length = 0; length < bytes.length; length++) {
        SimulatedFileStore copy = disk.copy();
        copy.corrupt(location, Arrays.copyOf(bytes, length));
        requireEqualOrNamed(
            stateful, expected, copy, location, step + ": " + location + " cut at " + length);
      }
    }
  }

  /** Logs are texts as Spark writes them: only on a local disk have they sums beside them. */
  @ParameterizedTest
  @ValueSource(strings = {"AFTER_OFFSETS", "AFTER_STATE_COMMIT", "AFTER_COMMITS", "NONE"})
  void everyByteOfEveryStateFileFlipped(String step) throws Exception {
    SimulatedFileStore disk = interrupted(true, step);
    Map<Long, String> expected = expected(true);
    int flips = 0;
    for (String location : disk.locations()) {
      if (!location.startsWith("/q/checkpoint/state/") || location.contains("/_metadata/")) {
        continue;
      }
      byte[] bytes = disk.readAll(location);
      for (int at = 0; at < bytes.length; at++) {
        SimulatedFileStore copy = disk.copy();
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << at % 8);
        copy.corrupt(location, flipped);
        requireEqualOrNamed(
            true, expected, copy, location, step + ": " + location + " flipped at " + at);
        flips++;
      }
    }
    assertThat(flips).isGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource({
    "false, AFTER_OFFSETS", "false, AFTER_SINK_COMMIT", "false, AFTER_COMMITS", "false, NONE",
    "true, AFTER_OFFSETS", "true, AFTER_STATE_COMMIT", "true, AFTER_COMMITS", "true, NONE"
  })
  void everyFileRemoved(boolean stateful, String step) {
    SimulatedFileStore disk = interrupted(stateful, step);
    Map<Long, String> expected = expected(stateful);
    for (String location : disk.locations()) {
      if (location.startsWith("/q/checkpoint")) {
        SimulatedFileStore copy = disk.copy();
        copy.delete(location);
        requireEqualOrNamed(
            stateful, expected, copy, location, step + ": " + location + " removed");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"AFTER_OFFSETS, true", "AFTER_SINK_COMMIT, false"})
  void unreadableOpenPlanIsMadeAnewOnlyIfNoSinkHasCarriedItOut(String step, boolean goesOn) {
    SimulatedFileStore disk = interrupted(false, step);
    disk.corrupt("/q/checkpoint/offsets/2", new byte[0]);
    LoopHarness harness = harness(false);
    Throwable failure = harness.run(disk);
    if (goesOn) {
      assertThat(failure).isNull();
    } else {
      assertThat(failure)
          .isInstanceOf(CheckpointMismatchException.class)
          .hasMessageContaining("Ledger[/q/out] holds batches up to 2");
    }
  }

  @Test
  void stateWithoutTheRestOfItsCheckpointIsNotBegunAnew() throws Exception {
    SimulatedFileStore disk = interrupted(true, "");
    for (FileStatus file : disk.list("/q/checkpoint/offsets")) {
      disk.delete(file.location());
    }
    for (FileStatus file : disk.list("/q/checkpoint/commits")) {
      disk.delete(file.location());
    }
    disk.delete("/q/checkpoint/metadata");
    assertThat(harness(true).run(disk))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("/q/checkpoint/metadata")
        .hasMessageContaining("there is state of a query");
  }
}
