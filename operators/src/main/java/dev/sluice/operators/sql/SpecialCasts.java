package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
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
    if (type == AtomicType.DATE) {
      int days = SpecialTimes.date(word, zone, now());
      return days == DateTimes.INVALID_DATE ? null : new Literal(type, days, word);
    }
    long micros =
        type == AtomicType.TIMESTAMP
            ? SpecialTimes.timestamp(word, zone, now())
            : local(word, zone, now());
    return micros == DateTimes.INVALID ? null : new Literal(type, micros, word);
  }

  /** What a clock on the wall shows then; the epoch is the same everywhere. */
  static long local(String text, ZoneId zone, long now) {
    long micros = SpecialTimes.timestamp(text, zone, now);
    return micros <= 0L ? micros : ZoneShift.of(zone).toLocal(micros);
  }

  /** Such words are constants of the query: those of the moment it is analysed at. */
  static long now() {
    return Instant.now().toEpochMilli() * 1000L;
  }
}
