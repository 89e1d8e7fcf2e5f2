package dev.sluice.connectors.jdbc.client;

import java.time.LocalDate;
import java.time.LocalDateTime;

/**
 * PostgreSQL's {@code infinity} and {@code -infinity}, which its driver tells as the last and the
 * first of Java's days: read as the end of the year 9999 and the beginning of the year 1, in UTC,
 * as Spark reads them.
 */
final class Infinity {
  private static final LocalDate LAST_DAY = LocalDate.of(9999, 12, 31);
  private static final LocalDate FIRST_DAY = LocalDate.of(1, 1, 1);
  private static final LocalDateTime LAST = LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000);

  private Infinity() {}

  static boolean is(LocalDateTime time) {
    return time.equals(LocalDateTime.MAX) || time.equals(LocalDateTime.MIN);
  }

  /** The time itself, if it is one. */
  static LocalDateTime finite(LocalDateTime time) {
    return time.equals(LocalDateTime.MAX)
        ? LAST
        : time.equals(LocalDateTime.MIN) ? FIRST_DAY.atStartOfDay() : time;
  }

  /** The day itself, if it is one. */
  static LocalDate finite(LocalDate day) {
    return day.equals(LocalDate.MAX) ? LAST_DAY : day.equals(LocalDate.MIN) ? FIRST_DAY : day;
  }

  /** Whether a day may be read where the database has none: it cannot compare that as we do. */
  static boolean isAtTheEnds(LocalDate day) {
    return !day.isBefore(LAST_DAY) || !day.isAfter(FIRST_DAY);
  }
}
