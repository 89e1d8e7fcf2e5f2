package dev.sluice.operators.operator;

import static dev.sluice.operators.data.AtomicType.BIGINT;
import static dev.sluice.operators.data.AtomicType.TIMESTAMP;
import static dev.sluice.operators.operator.TestPlans.row;
import static dev.sluice.operators.operator.TestPlans.schema;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.operator.DataflowHarness.EpochInput;
import dev.sluice.operators.operator.DataflowHarness.Shape;
import dev.sluice.operators.operator.DataflowHarness.Way;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.state.LocalStore;
import dev.sluice.operators.step.StepHarness;
import dev.sluice.operators.step.TransformWithStateStep;
import dev.sluice.operators.step.WatermarkStep;
import dev.sluice.operators.testing.TreeLocalStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The local store fails in the middle of an epoch that has written there what it changed: read back
 * from the checkpoint, in the same dataflow, the epoch gives what it gives undisturbed.
 */
@NullMarked
class SpillRollbackTest {
  private static final Schema SCHEMA = schema("k", BIGINT, "ts", TIMESTAMP);
  private static final long SECOND = 1_000_000L;
  private static final Way WAY = new Way(1, 4096, Shape.FLAT, -1);

  @TempDir Path folder;

  /** Six thousand keys, some of them again, then all at once over. */
  private static List<EpochInput> input() {
    return List.of(
        epoch(0, 6000, 10), epoch(0, 500, 20), epoch(7000, 7001, 10_000), epoch(100, 3000, 10_001));
  }

  private static EpochInput epoch(long from, long to, long second) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (long key = from; key < to; key++) {
      rows.add(row(key, second * SECOND));
    }
    return new EpochInput(List.of(rows));
  }

  private static Rel fold() {
    StepHarness steps = new StepHarness(SCHEMA);
    steps.over(steps.plan(new WatermarkStep(), Map.of("column", "ts", "delay", "0 seconds")));
    Object emit = Map.of("select", List.of("key.k", "state.n"));
    Rel rel =
        steps.plan(
            new TransformWithStateStep(),
            Map.of(
                "keys", List.of("k"),
                "state", Map.of("n", "bigint", "at", "timestamp"),
                "update", Map.of("n", "coalesce(state.n, 0) + 1", "at", "row.ts"),
                "timeout", Map.of("eventTime", "state.at + INTERVAL 1 MINUTE"),
                "onTimeout",
                    Map.of(
                        "emit",
                        emit,
                        "update",
                        Map.of("n", "state.n + 100"),
                        "remove",
                        "key.k % 2 = 0")));
    assertThat(steps.problems()).isEmpty();
    return rel;
  }

  @Test
  void epochThatFailedAfterItHadSpilledRunsAgainFromTheCheckpoint() throws IOException {
    Failing store = new Failing();
    List<List<List<@Nullable Object>>> expected = run(store, folder.resolve("whole"));
    // All but those that have come again.
    assertThat(expected.get(3)).hasSize(3100);
    int operations = store.operations;
    int failed = 0;
    for (int at = 0; at < operations; at += 1 + operations / 60) {
      store = new Failing();
      store.remaining = at;
      List<List<List<@Nullable Object>>> rows = run(store, folder.resolve("failed" + at));
      for (int epoch = 0; epoch < expected.size(); epoch++) {
        assertThat(rows.get(epoch).equals(expected.get(epoch)))
            .as("operation %s fails, epoch %s gives %s", at, epoch, rows.get(epoch).size())
            .isTrue();
      }
      failed += store.remaining < 0 ? 1 : 0;
    }
    assertThat(failed).isGreaterThan(30);
  }

  /** Runs all epochs; after a failure once more from the last version that was committed. */
  private static List<List<List<@Nullable Object>>> run(Failing store, Path state)
      throws IOException {
    DataflowHarness harness = new DataflowHarness(fold(), OutputMode.APPEND, "in", SCHEMA);
    List<List<List<@Nullable Object>>> result = new ArrayList<>();
    List<EpochInput> input = input();
    try (EmbeddedDataflow dataflow =
        EmbeddedDataflow.create(
            List.of(new EmbeddedDataflow.Output(fold(), OutputMode.APPEND)),
            1,
            new LocalFileStore(),
            state.toString(),
            new StateOptions(Optional.of(() -> store), false))) {
      boolean ready = false;
      while (result.size() < input.size()) {
        int epoch = result.size();
        DataflowHarness.Watermarks before = harness.watermarks();
        try {
          if (!ready) {
            dataflow.restore(epoch, before.late());
            ready = true;
          }
          var rows = DataflowHarness.sorted(harness.run(dataflow, epoch, input.get(epoch), WAY));
          dataflow.commitState(epoch);
          result.add(rows);
        } catch (IOException e) {
          assertThat(e).hasMessage("broken");
          harness.rewind(before);
          ready = false;
        } catch (UncheckedIOException e) {
          assertThat(e.getCause()).hasMessage("broken");
          harness.rewind(before);
          ready = false;
        }
      }
    }
    return result;
  }

  /** Holds nothing beside it; one operation fails. */
  private static final class Failing implements LocalStore {
    private final TreeLocalStore store = new TreeLocalStore();
    private int operations;
    private int remaining = Integer.MAX_VALUE;

    private void count() throws IOException {
      operations++;
      if (remaining-- == 0) {
        throw new IOException("broken");
      }
    }

    @Override
    public long heldBytes() {
      return 0;
    }

    @Override
    public List<byte @Nullable []> get(List<byte[]> keys) throws IOException {
      count();
      return store.get(keys);
    }

    @Override
    public Changes change() throws IOException {
      count();
      return store.change();
    }

    @Override
    public Cursor scan(byte[] from, byte[] to) throws IOException {
      count();
      return store.scan(from, to);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
