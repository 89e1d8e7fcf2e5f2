package dev.sluice.operators.time;

import org.jspecify.annotations.Nullable;

/**
 * Days before 1582-10-15 as old writers counted them, by the Julian calendar: the same year, month
 * and day in the calendar that is used now.
 */
public final class Rebase {
  /** 1582-10-15, the first day on which both calendars agree. */
  public static final int FIRST_COMMON_DAY = -141_427;

  /** 1900-01-01T00:00:00Z, from which on both agree in all time zones. */
  private static final long FIRST_COMMON_MICROS = -2_208_988_800_000_000L;

  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;

  private Rebase() {}

  /** By which calendar the days of a file count. */
  public enum Calendar {
    /** Today's: values are taken as they are. */
    MODERN,
    /** The Julian one before 1582-10-15: values are converted. */
    OLD,
    /** Nobody knows: a value that the two might count differently is refused. */
    UNKNOWN;

    /** Whether values need be looked at. */
    public boolean matters() {
      return this != MODERN;
    }

    /** A day number as it is counted now. Throws {@link AmbiguousTime}. */
    public int days(int day) {
      if (this == UNKNOWN && day < FIRST_COMMON_DAY) {
        throw new AmbiguousTime("a date before 1582-10-15");
      }
      return this == OLD ? Rebase.days(day) : day;
    }

    /** The same of microseconds of UTC; old writers knew no zones' own offsets before 1900. */
    public long micros(long micros) {
      if (this == UNKNOWN && micros < FIRST_COMMON_MICROS) {
        throw new AmbiguousTime("a time before 1900-01-01T00:00:00Z");
      }
      return this == OLD ? Rebase.micros(micros) : micros;
    }
  }

  /** A date or time that may mean another one, and nobody said which is meant. */
  public static final class AmbiguousTime extends RuntimeException {
    AmbiguousTime(String what) {
      super(
          what
              + " may be counted by the Julian or by today's calendar, and nothing says who wrote"
              + " it; where Spark 2 or older Hive did, give LEGACY as datetimeRebaseMode (of INT96"
              + " times: int96RebaseMode), else CORRECTED");
    }
  }

  /**
   * By which calendar a file counts.
   *
   * @param version of the Spark that wrote it, as the file says; null if it does not
   * @param marked whether it says that it does
   * @param since the version from which on only marked files do
   * @param mode what is taken for true of files that do not say who wrote them, see {@link #mode}
   */
  public static Calendar calendar(
      @Nullable String version, boolean marked, String since, String mode) {
    if (version == null) {
      return mode(mode);
    }
    return marked || isBefore(version, since) ? Calendar.OLD : Calendar.MODERN;
  }

  /** What {@code CORRECTED}, {@code LEGACY} and {@code EXCEPTION} mean, case ignored. */
  public static Calendar mode(String mode) {
    return mode.equalsIgnoreCase("LEGACY")
        ? Calendar.OLD
        : mode.equalsIgnoreCase("EXCEPTION") ? Calendar.UNKNOWN : Calendar.MODERN;
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
