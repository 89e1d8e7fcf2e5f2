package dev.sluice.runner.sql;

import dev.sluice.operators.data.Batch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Puts what several workers make of several tasks in the order of the tasks. The first task that is
 * not done writes through; the others hold back a little, and then wait for their turn. Tasks must
 * be begun in their order, or all would wait.
 */
final class OrderedRows {
  private static final int MOST_HELD = 8;

  private final SqlQuery.Rows target;
  private final List<Deque<Batch>> held = new ArrayList<>();
  private final boolean[] done;
  private int turn;
  private long unwanted;
  private long wanted;

  /**
   * @param tasks how many there are
   * @param skip how many rows come before those that are wanted
   * @param limit how many rows are wanted at most
   */
  OrderedRows(SqlQuery.Rows target, int tasks, long skip, long limit) {
    this.target = target;
    this.unwanted = skip;
    this.wanted = limit;
    this.done = new boolean[tasks];
    for (int i = 0; i < tasks; i++) {
      held.add(new ArrayDeque<>());
    }
  }

  /** True once no more rows are wanted. */
  synchronized boolean enough() {
    return wanted <= 0;
  }

  /** No more rows are wanted, whatever the reason: nobody waits any longer. */
  synchronized void end() {
    wanted = 0;
    notifyAll();
  }

  synchronized void emit(int task, Batch rows) throws InterruptedException {
    while (task != turn && held.get(task).size() >= MOST_HELD && wanted > 0) {
      wait();
    }
    if (task == turn) {
      // What was held before its turn has gone out when the turn came.
      write(rows);
    } else if (wanted > 0) {
      held.get(task).add(rows);
    }
  }

  synchronized void finish(int task) {
    done[task] = true;
    while (turn < done.length && done[turn]) {
      turn++;
      if (turn < done.length) {
        held.get(turn).forEach(this::write);
        held.get(turn).clear();
      }
    }
    notifyAll();
  }

  private void write(Batch rows) {
    if (wanted <= 0) {
      return;
    }
    int from = (int) Math.min(unwanted, rows.rows());
    unwanted -= from;
    int to = from + (int) Math.min(rows.rows() - from, wanted);
    if (to > from) {
      wanted = target.take(rows.slice(from, to)) ? wanted - (to - from) : 0;
    }
  }
}
