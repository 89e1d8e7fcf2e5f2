package dev.sluice.operators.time;

import dev.sluice.operators.data.CalendarInterval;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Arithmetic of intervals with timestamps and numbers. Everything that leaves its type throws
 * ArithmeticException.
 */
public final class Intervals {
  private Intervals() {}

  /** So many months later on the wall clock of the zone, at the end of a shorter month. */
  public static long addMonths(long micros, long months, ZoneShift zone) {
    return months == 0 ? micros : zone.fromLocal(addMonthsLocal(zone.toLocal(micros), months));
  }

  private static long addMonthsLocal(long local, long months) {
    long days = Math.floorDiv(local, DateTimes.MICROS_PER_DAY);
    long time = local - days * DateTimes.MICROS_PER_DAY;
    if (Math.abs(months) > 12L * 1_000_000) {
      throw new ArithmeticException("too many months");
    }
    return Math.addExact(
        Math.multiplyExact(CivilDate.plusMonths(days, months), DateTimes.MICROS_PER_DAY), time);
  }

  /** So many days later on the wall clock of the zone. */
  public static long addDays(long micros, long days, ZoneShift zone) {
    if (days == 0) {
      return micros;
    }
    long shift = Math.multiplyExact(days, DateTimes.MICROS_PER_DAY);
    return zone.isFixed()
        ? Math.addExact(micros, shift)
        : zone.fromLocal(Math.addExact(zone.toLocal(micros), shift));
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
  public static long add(long micros, CalendarInterval interval, ZoneShift zone) {
    return add(micros, interval.months(), interval.days(), interval.microseconds(), zone);
  }

  /** As {@link #add(long, CalendarInterval, ZoneShift)}. */
  public static long add(long micros, int months, int days, long time, ZoneShift zone) {
    if ((months | days) == 0) {
      return Math.addExact(micros, time);
    }
    long local = zone.toLocal(micros);
    long moved = months == 0 ? local : addMonthsLocal(local, months);
    long day = Math.addExact(moved, Math.multiplyExact(days, DateTimes.MICROS_PER_DAY));
    return Math.addExact(zone.fromLocal(day), time);
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

  /** A number of months or microseconds times a number, the half rounded away from zero. */
  public static long multiply(long value, BigDecimal factor) {
    return BigDecimal.valueOf(value)
        .multiply(factor)
        .setScale(0, RoundingMode.HALF_UP)
        .longValueExact();
  }

  /** As {@link #multiply(long, BigDecimal)}. */
  public static long multiply(long value, double factor) {
    return round(value * factor);
  }

  /** A number of months or microseconds by a number, the half rounded away from zero. */
  public static long divide(long value, long divisor) {
    long quotient = value / divisor;
    long rest = value % divisor;
    if (value == Long.MIN_VALUE && divisor == -1) {
      throw new ArithmeticException("long overflow");
    }
    boolean away = Math.abs(rest) >= Math.abs(divisor) - Math.abs(rest);
    return rest != 0 && away ? quotient + ((value < 0) == (divisor < 0) ? 1 : -1) : quotient;
  }

  /** As {@link #divide(long, long)}. */
  public static long divide(long value, BigDecimal divisor) {
    return BigDecimal.valueOf(value).divide(divisor, 0, RoundingMode.HALF_UP).longValueExact();
  }

  /** As {@link #divide(long, long)}. */
  public static long divide(long value, double divisor) {
    return round(value / divisor);
  }

  private static long round(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new ArithmeticException(value + " is no length of time");
    }
    // Not Math.round, which rounds the half up, not away from zero; exact where doubles are whole.
    double away =
        Math.abs(value) < 1L << 52 ? Math.signum(value) * Math.floor(Math.abs(value) + 0.5) : value;
    if (away >= 0x1p63 || away < -0x1p63) {
      throw new ArithmeticException("long overflow");
    }
    return (long) away;
  }
}
