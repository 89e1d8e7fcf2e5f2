package dev.sluice.operators.time;

import org.jspecify.annotations.Nullable;

/**
 * Days before 1582-10-15 as old writers counted them, by the Julian calendar: the same year, month
 * and day in the calendar that is used now.
 */
public final class Rebase {
  /** 1582-10-15, the first day on which both calendars agree. */
  public static final int FIRST_COMMON_DAY = -141_427;

  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;

  private Rebase() {}

  /**
   * Whether a file counts by the old calendar.
   *
   * @param version of the Spark that wrote it, as the file says; null if it does not
   * @param marked whether it says that it does
   * @param since the version from which on only marked files do
   * @param mode what is taken for true of files that do not say who wrote them: {@code LEGACY} is
   *     the old calendar, case ignored
   */
  public static boolean isLegacy(
      @Nullable String version, boolean marked, String since, String mode) {
    return version == null ? mode.equalsIgnoreCase("LEGACY") : marked || isBefore(version, since);
  }

  private static boolean isBefore(String version, String since) {
    String[] parts = version.split("[.-]");
    String[] limit = since.split("\\.");
    for (int i = 0; i < limit.length && i < parts.length; i++) {
      try {
        int order = Integer.compare(Integer.parseInt(parts[i]), Integer.parseInt(limit[i]));
        if (order != 0) {
          return order < 0;
        }
      } catch (NumberFormatException e) {
        return false;
      }
    }
    return false;
  }

  /** The day number, as it is counted now, of one counted by the old calendar. */
  public static int days(int day) {
    if (day >= FIRST_COMMON_DAY) {
      return day;
    }
    // The usual integer formula from a Julian day number to a date of the Julian calendar.
    long c = day + JULIAN_DAY_OF_EPOCH + 32_082;
    long d = Math.floorDiv(4 * c + 3, 1461L);
    long e = c - Math.floorDiv(1461 * d, 4L);
    long m = Math.floorDiv(5 * e + 2, 153L);
    int dayOfMonth = (int) (e - Math.floorDiv(153 * m + 2, 5L) + 1);
    int month = (int) (m + 3 - 12 * Math.floorDiv(m, 10L));
    long year = d - 4800 + Math.floorDiv(m, 10L);
    return (int) daysOf(year, month, dayOfMonth);
  }

  /** The day number in today's calendar; a day that it does not have counts into the next month. */
  private static long daysOf(long year, int month, int day) {
    long shifted = month <= 2 ? year - 1 : year;
    long era = Math.floorDiv(shifted, 400L);
    long yearOfEra = shifted - era * 400;
    long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097 + dayOfEra - 719_468;
  }

  /** The same of microseconds, by days of UTC. */
  public static long micros(long micros) {
    long day = Math.floorDiv(micros, MICROS_PER_DAY);
    return day >= FIRST_COMMON_DAY ? micros : micros + (days((int) day) - day) * MICROS_PER_DAY;
  }
}
