package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.BatchTime;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.SpecialTimes;
import dev.sluice.operators.time.ZoneShift;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Words that stand for a time, cast to one: {@code CAST('epoch' AS DATE)}. Spark knows them in
 * constants of a query only, never in the strings of a column.
 */
final class SpecialCasts {
  private static final String EPOCH = "epoch";

  private SpecialCasts() {}

  /** The time, or the cast itself if it is of anything else. */
  static Expression known(Expression expression, Session session) {
    return expression instanceof Cast cast && isTime(cast.type())
        ? of(cast.operand(), cast.type(), session)
            .<Expression>map(time -> new Renamed(time, cast.sql()))
            .orElse(cast)
        : expression;
  }

  /** The time of a constant text that is such a word. */
  static Optional<Expression> of(Expression text, DataType type, Session session) {
    if (text.type() != AtomicType.STRING || !text.foldable()) {
      return Optional.empty();
    }
    try {
      Object value = text.evaluate(Binder.ONE_ROW, EvaluationContext.NONE).value(0);
      return value instanceof String word && startsWithLetter(word)
          ? Optional.ofNullable(time(word, type, session.timeZone()))
          : Optional.empty();
    } catch (EvaluationException e) {
      return Optional.empty();
    }
  }

  private static boolean isTime(DataType type) {
    return type == AtomicType.DATE
        || type == AtomicType.TIMESTAMP
        || type == AtomicType.TIMESTAMP_NTZ;
  }

  private static boolean startsWithLetter(String text) {
    String trimmed = text.trim();
    return !trimmed.isEmpty() && Character.isLetter(trimmed.charAt(0));
  }

  private static @Nullable Expression time(String word, DataType type, ZoneId zone) {
    if (SpecialTimes.timestamp(word, zone, 0L) == DateTimes.INVALID) {
      return null;
    }
    Moment moment = new Moment(word, type, zone);
    // The epoch is the only one that stands still.
    return word.trim().regionMatches(true, 0, EPOCH, 0, EPOCH.length())
        ? new Literal(type, moment.at(0L), word)
        : moment;
  }

  /** What a clock on the wall shows then; the epoch is the same everywhere. */
  static long local(String text, ZoneId zone, long now) {
    long micros = SpecialTimes.timestamp(text, zone, now);
    return micros <= 0L ? micros : ZoneShift.of(zone).toLocal(micros);
  }

  /** In typed literals they are those of the moment the query is analysed at. */
  static long now() {
    return Instant.now().toEpochMilli() * 1000L;
  }

  /**
   * A word in a cast: what it stands for when a batch is planned, as Spark's optimizer replaces it
   * in each batch.
   */
  private record Moment(String sql, DataType type, ZoneId zone) implements BatchTime {
    @Override
    public Object at(long now) {
      if (type == AtomicType.DATE) {
        return SpecialTimes.date(sql, zone, now);
      }
      return type == AtomicType.TIMESTAMP
          ? SpecialTimes.timestamp(sql, zone, now)
          : local(sql, zone, now);
    }
  }
}
