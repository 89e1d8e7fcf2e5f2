package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.function.Windowing;
import dev.sluice.operators.plan.NamedWindowing;
import dev.sluice.operators.plan.Rel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds all rows of an epoch, parted by the hash of their partition, so that each worker sorts and
 * computes buckets of its own; without partitions, or of few rows, the first worker does all. Ranks
 * and shifts are arithmetic of places; frames of aggregates are computed by {@link
 * WindowAggregates}.
 */
final class WindowStage implements Stage {
  private final Rel.Window node;
  private final List<Outputs> outputs;
  private final RowBuckets buckets;
  private final AtomicInteger emitting = new AtomicInteger();

  /**
   * @param outputs one for each worker
   */
  WindowStage(Rel.Window node, List<Outputs> outputs) {
    this.node = node;
    this.outputs = outputs;
    this.buckets = new RowBuckets(node.partition(), node.origin(), outputs.size());
  }

  @Override
  public void begin(Epoch epoch) {
    buckets.clear();
    emitting.set(outputs.size());
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    if (input.rows() > 0) {
      buckets.add(worker, input);
    }
  }

  @Override
  public void flush(WorkerContext worker) {
    buckets.part(worker);
  }

  @Override
  public void emit(WorkerContext worker) {
    int count = buckets.count();
    for (int bucket = worker.index; bucket < count; bucket += outputs.size()) {
      worker.order = bucket;
      List<Batch> rows = buckets.bucket(bucket, count);
      if (!rows.isEmpty()) {
        emit(rows, worker);
      }
    }
    if (emitting.decrementAndGet() == 0) {
      buckets.clear();
    }
  }

  private void emit(List<Batch> all, WorkerContext worker) {
    WindowRows rows = new WindowRows(node, all, worker.evaluation);
    List<Column> columns = rows.columns();
    for (NamedWindowing named : node.functions()) {
      try {
        columns.add(column(named, rows));
      } catch (EvaluationException e) {
        throw Failures.of(e, named, node.origin());
      }
    }
    Batch whole = new Batch(node.schema(), columns, rows.rows());
    for (int from = 0; from < whole.rows(); from += Batch.TARGET_ROWS) {
      outputs
          .get(worker.index)
          .emit(whole.slice(from, Math.min(whole.rows(), from + Batch.TARGET_ROWS)));
    }
  }

  private static Column column(NamedWindowing named, WindowRows rows) {
    Windowing function = named.function();
    if (function instanceof Windowing.Ranking ranking) {
      return ranking(ranking, rows);
    }
    if (function instanceof Windowing.Shift shift) {
      return shift(shift, rows);
    }
    WindowRows.Frames frames = rows.frames(named.frame());
    if (function instanceof Windowing.Nth nth) {
      return nth(nth, rows, frames);
    }
    Windowing.Aggregated aggregated = (Windowing.Aggregated) function;
    List<Column> arguments =
        aggregated.arguments().stream().<Column>map(rows::sortedColumn).toList();
    return new WindowAggregates(aggregated.aggregation(), arguments, frames).column();
  }

  private static Column ranking(Windowing.Ranking function, WindowRows rows) {
    return switch (function.kind()) {
      case PERCENT_RANK, CUME_DIST -> {
        double[] shares = new double[rows.rows()];
        for (int i = 0; i < shares.length; i++) {
          int size = rows.partitionEnd[i] - rows.partitionStart[i];
          if (function.kind() == Windowing.Ranking.Kind.CUME_DIST) {
            shares[i] = (double) (rows.peerEnd[i] - rows.partitionStart[i]) / size;
          } else {
            shares[i] =
                size == 1
                    ? 0.0
                    : (double) (rows.peerStart[i] - rows.partitionStart[i]) / (size - 1);
          }
        }
        yield new DoubleColumn(AtomicType.DOUBLE, shares, Validity.ALL, shares.length);
      }
      default -> {
        int[] ranks = new int[rows.rows()];
        for (int i = 0; i < ranks.length; i++) {
          ranks[i] = rank(function, rows, ranks, i);
        }
        yield new IntColumn(AtomicType.INT, ranks, Validity.ALL, ranks.length);
      }
    };
  }

  private static int rank(Windowing.Ranking function, WindowRows rows, int[] before, int row) {
    int start = rows.partitionStart[row];
    return switch (function.kind()) {
      case ROW_NUMBER -> row - start + 1;
      case RANK -> rows.peerStart[row] - start + 1;
      case DENSE_RANK -> row == start ? 1 : before[row - 1] + (rows.peerStart[row] == row ? 1 : 0);
      default -> bucket(row - start, rows.partitionEnd[row] - start, function.buckets());
    };
  }

  /** The first buckets take one row more each until the rest is used up. */
  private static int bucket(int place, int size, int buckets) {
    int least = size / buckets;
    int larger = size % buckets;
    int inLarger = larger * (least + 1);
    return place < inLarger
        ? place / (least + 1) + 1
        : larger + (place - inLarger) / Math.max(1, least) + 1;
  }

  private static Column shift(Windowing.Shift function, WindowRows rows) {
    FlatColumn values = rows.sortedColumn(function.value());
    int[] places = new int[rows.rows()];
    boolean missing = false;
    int[] present = function.ignoreNulls() ? WindowRows.notNull(values) : new int[0];
    for (int i = 0; i < places.length; i++) {
      long place =
          function.ignoreNulls() && function.offset() != 0
              ? shifted(present, i, function.offset())
              : i + (long) function.offset();
      boolean inside = place >= rows.partitionStart[i] && place < rows.partitionEnd[i];
      places[i] = inside ? (int) place : -1;
      missing |= !inside;
    }
    if (!missing || function.otherwise().foldable() && isNull(function, rows)) {
      return Columns.pick(values, places, places.length);
    }
    FlatColumn otherwise = rows.sortedColumn(function.otherwise());
    ColumnBuilder builder = ColumnBuilder.of(function.type(), places.length);
    for (int i = 0; i < places.length; i++) {
      if (places[i] < 0) {
        builder.appendFrom(otherwise, i);
      } else {
        builder.appendFrom(values, places[i]);
      }
    }
    return builder.build();
  }

  private static boolean isNull(Windowing.Shift function, WindowRows rows) {
    return rows.rows() == 0 || rows.sortedColumn(function.otherwise()).isNull(0);
  }

  /** The place of the value so many further on among those present. */
  private static long shifted(int[] present, int row, int offset) {
    int found = Arrays.binarySearch(present, row);
    int next = found >= 0 ? found + 1 : -found - 1;
    int last = found >= 0 ? found - 1 : -found - 2;
    long wanted = offset > 0 ? next + (long) offset - 1 : last + (long) offset + 1;
    return wanted < 0 || wanted >= present.length ? -1 : present[(int) wanted];
  }

  private static Column nth(Windowing.Nth function, WindowRows rows, WindowRows.Frames frames) {
    FlatColumn values = rows.sortedColumn(function.value());
    int[] places = new int[rows.rows()];
    if (function.ignoreNulls()) {
      int[] present = WindowRows.notNull(values);
      for (int i = 0; i < places.length; i++) {
        int first = atLeast(present, frames.from()[i]);
        int end = atLeast(present, frames.to()[i]);
        long wanted = function.fromEnd() ? (long) end - function.n() : first + function.n() - 1L;
        places[i] = wanted >= first && wanted < end ? present[(int) wanted] : -1;
      }
    } else {
      for (int i = 0; i < places.length; i++) {
        int first = frames.from()[i];
        int end = frames.to()[i];
        long wanted = function.fromEnd() ? (long) end - function.n() : first + function.n() - 1L;
        places[i] = wanted >= first && wanted < end ? (int) wanted : -1;
      }
    }
    return Columns.pick(values, places, places.length);
  }

  /** How many of the places come before a row. */
  private static int atLeast(int[] places, int row) {
    int found = Arrays.binarySearch(places, row);
    return found >= 0 ? found : -found - 1;
  }
}
