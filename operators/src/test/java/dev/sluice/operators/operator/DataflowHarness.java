package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.testing.TreeLocalStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Drives a plan over one source, epoch by epoch, in every way that must make no difference: batches
 * cut at any row, columns in any shape, any number of workers, a new instance restored from its
 * state before any epoch.
 */
@NullMarked
public final class DataflowHarness {
  /** Rows of one source in one epoch, split by split. */
  public record EpochInput(List<List<List<@Nullable Object>>> splits) {}

  /** The arrays in which a column's values stand. */
  public enum Shape {
    FLAT,
    SELECTED,
    CONSTANT_WHERE_EQUAL
  }

  /**
   * One way to run.
   *
   * @param cut most rows of a batch
   * @param restartBefore before which epoch the dataflow is made anew, -1 for never, or {@code
   *     EVERY}
   * @param held how many bytes of state a partition keeps in the heap from epoch to epoch, or
   *     {@code IN_HEAP} if all of it lies there
   */
  public record Way(int workers, int cut, Shape shape, int restartBefore, long held) {
    public static final int EVERY = -2;
    public static final long IN_HEAP = -1;

    public Way(int workers, int cut, Shape shape, int restartBefore) {
      this(workers, cut, shape, restartBefore, IN_HEAP);
    }
  }

  private final Rel root;
  private final OutputMode mode;
  private final String source;
  private final Schema schema;
  private long watermark;
  private long lateWatermark;
  private final List<Long> kept = new ArrayList<>();

  public DataflowHarness(Rel root, OutputMode mode, String source, Schema schema) {
    this.root = root;
    this.mode = mode;
    this.source = source;
    this.schema = schema;
  }

  /** Ways that differ in each respect. */
  public static List<Way> ways(int epochs) {
    List<Way> ways = new ArrayList<>();
    for (int workers : new int[] {1, 2, 5}) {
      ways.add(new Way(workers, 1, Shape.FLAT, -1));
      ways.add(new Way(workers, 3, Shape.SELECTED, Way.EVERY));
      ways.add(new Way(workers, 1, Shape.CONSTANT_WHERE_EQUAL, -1));
      ways.add(new Way(workers, 3, Shape.FLAT, -1, 0));
      ways.add(new Way(workers, 4096, Shape.SELECTED, Way.EVERY, 0));
      ways.add(new Way(workers, 4096, Shape.CONSTANT_WHERE_EQUAL, -1));
      for (int epoch = 0; epoch < epochs; epoch++) {
        ways.add(new Way(workers, 4096, Shape.FLAT, epoch));
      }
    }
    ways.add(new Way(2, 2, Shape.FLAT, -1, Long.MAX_VALUE));
    ways.add(new Way(2, 4096, Shape.FLAT, epochs / 2, Long.MAX_VALUE));
    ways.add(new Way(1, 3, Shape.FLAT, -1, 6_000));
    return ways;
  }

  /** The rows of each epoch, in the order of workers. */
  public List<List<List<@Nullable Object>>> run(List<EpochInput> input, Way way, Path state)
      throws IOException {
    FileStore files = new LocalFileStore();
    watermark = 0;
    lateWatermark = 0;
    kept.clear();
    List<List<List<@Nullable Object>>> result = new ArrayList<>();
    EmbeddedDataflow dataflow = open(way, files, state);
    try {
      dataflow.restore(0, 0);
      for (int epoch = 0; epoch < input.size(); epoch++) {
        if (way.restartBefore() == epoch || way.restartBefore() == Way.EVERY) {
          dataflow.close();
          dataflow = open(way, files, state);
          dataflow.restore(epoch, lateWatermark);
        }
        result.add(run(dataflow, epoch, input.get(epoch), way));
        dataflow.commitState(epoch);
        kept.add(dataflow.stateMetrics().stream().mapToLong(StateMetrics::numRowsTotal).sum());
      }
    } finally {
      dataflow.close();
    }
    return result;
  }

  /** How many rows of state the last run had after each epoch. */
  public List<Long> kept() {
    return List.copyOf(kept);
  }

  /** Where watermarks stand. */
  record Watermarks(long now, long late) {}

  Watermarks watermarks() {
    return new Watermarks(watermark, lateWatermark);
  }

  /** For an epoch that is run again. */
  void rewind(Watermarks to) {
    watermark = to.now();
    lateWatermark = to.late();
  }

  EmbeddedDataflow open(int workers, FileStore files, Path state) {
    return open(new Way(workers, 1, Shape.FLAT, -1), files, state);
  }

  EmbeddedDataflow open(Way way, FileStore files, Path state) {
    return EmbeddedDataflow.create(
        List.of(new EmbeddedDataflow.Output(root, mode)),
        way.workers(),
        files,
        state.toString(),
        new StateOptions(
            way.held() == Way.IN_HEAP
                ? Optional.empty()
                : Optional.of(() -> new TreeLocalStore(way.held())),
            false));
  }

  /** Runs one epoch without committing its state. */
  List<List<@Nullable Object>> run(
      EmbeddedDataflow dataflow, int epoch, EpochInput input, Way way) {
    List<List<Batch>> out = new ArrayList<>();
    List<Emitter> emitters = new ArrayList<>();
    for (int worker = 0; worker < way.workers(); worker++) {
      List<Batch> own = new ArrayList<>();
      out.add(own);
      emitters.add(own::add);
    }
    dataflow.begin(new Epoch(epoch, epoch * 1000L, watermark, lateWatermark), List.of(emitters));
    Dataflow.Scan scan = dataflow.scans().get(source);
    // The last split first: the order in which splits are read must not matter.
    for (int split = input.splits().size() - 1; split >= 0 && scan != null; split--) {
      int worker = split % way.workers();
      dataflow.beginSplit(source, worker, way.workers() == 1 ? 0 : split);
      List<List<@Nullable Object>> rows =
          input.splits().get(way.workers() == 1 ? input.splits().size() - 1 - split : split);
      for (int from = 0; from < rows.size(); from += way.cut()) {
        List<List<@Nullable Object>> some =
            rows.subList(from, Math.min(rows.size(), from + way.cut()));
        dataflow.process(source, worker, project(batch(some, way.shape()), scan.schema()));
      }
    }
    dataflow.finish();
    lateWatermark = watermark;
    for (EventTimeStats stats : dataflow.eventTimes()) {
      watermark = Math.max(watermark, stats.count() == 0 ? 0 : stats.max() - stats.delayMillis());
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    out.forEach(own -> rows.addAll(TestPlans.rows(own)));
    return rows;
  }

  private Batch project(Batch batch, Schema wanted) {
    List<Column> columns = new ArrayList<>();
    for (String name : wanted.names()) {
      columns.add(batch.column(schema.indexesOf(name).get(0)));
    }
    return new Batch(wanted, columns, batch.rows());
  }

  private Batch batch(List<List<@Nullable Object>> rows, Shape shape) {
    Batch flat = TestPlans.batch(schema, rows);
    return switch (shape) {
      case FLAT -> flat;
      case SELECTED -> selected(rows);
      case CONSTANT_WHERE_EQUAL -> constants(flat, rows);
    };
  }

  /** The same rows, as every other row of a larger batch, turned round. */
  private Batch selected(List<List<@Nullable Object>> rows) {
    List<List<@Nullable Object>> more = new ArrayList<>();
    for (int i = rows.size() - 1; i >= 0; i--) {
      more.add(rows.get(rows.size() - 1 - i));
      more.add(rows.get(i));
    }
    int[] positions = new int[rows.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = 2 * (rows.size() - 1 - i) + 1;
    }
    return TestPlans.batch(schema, more).select(positions, positions.length);
  }

  private Batch constants(Batch flat, List<List<@Nullable Object>> rows) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      int index = c;
      long kinds = rows.stream().map(row -> String.valueOf(row.get(index))).distinct().count();
      if (kinds == 1) {
        ColumnBuilder one = ColumnBuilder.of(schema.field(c).type(), 1);
        one.appendValue(rows.get(0).get(c));
        columns.add(new ConstantColumn(one.build(), flat.rows()));
      } else {
        columns.add(flat.column(c));
      }
    }
    return new Batch(schema, columns, flat.rows());
  }

  /** Rows in an order of their own, to compare results whose order means nothing. */
  public static List<List<@Nullable Object>> sorted(List<List<@Nullable Object>> rows) {
    List<List<@Nullable Object>> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparing(String::valueOf));
    return sorted;
  }
}
