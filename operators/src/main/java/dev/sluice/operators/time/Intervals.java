package dev.sluice.operators.time;

/** Intervals on the calendar and the clock. What leaves its type throws ArithmeticException. */
public final class Intervals {
  // More lead out of the range of timestamps from anywhere in it.
  private static final long MOST_MONTHS = 12L * 1_000_000;

  private Intervals() {}

  /** So many months later on the wall clock of the zone, or at the end of a shorter month. */
  public static long addMonths(long micros, long months, ZoneShift zone) {
    if (months == 0) {
      return micros;
    }
    if (Math.abs(months) > MOST_MONTHS) {
      throw new ArithmeticException("too many months");
    }
    long local = zone.toLocal(micros);
    long days = Math.floorDiv(local, DateTimes.MICROS_PER_DAY);
    long time = local - days * DateTimes.MICROS_PER_DAY;
    long moved = Math.multiplyExact(CivilDate.plusMonths(days, months), DateTimes.MICROS_PER_DAY);
    return zone.fromLocalNear(Math.addExact(moved, time), micros);
  }

  /** So many days later on the wall clock of the zone. */
  public static long addDays(long micros, long days, ZoneShift zone) {
    if (days == 0) {
      return micros;
    }
    long shift = Math.multiplyExact(days, DateTimes.MICROS_PER_DAY);
    return zone.isFixed()
        ? Math.addExact(micros, shift)
        : zone.fromLocalNear(Math.addExact(zone.toLocal(micros), shift), micros);
  }

  /**
   * A day-time interval later: its whole days by the wall clock, the rest by elapsed time, as Spark
   * does.
   */
  public static long addDayTime(long micros, long interval, ZoneShift zone) {
    if (zone.isFixed()) {
      return Math.addExact(micros, interval);
    }
    long days = interval / DateTimes.MICROS_PER_DAY;
    return Math.addExact(addDays(micros, days, zone), interval - days * DateTimes.MICROS_PER_DAY);
  }

  /** A calendar interval later: months, then days, then elapsed time. */
  public static long add(long micros, long months, long days, long time, ZoneShift zone) {
    return Math.addExact(addDays(addMonths(micros, months, zone), days, zone), time);
  }

  /** The whole months between two wall-clock times, negative if the end comes first. */
  public static long wholeMonths(long start, long end) {
    long startDays = Math.floorDiv(start, DateTimes.MICROS_PER_DAY);
    long endDays = Math.floorDiv(end, DateTimes.MICROS_PER_DAY);
    long startTime = start - startDays * DateTimes.MICROS_PER_DAY;
    long endTime = end - endDays * DateTimes.MICROS_PER_DAY;
    // A day that is not complete does not count.
    if (endDays > startDays && endTime < startTime) {
      endDays--;
    } else if (endDays < startDays && endTime > startTime) {
      endDays++;
    }
    return (monthsAndDay(endDays) - monthsAndDay(startDays)) / 32;
  }

  /** Months since year 0 times 32, plus the day of the month: differences tell whole months. */
  private static long monthsAndDay(long days) {
    long date = CivilDate.decode(days);
    long months = CivilDate.year(date) * 12L + CivilDate.month(date) - 1;
    return months * 32 + CivilDate.day(date);
  }
}
