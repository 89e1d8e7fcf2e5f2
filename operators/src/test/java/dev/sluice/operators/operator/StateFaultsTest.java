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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The n-th operation that changes a file fails, for every n; a restart must give equal results. */
@NullMarked
class StateFaultsTest {
  private static final int EPOCHS = 14;
  private static final Schema SCHEMA = schema("k", STRING, "v", BIGINT);
  @TempDir Path folder;

  @Test
  void givesEqualResultsWhicheverFileOperationFails() throws IOException {
    Rel.Read in = read("in", SCHEMA);
    Rel plan = aggregate(in, Rel.Aggregate.Scope.STREAM, List.of("k"), list(column(in, "v")));
    DataflowHarness harness = new DataflowHarness(plan, OutputMode.COMPLETE, "in", SCHEMA);
    List<List<List<@Nullable Object>>> reference =
        run(harness, new FailingStore(Integer.MAX_VALUE), folder.resolve("reference"));
    int operations = 0;
    boolean failed = true;
    while (failed) {
      FailingStore files = new FailingStore(operations);
      assertThat(run(harness, files, folder.resolve("state" + operations)))
          .as("operation %s fails", operations)
          .isEqualTo(reference);
      failed = files.failed;
      operations++;
    }
    // Metadata, and for each epoch a log, now and then a snapshot, and what is purged.
    assertThat(operations).isGreaterThan(EPOCHS * 3);
  }

  /** Runs all epochs; after a failure once more from the last version that was committed. */
  private static List<List<List<@Nullable Object>>> run(
      DataflowHarness harness, FailingStore files, Path state) throws IOException {
    List<List<List<@Nullable Object>>> result = new ArrayList<>();
    Way way = new Way(1, 10, Shape.FLAT, -1);
    while (result.size() < EPOCHS) {
      try (EmbeddedDataflow dataflow = harness.open(way, files, state)) {
        dataflow.restore(result.size(), 0);
        while (result.size() < EPOCHS) {
          int epoch = result.size();
          EpochInput input =
              new EpochInput(List.of(List.of(row("k" + epoch % 3, (long) epoch), row(null, 7L))));
          var rows = DataflowHarness.sorted(harness.run(dataflow, epoch, input, way));
          dataflow.commitState(epoch);
          result.add(rows);
          dataflow.purgeStateBefore(epoch - 1);
        }
      } catch (IOException e) {
        assertThat(e).hasMessage("no space left");
      }
    }
    return result;
  }

  private static final class FailingStore extends ForwardingFileStore {
    private int remaining;
    private boolean failed;

    FailingStore(int remaining) {
      super(new LocalFileStore());
      this.remaining = remaining;
    }

    private void count() throws IOException {
      if (remaining-- == 0) {
        failed = true;
        throw new IOException("no space left");
      }
    }

    @Override
    public FileOutput create(String location) throws IOException {
      count();
      FileOutput out = files.create(location);
      return new FileOutput() {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          out.write(bytes, offset, length);
        }

        @Override
        public long position() {
          return out.position();
        }

        @Override
        public void commit() throws IOException {
          count();
          out.commit();
        }

        @Override
        public void close() throws IOException {
          out.close();
        }
      };
    }

    @Override
    public void delete(String location) throws IOException {
      count();
      files.delete(location);
    }
  }
}
