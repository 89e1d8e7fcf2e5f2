package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.plan.OutputMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running aggregation by session: sessions of one owner (the other keys) that overlap or touch
 * are one, across batches too. They come out once the watermark has reached their end, or all in
 * each epoch for a complete result.
 *
 * <p>Rows go to the partition of their owner as they come; where the order of values counts, they
 * wait until all are there, to be taken in the order of time. Unlike groups that do not merge, late
 * rows are dropped for a complete result too, as Spark does.
 */
final class SessionAggregateStage implements GroupStage {
  private final SessionPlan plan;
  private final Part[] parts;
  private final List<Outputs> complete = new ArrayList<>();
  private final List<Outputs> closed = new ArrayList<>();
  private List<SessionPartition> partitions;
  private final @Nullable KeyedState state;
  private long lateMillis;
  private long watermarkMillis;

  /** What one worker holds while rows come. */
  private static final class Part {
    final KeyCodec codec;
    final KeyBatch keys = new KeyBatch();
    final List<Kept> kept = new ArrayList<>();
    long dropped;
    long nanos;

    Part(SessionPlan plan) {
      this.codec = new KeyCodec(plan.ownerTypes);
    }
  }

  /** Rows of one partition that wait for those of other workers. */
  private record Kept(int partition, long order, int worker, Batch rows) {}

  /**
   * @param store opens the state of the operator; none for a query without checkpoint
   */
  SessionAggregateStage(SessionPlan plan, int workers, Optional<OperatorState> store) {
    this.plan = plan;
    this.parts = new Part[workers];
    for (int i = 0; i < workers; i++) {
      parts[i] = new Part(plan);
      complete.add(new Outputs());
      closed.add(new Outputs());
    }
    this.partitions = replacePartitions(workers);
    this.state =
        store
            .map(
                operator ->
                    new KeyedState(
                        plan.shape(operator.partitions()),
                        operator,
                        workers,
                        this::replacePartitions,
                        new KeyedState.Figures(this::updateMillis, this::dropped)))
            .orElse(null);
  }

  private List<SessionPartition> replacePartitions(int count) {
    List<SessionPartition> fresh = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      fresh.add(new SessionPartition(plan));
    }
    partitions = fresh;
    return fresh;
  }

  /** Sessions are not given as they grow: an update would have to take back those that merged. */
  @Override
  public Outputs output(OutputMode mode, int worker) {
    return (mode == OutputMode.COMPLETE ? complete : closed).get(worker);
  }

  private boolean expires() {
    return plan.endsByWatermark() && complete.get(0).isEmpty();
  }

  private long dropped() {
    long dropped = 0;
    for (Part part : parts) {
      dropped += part.dropped;
    }
    return dropped;
  }

  private long updateMillis() {
    long longest = 0;
    for (Part part : parts) {
      longest = Math.max(longest, part.nanos);
    }
    return longest / 1_000_000;
  }

  @Override
  public void resume(long queryWatermarkMillis) {
    watermarkMillis = WatermarkFlow.into(plan.groups.node, queryWatermarkMillis);
  }

  @Override
  public boolean wantsEpoch(long queryWatermarkMillis) {
    return complete.get(0).isEmpty()
        && WatermarkFlow.into(plan.groups.node, queryWatermarkMillis) > watermarkMillis;
  }

  @Override
  public void begin(Epoch epoch) {
    lateMillis = WatermarkFlow.into(plan.groups.node, epoch.lateWatermarkMillis());
    watermarkMillis = WatermarkFlow.into(plan.groups.node, epoch.watermarkMillis());
    partitions.forEach(SessionPartition::begin);
    for (Part part : parts) {
      part.kept.clear();
      part.dropped = 0;
      part.nanos = 0;
    }
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    Part part = parts[worker.index];
    Batch rows = plan.endsByWatermark() ? onTime(part, worker, input) : input;
    if (rows.rows() == 0) {
      return;
    }
    part.codec.encode(plan.owners(rows, worker.evaluation), rows.rows(), part.keys);
    int[][] split = Hashing.split(part.keys, rows.rows(), partitions.size());
    for (int p = 0; p < split.length; p++) {
      if (split[p].length == 0) {
        continue;
      }
      if (plan.groups.ordered) {
        Batch own = rows.select(split[p], split[p].length);
        part.kept.add(new Kept(p, worker.order, worker.index, own));
      } else {
        partitions.get(p).add(rows, part.keys, split[p], worker.evaluation);
      }
    }
  }

  /** The rows whose own session is not over yet by the watermark of the batch before. */
  private Batch onTime(Part part, WorkerContext worker, Batch rows) {
    Column times = plan.groups.eventTime(rows, worker.evaluation);
    int[] kept = EventTimes.of(times).onTime(rows.rows(), lateMillis);
    if (kept == EventTimes.ALL) {
      return rows;
    }
    part.dropped += rows.rows() - kept.length;
    return rows.select(kept, kept.length);
  }

  @Override
  public void flush(WorkerContext worker) {}

  @Override
  public void emit(WorkerContext worker) {
    long start = Clock.SYSTEM.nanos();
    for (int p = worker.index; p < partitions.size(); p += parts.length) {
      SessionPartition partition = partitions.get(p);
      addKept(p, worker);
      worker.order = p;
      int[] due = expires() ? partition.due(watermarkMillis) : new int[0];
      Outputs over = closed.get(worker.index);
      if (!over.isEmpty()) {
        partition.emit(due, over);
      }
      Outputs all = complete.get(worker.index);
      if (!all.isEmpty()) {
        partition.emit(partition.all(), all);
      }
      partition.remove(due);
    }
    parts[worker.index].nanos = Clock.SYSTEM.nanos() - start;
  }

  /** Adds the rows that waited, all at once: only so are they in the order of time. */
  private void addKept(int partition, WorkerContext worker) {
    List<Kept> waiting = new ArrayList<>();
    for (Part part : parts) {
      for (Kept kept : part.kept) {
        if (kept.partition() == partition) {
          waiting.add(kept);
        }
      }
    }
    if (waiting.isEmpty()) {
      return;
    }
    waiting.sort(Comparator.comparingLong(Kept::order).thenComparingInt(Kept::worker));
    Batch rows = concatenated(waiting);
    Part part = parts[worker.index];
    part.codec.encode(plan.owners(rows, worker.evaluation), rows.rows(), part.keys);
    int[] every = new int[rows.rows()];
    for (int row = 0; row < every.length; row++) {
      every[row] = row;
    }
    partitions.get(partition).add(rows, part.keys, every, worker.evaluation);
  }

  private static Batch concatenated(List<Kept> waiting) {
    if (waiting.size() == 1) {
      return waiting.get(0).rows();
    }
    Schema schema = waiting.get(0).rows().schema();
    int rows = 0;
    for (Kept kept : waiting) {
      rows += kept.rows().rows();
    }
    List<Column> columns = new ArrayList<>(schema.size());
    for (int c = 0; c < schema.size(); c++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(c).type(), rows);
      for (Kept kept : waiting) {
        Column column = kept.rows().column(c);
        for (int row = 0; row < kept.rows().rows(); row++) {
          builder.appendFrom(column, row);
        }
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, rows);
  }

  @Override
  public Optional<Stateful> state() {
    return Optional.ofNullable(state);
  }
}
