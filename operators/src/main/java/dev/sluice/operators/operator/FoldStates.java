package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The states of some keys while they change: what their columns hold, until when, and what the keys
 * wait for. Keys stand in one order; the first of them go on when others are done.
 */
final class FoldStates {
  /** The time of a column that has no value; before any other. */
  static final long ABSENT = Long.MIN_VALUE;

  /** The time of a timer that is not set. */
  static final long NEVER = Long.MAX_VALUE;

  private static final boolean[][] NONE = {};

  private final TransformWithStatePlan plan;

  /** Whether each key has a state. */
  final boolean[] has;

  // Of each column of the state whose values live for a time, until when, in microseconds.
  private final long[][] until;
  // Of each timer its times.
  private final long[][] timers;
  private List<Column> values;
  // Of each such column the keys whose value is over; only at first.
  private boolean[][] over = NONE;

  /** An update made ready to run. */
  record Update(Evaluations values, List<Optional<Expression>> puts) {}

  /**
   * @param values what columns hold, with nulls for keys without a state
   * @param until of each column of the state, empty for one whose values live for ever
   */
  FoldStates(
      TransformWithStatePlan plan,
      List<Column> values,
      boolean[] has,
      long[][] until,
      long[][] timers) {
    this.plan = plan;
    this.values = values;
    this.has = has;
    this.until = until;
    this.timers = timers;
  }

  List<Column> values() {
    return values;
  }

  /** Whether the first keys have a state, as the validity of it. */
  Validity known(int count) {
    boolean[] missing = new boolean[count];
    boolean any = false;
    for (int i = 0; i < count; i++) {
      missing[i] = !has[i];
      any |= missing[i];
    }
    return any ? Validity.ofNulls(missing, count) : Validity.ALL;
  }

  /** The times of timers, null where there is none. */
  List<Column> timers(int count) {
    List<Column> columns = new ArrayList<>(timers.length);
    for (long[] times : timers) {
      columns.add(times(times, count, NEVER));
    }
    return columns;
  }

  /** Until when the values of a column live, null where there is none. */
  Column until(int column, int count) {
    return times(until[column], count, ABSENT);
  }

  private static Column times(long[] micros, int count, long none) {
    boolean[] nulls = new boolean[count];
    for (int i = 0; i < count; i++) {
      nulls[i] = micros[i] == none;
    }
    return new LongColumn(
        AtomicType.TIMESTAMP, micros.clone(), Validity.ofNulls(nulls, count), count);
  }

  long[] timer(int timer) {
    return timers[timer];
  }

  /** Until when the value of a key's column lives that lives longest. */
  long lastUntil(int key) {
    long last = ABSENT;
    for (long[] times : until) {
      last = times.length == 0 ? NEVER : Math.max(last, times[key]);
    }
    return last;
  }

  /** Only the first keys go on. */
  void keepFirst(int count) {
    values = FoldColumns.prefix(values, count);
  }

  /** A key has no state any more, and waits for nothing. */
  void remove(int key) {
    has[key] = false;
    for (long[] times : timers) {
      times[key] = NEVER;
    }
  }

  /** Values whose time is over by now are there no more. Before {@link #begin}, once. */
  void dropOver(long nowMicros) {
    over = new boolean[values.size()][0];
    for (int c = 0; c < over.length; c++) {
      long[] times = until[c];
      if (times.length == 0) {
        continue;
      }
      int[] rows = new int[has.length];
      int count = 0;
      boolean[] gone = new boolean[has.length];
      for (int i = 0; i < has.length; i++) {
        if (has[i] && times[i] <= nowMicros) {
          gone[i] = true;
          times[i] = ABSENT;
          rows[count++] = i;
        }
      }
      if (count > 0) {
        over[c] = gone;
        values = new ArrayList<>(values);
        Column column = values.get(c);
        values.set(
            c, FoldColumns.replaced(column, rows, count, FoldScope.nulls(column.type(), count)));
      }
    }
  }

  /**
   * Gives the first keys what a state has at first: all of it those without a state, and the others
   * the columns whose value is over.
   *
   * @param seen of these states, for rows of the stream
   * @return whether all of these keys have a state now that is to be seen
   */
  boolean begin(Batch seen, long nowMicros, EvaluationContext context) {
    int count = seen.rows();
    int[] fresh = new int[count];
    int freshCount = 0;
    for (int i = 0; i < count; i++) {
      if (!has[i]) {
        forgetTimes(i);
      }
      if (!has[i] || isOver(i)) {
        fresh[freshCount++] = i;
      }
    }
    boolean begins = freshCount > 0 && !plan.program.init().isEmpty();
    if (begins) {
      List<Column> initial = plan.init.evaluate(seen.select(fresh, freshCount), context);
      List<Column> merged = new ArrayList<>(values.size());
      for (int c = 0; c < values.size(); c++) {
        merged.add(begun(c, fresh, freshCount, initial.get(c).flatten(), nowMicros));
      }
      values = merged;
    }
    over = NONE;
    return begins;
  }

  private void forgetTimes(int key) {
    for (long[] times : timers) {
      times[key] = NEVER;
    }
    for (long[] times : until) {
      if (times.length > 0) {
        times[key] = ABSENT;
      }
    }
  }

  private boolean isOver(int key) {
    for (int c = 0; c < over.length; c++) {
      if (isOver(c, key)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOver(int column, int key) {
    return over.length > 0 && over[column].length > 0 && over[column][key];
  }

  private Column begun(int c, int[] fresh, int freshCount, Column initial, long nowMicros) {
    int[] rows = new int[freshCount];
    int[] from = new int[freshCount];
    int count = 0;
    for (int i = 0; i < freshCount; i++) {
      int key = fresh[i];
      if (!has[key] || isOver(c, key)) {
        rows[count] = key;
        from[count++] = i;
        if (until[c].length > 0) {
          put(c, key, initial.isNull(i), nowMicros);
        }
      }
    }
    return count == 0
        ? values.get(c)
        : FoldColumns.replaced(values.get(c), rows, count, initial.select(from, count));
  }

  private void put(int column, int key, boolean isNull, long nowMicros) {
    until[column][key] = isNull ? ABSENT : nowMicros + plan.program.columnTtls().get(column) * 1000;
  }

  /** Gives the columns what an update makes of what is seen. */
  void update(Update update, Batch seen, long nowMicros, EvaluationContext context) {
    List<Column> next = FoldColumns.flat(update.values().evaluate(seen, context));
    for (int c = 0; c < until.length; c++) {
      if (until[c].length == 0 || update.puts().get(c).isEmpty()) {
        continue;
      }
      boolean[] given = plan.isTrue(update.puts().get(c).get(), seen, context);
      for (int i = 0; i < given.length; i++) {
        if (given[i]) {
          put(c, i, next.get(c).isNull(i), nowMicros);
        }
      }
    }
    values = next;
  }
}
