package dev.sluice.operators.sql;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.plan.Rel;
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The rows of a recursive query, computed while they are iterated over, level by level. Each
 * iteration begins anew.
 */
final class RecursiveRows extends AbstractList<Batch> {
  /** Spark's bound: {@code spark.sql.cteRecursionRowLimit}. */
  private static final long MOST_ROWS = 1_000_000;

  private final Rel first;
  private final Rel next;
  private final Level level;
  private final int levels;
  private final SelectPlanner.SubqueryRunner runner;
  private final long atMost;

  /** The rows of the level before: what the next query reads. */
  static final class Level extends AbstractList<Batch> {
    private List<Batch> batches = List.of();

    @Override
    public Batch get(int index) {
      return batches.get(index);
    }

    @Override
    public int size() {
      return batches.size();
    }
  }

  /**
   * @param next reads the rows of {@code level}
   * @param levels how often it may make rows; -1 is without end
   */
  RecursiveRows(Rel first, Rel next, Level level, int levels, SelectPlanner.SubqueryRunner runner) {
    this(first, next, level, levels, runner, Long.MAX_VALUE);
  }

  private RecursiveRows(
      Rel first,
      Rel next,
      Level level,
      int levels,
      SelectPlanner.SubqueryRunner runner,
      long atMost) {
    this.first = first;
    this.next = next;
    this.level = level;
    this.levels = levels;
    this.runner = runner;
    this.atMost = atMost;
  }

  /** The same, but it ends after the level in which there are so many rows. */
  RecursiveRows atMost(long rows) {
    return new RecursiveRows(first, next, level, levels, runner, Math.min(atMost, rows));
  }

  @Override
  public Iterator<Batch> iterator() {
    return new Levels();
  }

  @Override
  public Batch get(int index) {
    return all().get(index);
  }

  @Override
  public int size() {
    return all().size();
  }

  private List<Batch> all() {
    List<Batch> all = new ArrayList<>();
    iterator().forEachRemaining(all::add);
    return all;
  }

  private final class Levels implements Iterator<Batch> {
    private final Deque<Batch> ready = new ArrayDeque<>();
    private List<Batch> before = List.of();
    private int done;
    private long rows;
    private boolean ended;

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && !ended) {
        advance();
      }
      return !ready.isEmpty();
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }

    private void advance() {
      if (done > 0 && levels >= 0 && done > levels) {
        throw new PipelineException(
            "RECURSION_LEVEL_LIMIT_EXCEEDED",
            "a recursive query went on for more than "
                + levels
                + " levels; end it with a condition, or write MAX RECURSION LEVEL 500");
      }
      level.batches = before;
      List<Batch> made =
          runner.rows(done == 0 ? first : next).stream().filter(b -> b.rows() > 0).toList();
      for (Batch batch : made) {
        rows += batch.rows();
      }
      if (rows > MOST_ROWS && rows < atMost) {
        throw new PipelineException(
            "RECURSION_ROW_LIMIT_EXCEEDED",
            "a recursive query made more than " + MOST_ROWS + " rows; end it with a condition");
      }
      ready.addAll(made);
      before = made;
      done++;
      ended = made.isEmpty() || rows >= atMost;
    }
  }
}
