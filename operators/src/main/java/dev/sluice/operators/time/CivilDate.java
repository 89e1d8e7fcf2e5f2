package dev.sluice.operators.time;

/**
 * The proleptic Gregorian calendar by integer arithmetic: days since 1970-01-01 to year, month and
 * day, and back. All of {@code int} days is covered; years reach about ±5.8 million.
 *
 * <p>A date travels between methods as one {@code long} made by {@link #decode}: year in the upper
 * 32 bits, month (1-12) in bits 8 to 15, day (1-31) in bits 0 to 7. So a loop over a column
 * allocates nothing.
 */
public final class CivilDate {
  private static final int DAYS_PER_ERA = 146_097;
  private static final int EPOCH_SHIFT = 719_468;

  private CivilDate() {}

  /** Days since 1970-01-01 of a date that is valid; see {@link #isValid}. */
  public static long toDays(int year, int month, int day) {
    long y = month <= 2 ? year - 1L : year;
    long era = Math.floorDiv(y, 400L);
    long yearOfEra = y - era * 400;
    long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * DAYS_PER_ERA + dayOfEra - EPOCH_SHIFT;
  }

  /** Year, month and day packed, for {@link #year(long)}, {@link #month(long)}, {@link #day}. */
  public static long decode(long days) {
    long shifted = days + EPOCH_SHIFT;
    long era = Math.floorDiv(shifted, DAYS_PER_ERA);
    int dayOfEra = (int) (shifted - era * DAYS_PER_ERA);
    int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int shiftedMonth = (5 * dayOfYear + 2) / 153;
    int day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
    int month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    return year << 32 | (long) month << 8 | day;
  }

  public static int year(long decoded) {
    return (int) (decoded >> 32);
  }

  public static int month(long decoded) {
    return (int) (decoded >>> 8) & 0xFF;
  }

  public static int day(long decoded) {
    return (int) decoded & 0xFF;
  }

  public static boolean isLeapYear(int year) {
    return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
  }

  /** Days in a month, 1-12. */
  public static int lengthOfMonth(int year, int month) {
    if (month == 2) {
      return isLeapYear(year) ? 29 : 28;
    }
    return 30 + ((month + (month >> 3)) & 1);
  }

  /** Whether the month is 1-12 and the day is in it. */
  public static boolean isValid(int year, int month, int day) {
    return month >= 1
        && month <= 12
        && day >= 1
        && (day <= 28 || day <= lengthOfMonth(year, month));
  }

  /** The day of the year, from 1. */
  public static int dayOfYear(long days) {
    return (int) (days - toDays(year(decode(days)), 1, 1)) + 1;
  }

  /** Monday = 0 ... Sunday = 6. */
  public static int weekday(long days) {
    return (int) Math.floorMod(days + 3, 7L);
  }

  /** The ISO 8601 week, 1-53: weeks start on Monday, week 1 holds the first Thursday. */
  public static int isoWeek(long days) {
    return (dayOfYear(thursday(days)) - 1) / 7 + 1;
  }

  /** The year that {@link #isoWeek} counts in. */
  public static int isoWeekYear(long days) {
    return year(decode(thursday(days)));
  }

  private static long thursday(long days) {
    return days - weekday(days) + 3;
  }

  /**
   * The same day {@code months} months later, or the last day of that month where it is shorter.
   * {@code months} may be negative.
   */
  public static long plusMonths(long days, long months) {
    long decoded = decode(days);
    long count = year(decoded) * 12L + (month(decoded) - 1) + months;
    int year = Math.toIntExact(Math.floorDiv(count, 12L));
    int month = (int) Math.floorMod(count, 12L) + 1;
    return toDays(year, month, Math.min(day(decoded), lengthOfMonth(year, month)));
  }

  /** The last day of the month of a date. */
  public static long lastDayOfMonth(long days) {
    long decoded = decode(days);
    return days - day(decoded) + lengthOfMonth(year(decoded), month(decoded));
  }
}
