package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.StateProgram;
import dev.sluice.operators.time.DateTimes;
import java.time.ZoneOffset;

/** Works out until when keys wait; times are whole milliseconds, as Spark's. */
final class FoldTimeouts {
  private static final long NEVER = Long.MAX_VALUE;

  private final TransformWithStatePlan plan;
  private final boolean eventTime;
  private long nowMillis;
  private long watermarkMillis;

  FoldTimeouts(TransformWithStatePlan plan) {
    this.plan = plan;
    this.eventTime = plan.program.timesOutBy(StateProgram.Clock.EVENT_TIME);
  }

  void begin(Epoch epoch, long watermark) {
    nowMillis = epoch.timestampMillis();
    watermarkMillis = watermark;
  }

  long nowMillis() {
    return nowMillis;
  }

  /** A key whose time is before this one has waited too long; timers come at it, too. */
  long limitMillis() {
    return eventTime ? watermarkMillis : nowMillis;
  }

  /** In microseconds, for each row of what the expression sees. */
  long[] set(Expression at, Batch seen, EvaluationContext context) {
    LongColumn given = (LongColumn) Evaluations.evaluate(at, seen, context, plan.origin).flatten();
    long[] until = new long[seen.rows()];
    for (int row = 0; row < until.length; row++) {
      if (given.isNull(row)) {
        until[row] = NEVER;
        continue;
      }
      long millis = Math.floorDiv(given.get(row), 1000L);
      check(millis, row, at, seen, context);
      until[row] = micros(millis);
    }
    return until;
  }

  /** The time that an expression gave; at most {@link #NEVER}, as at the end of all times. */
  private long micros(long millis) {
    long at = eventTime ? millis : nowMillis + millis;
    long last = NEVER / 1000;
    return at >= last ? NEVER : Math.max(at, -last) * 1000;
  }

  /** As above, of a timer: any time will do. */
  long[] timer(Expression at, Batch seen, EvaluationContext context) {
    LongColumn given = (LongColumn) Evaluations.evaluate(at, seen, context, plan.origin).flatten();
    long[] until = new long[seen.rows()];
    for (int row = 0; row < until.length; row++) {
      long millis = Math.floorDiv(given.get(row), 1000L);
      until[row] = given.isNull(row) ? NEVER : micros(millis);
    }
    return until;
  }

  /**
   * The same, set when another timer has come: what has come by then comes in this epoch too, and
   * so must be later, or there would be no end.
   */
  long[] nextTimer(Expression at, Batch seen, long[] fired, EvaluationContext context) {
    long[] until = timer(at, seen, context);
    for (int row = 0; row < until.length; row++) {
      if (until[row] <= fired[row]) {
        String mistake =
            "Timer timestamp ("
                + text(until[row] / 1000)
                + ") must be later than that of the timer that has come ("
                + text(fired[row] / 1000)
                + ")";
        throw Failures.of(
            new EvaluationException("INVALID_TIMER", mistake, row), at, seen, context, plan.origin);
      }
    }
    return until;
  }

  private void check(long millis, int row, Expression at, Batch seen, EvaluationContext context) {
    String mistake = null;
    if (millis <= 0) {
      mistake =
          eventTime
              ? "Timeout timestamp must be positive"
              : "Timeout duration (" + millis + " ms) must be positive";
    } else if (eventTime && millis < watermarkMillis) {
      mistake =
          "Timeout timestamp ("
              + text(millis)
              + ") cannot be earlier than the current watermark ("
              + text(watermarkMillis)
              + "): take greatest(..., watermark)";
    }
    if (mistake != null) {
      throw Failures.of(
          new EvaluationException("INVALID_TIMEOUT", mistake, row), at, seen, context, plan.origin);
    }
  }

  private static String text(long millis) {
    return DateTimes.formatTimestamp(millis * 1000, ZoneOffset.UTC);
  }
}
