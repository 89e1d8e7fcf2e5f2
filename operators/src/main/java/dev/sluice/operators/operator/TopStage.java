package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.SortOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sort of which only the first rows are wanted: each worker holds no more than twice as many, or
 * a few batches. Equal rows keep their order.
 */
final class TopStage implements Stage {
  private static final int LEAST_HELD = 8 * Batch.TARGET_ROWS;

  private final Rel.Sort node;
  private final int wanted;
  private final RowSorter sorter;
  private final Outputs out;
  private final List<Part> parts = new ArrayList<>();

  /** Rows of one split, and the place of the split among the others. */
  private record Kept(long order, Batch rows) {}

  /** The rows of a worker, and those keys beyond which no row is wanted. */
  private static final class Part {
    private List<Kept> kept = new ArrayList<>();
    private int rows;
    private @Nullable List<FlatColumn> bound;
  }

  TopStage(Rel.Sort node, int wanted, int workers, Outputs out) {
    this.node = node;
    this.wanted = wanted;
    this.sorter = new RowSorter(node.orders(), node.origin());
    this.out = out;
    for (int i = 0; i < workers; i++) {
      parts.add(new Part());
    }
  }

  /** Whether so few rows are wanted that it pays not to hold the others. */
  static boolean pays(long wanted) {
    return wanted > 0 && wanted <= 1_000_000;
  }

  @Override
  public void begin(Epoch epoch) {
    for (int i = 0; i < parts.size(); i++) {
      parts.set(i, new Part());
    }
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    Part part = parts.get(worker.index);
    Batch rows = part.bound == null ? input : within(input, part.bound, worker.evaluation);
    if (rows.rows() == 0) {
      return;
    }
    part.kept.add(new Kept(worker.order, rows));
    part.rows += rows.rows();
    if (part.rows > Math.max(LEAST_HELD, 2 * wanted)) {
      cut(part, worker.evaluation);
    }
  }

  /** The rows that are not behind the bound: equal ones may be of an earlier split. */
  private Batch within(Batch input, List<FlatColumn> bound, EvaluationContext context) {
    List<Column> keys = sorter.keys(input, context);
    int[] left = new int[input.rows()];
    int count = left.length;
    for (int i = 0; i < count; i++) {
      left[i] = i;
    }
    int[] tied = left;
    int kept = 0;
    int[] chosen = new int[count];
    for (int k = 0; k < keys.size() && count > 0; k++) {
      FlatColumn key = keys.get(k).flatten();
      SortOrder order = node.orders().get(k);
      ValueOrder values = ValueOrder.of(key.type());
      int same = 0;
      for (int i = 0; i < count; i++) {
        int row = tied[i];
        int compared =
            RowOrder.compare(
                values, key, row, bound.get(k), 0, order.ascending(), order.nullsFirst());
        if (compared < 0) {
          chosen[kept++] = row;
        } else if (compared == 0) {
          tied[same++] = row;
        }
      }
      count = same;
    }
    for (int i = 0; i < count; i++) {
      chosen[kept++] = tied[i];
    }
    if (kept == input.rows()) {
      return input;
    }
    Arrays.sort(chosen, 0, kept);
    if (kept > input.rows() / 2) {
      return input.select(chosen, kept);
    }
    // Copied, so that a few rows do not hold the block of the file that they were read from.
    long[] places = new long[kept];
    for (int i = 0; i < kept; i++) {
      places[i] = chosen[i];
    }
    return Gathering.rows(node.schema(), List.of(input), places, 0, kept);
  }

  /** Lets go of all but the first rows; they stay what their splits gave, in that order. */
  private void cut(Part part, EvaluationContext context) {
    part.kept.sort(Comparator.comparingLong(Kept::order));
    List<Batch> all = part.kept.stream().map(Kept::rows).toList();
    long[] places = sorter.sort(all, context);
    int count = Math.min(wanted, places.length);
    long last = places[count - 1];
    Batch lastRow = Gathering.rows(node.schema(), all, new long[] {last}, 0, 1);
    part.bound = sorter.keys(lastRow, context).stream().map(Column::flatten).toList();
    long[] first = Arrays.copyOf(places, count);
    Arrays.sort(first);
    List<Kept> kept = new ArrayList<>();
    int from = 0;
    while (from < count) {
      long order = part.kept.get((int) (first[from] >>> 32)).order();
      int to = from + 1;
      while (to < count
          && to - from < Batch.TARGET_ROWS
          && part.kept.get((int) (first[to] >>> 32)).order() == order) {
        to++;
      }
      kept.add(new Kept(order, Gathering.rows(node.schema(), all, first, from, to)));
      from = to;
    }
    part.kept = kept;
    part.rows = count;
  }

  @Override
  public void flush(WorkerContext worker) {
    Part part = parts.get(worker.index);
    if (part.rows > wanted) {
      cut(part, worker.evaluation);
    }
  }

  @Override
  public void emit(WorkerContext worker) {
    if (worker.index != 0) {
      return;
    }
    List<Kept> all = new ArrayList<>();
    parts.forEach(part -> all.addAll(part.kept));
    all.sort(Comparator.comparingLong(Kept::order));
    List<Batch> batches = all.stream().map(Kept::rows).toList();
    worker.order = 0;
    long[] places = sorter.sort(batches, worker.evaluation);
    int count = Math.min(wanted, places.length);
    for (int from = 0; from < count; from += Batch.TARGET_ROWS) {
      int to = Math.min(count, from + Batch.TARGET_ROWS);
      out.emit(Gathering.rows(node.schema(), batches, places, from, to));
    }
    parts.forEach(part -> part.kept = List.of());
  }
}
