package dev.sluice.operators.operator;

import static dev.sluice.operators.data.AtomicType.BIGINT;
import static dev.sluice.operators.data.AtomicType.STRING;
import static dev.sluice.operators.operator.TestPlans.aggregate;
import static dev.sluice.operators.operator.TestPlans.column;
import static dev.sluice.operators.operator.TestPlans.list;
import static dev.sluice.operators.operator.TestPlans.read;
import static dev.sluice.operators.operator.TestPlans.row;
import static dev.sluice.operators.operator.TestPlans.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.operator.DataflowHarness.EpochInput;
import dev.sluice.operators.operator.DataflowHarness.Shape;
import dev.sluice.operators.operator.DataflowHarness.Way;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.testing.ForwardingFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class BackgroundSnapshotsTest {
  private static final Schema SCHEMA = schema("k", STRING, "v", BIGINT);

  /** The first version whose change logs are as long as a snapshot, and many enough. */
  private static final int FIRST_DUE = 10;

  @TempDir Path folder;

  private final DataflowHarness harness = harness();
  private final Snapshots files = new Snapshots();

  private static DataflowHarness harness() {
    Rel.Read in = read("in", SCHEMA);
    Rel plan = aggregate(in, Rel.Aggregate.Scope.STREAM, List.of("k"), list(column(in, "v")));
    return new DataflowHarness(plan, OutputMode.COMPLETE, "in", SCHEMA);
  }

  private static Way way(boolean spills) {
    return new Way(1, 10, Shape.FLAT, -1, spills ? 0 : DataflowHarness.Way.IN_HEAP);
  }

  /** Runs one more epoch, and gives all rows of state that it has led to. */
  private List<List<@Nullable Object>> epoch(EmbeddedDataflow dataflow, int epoch, boolean spills)
      throws IOException {
    EpochInput input =
        new EpochInput(List.of(List.of(row("k" + epoch % 3, (long) epoch), row(null, 7L))));
    var rows = DataflowHarness.sorted(harness.run(dataflow, epoch, input, way(spills)));
    dataflow.commitState(epoch);
    dataflow.purgeStateBefore(epoch);
    return rows;
  }

  private boolean exists(String name) {
    return Files.exists(folder.resolve("0/0/" + name));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void epochsGoOnWhileASnapshotIsWritten(boolean spills) throws Exception {
    files.gate = new CountDownLatch(1);
    List<List<List<@Nullable Object>>> results = new ArrayList<>();
    try (EmbeddedDataflow dataflow = harness.open(way(spills), files, folder)) {
      dataflow.restore(0, 0);
      for (int epoch = 0; epoch < FIRST_DUE + 5; epoch++) {
        results.add(epoch(dataflow, epoch, spills));
      }
      assertThat(files.begun.await(5, TimeUnit.MINUTES)).isTrue();
      assertThat(exists(FIRST_DUE + ".snapshot")).isFalse();
      assertThat(exists("1.delta")).as("nothing goes before there is a snapshot").isTrue();
      assertThat(dataflow.settle(1)).isFalse();
      files.gate.countDown();
      assertThat(dataflow.settle(60_000)).isTrue();
      assertThat(exists(FIRST_DUE + ".snapshot")).isTrue();
    }
    for (int v = 1; v <= FIRST_DUE; v++) {
      Files.delete(folder.resolve("0/0/" + v + ".delta"));
    }
    assertSameFrom(FIRST_DUE, results, spills);
    assertSameFrom(FIRST_DUE + 3, results, !spills);
  }

  @Test
  void whatIsBeingWrittenAtTheEndIsGivenUpAndNothingIsLost() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    files.gate = closed;
    List<List<List<@Nullable Object>>> results = new ArrayList<>();
    try (EmbeddedDataflow dataflow = harness.open(way(false), files, folder)) {
      dataflow.restore(0, 0);
      for (int epoch = 0; epoch < FIRST_DUE + 2; epoch++) {
        results.add(epoch(dataflow, epoch, false));
      }
      assertThat(files.begun.await(5, TimeUnit.MINUTES)).isTrue();
      closed.countDown();
    }
    assertSameFrom(FIRST_DUE + 2, results, false);
  }

  /** A run that begins at a version gives what the first one gave. */
  private void assertSameFrom(
      int version, List<List<List<@Nullable Object>>> results, boolean spills) throws IOException {
    try (EmbeddedDataflow dataflow = harness.open(way(spills), new LocalFileStore(), folder)) {
      dataflow.restore(version, 0);
      for (int epoch = version; epoch < results.size(); epoch++) {
        assertThat(epoch(dataflow, epoch, spills)).isEqualTo(results.get(epoch));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSnapshotThatFailsIsToldAndTriedAgain(boolean spills) throws Exception {
    files.failures = 1;
    List<List<List<@Nullable Object>>> results = new ArrayList<>();
    int epoch = 0;
    try (EmbeddedDataflow dataflow = harness.open(way(spills), files, folder)) {
      dataflow.restore(0, 0);
      List<String> warnings = List.of();
      while (warnings.isEmpty()) {
        results.add(epoch(dataflow, epoch, spills));
        epoch++;
        assertThat(epoch).isLessThan(100_000);
        warnings = dataflow.warnings();
      }
      assertThat(warnings)
          .singleElement()
          .asString()
          .startsWith("state-snapshot-failed: a snapshot of the state of ")
          .endsWith("could not be written, and is tried again: no space left");
      assertThat(dataflow.warnings()).isEmpty();
      results.add(epoch(dataflow, epoch, spills));
      assertThat(dataflow.settle(60_000)).isTrue();
    }
    assertThat(folder.resolve("0/0"))
        .isDirectoryContaining(path -> path.toString().endsWith(".snapshot"));
    assertSameFrom(epoch, results, spills);
  }

  /** Local files, of which snapshots wait or fail. */
  private static final class Snapshots extends ForwardingFileStore {
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile @Nullable CountDownLatch gate;
    private volatile int failures;

    Snapshots() {
      super(new LocalFileStore());
    }

    @Override
    public FileOutput create(String location) throws IOException {
      if (location.endsWith(".snapshot")) {
        begun.countDown();
        if (failures > 0) {
          failures = 0;
          throw new IOException("no space left");
        }
        await();
      }
      return files.create(location);
    }

    private void await() {
      try {
        CountDownLatch closed = gate;
        if (closed != null && !closed.await(5, TimeUnit.MINUTES)) {
          fail("nobody opened the gate");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
