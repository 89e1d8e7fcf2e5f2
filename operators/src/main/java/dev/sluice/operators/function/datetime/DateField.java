package dev.sluice.operators.function.datetime;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.time.CivilDate;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.TimesOfDay;
import dev.sluice.operators.time.ZoneShift;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A part of a date or time that can be asked for. */
enum DateField {
  YEAR,
  YEAROFWEEK,
  QUARTER,
  MONTH,
  WEEK,
  DAY,
  DAYOFWEEK,
  DAYOFWEEK_ISO,
  WEEKDAY,
  DOY,
  HOUR,
  MINUTE,
  SECOND,
  /** Seconds with their fraction: what extract gives. */
  SECOND_WITH_FRACTION;

  /** What extract gives of seconds. */
  static final DecimalType SECONDS = new DecimalType(8, 6);

  /** The field that a word of extract means, or null. */
  static @Nullable DateField ofWord(String word) {
    return switch (word.toUpperCase(Locale.ROOT)) {
      case "YEAR", "Y", "YEARS", "YR", "YRS" -> YEAR;
      case "YEAROFWEEK" -> YEAROFWEEK;
      case "QUARTER", "QTR" -> QUARTER;
      case "MONTH", "MON", "MONS", "MONTHS" -> MONTH;
      case "WEEK", "W", "WEEKS" -> WEEK;
      case "DAY", "D", "DAYS" -> DAY;
      case "DAYOFWEEK", "DOW" -> DAYOFWEEK;
      case "DAYOFWEEK_ISO", "DOW_ISO" -> DAYOFWEEK_ISO;
      case "DOY" -> DOY;
      case "HOUR", "H", "HOURS", "HR", "HRS" -> HOUR;
      case "MINUTE", "M", "MIN", "MINS", "MINUTES" -> MINUTE;
      case "SECOND", "S", "SEC", "SECONDS", "SECS" -> SECOND_WITH_FRACTION;
      default -> null;
    };
  }

  boolean ofTime() {
    return compareTo(HOUR) >= 0;
  }

  DataType type() {
    return this == SECOND_WITH_FRACTION ? SECONDS : AtomicType.INT;
  }

  /** The field of each date. */
  Column ofDates(Column dates, int rows) {
    IntColumn in = TimeArguments.ints(dates);
    int[] days = in.values();
    int[] out = new int[rows];
    switch (this) {
      case YEAR -> {
        for (int i = 0; i < rows; i++) {
          out[i] = CivilDate.year(CivilDate.decode(days[i]));
        }
      }
      case MONTH -> {
        for (int i = 0; i < rows; i++) {
          out[i] = CivilDate.month(CivilDate.decode(days[i]));
        }
      }
      case DAY -> {
        for (int i = 0; i < rows; i++) {
          out[i] = CivilDate.day(CivilDate.decode(days[i]));
        }
      }
      case DAYOFWEEK -> {
        for (int i = 0; i < rows; i++) {
          out[i] = CivilDate.weekday(days[i] + 1L) + 1;
        }
      }
      default -> {
        for (int i = 0; i < rows; i++) {
          out[i] = ofDay(days[i]);
        }
      }
    }
    return new IntColumn(AtomicType.INT, out, in.validity(), rows);
  }

  private int ofDay(int days) {
    return switch (this) {
      case YEAROFWEEK -> CivilDate.isoWeekYear(days);
      case QUARTER -> (CivilDate.month(CivilDate.decode(days)) + 2) / 3;
      case WEEK -> CivilDate.isoWeek(days);
      case DAYOFWEEK_ISO -> CivilDate.weekday(days) + 1;
      case WEEKDAY -> CivilDate.weekday(days);
      case DOY -> CivilDate.dayOfYear(days);
      default -> throw new IllegalStateException(this + " is no field of a date");
    };
  }

  /** The field of each time of day. */
  Column ofTimesOfDay(Column times, int rows) {
    LongColumn in = TimeArguments.longs(times);
    long[] micros = new long[rows];
    for (int i = 0; i < rows; i++) {
      micros[i] = in.get(i) / TimesOfDay.NANOS_PER_MICRO;
    }
    LongColumn timestamps = new LongColumn(AtomicType.TIMESTAMP_NTZ, micros, in.validity(), rows);
    return ofTimestamps(timestamps, rows, TimeArguments.UTC);
  }

  /** The field of the time of each timestamp. */
  Column ofTimestamps(Column timestamps, int rows, ZoneShift zone) {
    LongColumn in = TimeArguments.longs(timestamps);
    Validity valid = in.validity();
    if (this == SECOND_WITH_FRACTION) {
      long[] micros = new long[rows];
      for (int i = 0; i < rows; i++) {
        micros[i] =
            valid.isValid(i)
                ? Math.floorMod(zone.toLocal(in.get(i)), DateTimes.MICROS_PER_MINUTE)
                : 0;
      }
      return new LongColumn(SECONDS, micros, valid, rows);
    }
    long unit =
        switch (this) {
          case HOUR -> DateTimes.MICROS_PER_HOUR;
          case MINUTE -> DateTimes.MICROS_PER_MINUTE;
          default -> DateTimes.MICROS_PER_SECOND;
        };
    int modulus = this == HOUR ? 24 : 60;
    int[] out = new int[rows];
    for (int i = 0; i < rows; i++) {
      if (valid.isValid(i)) {
        out[i] = (int) Math.floorMod(Math.floorDiv(zone.toLocal(in.get(i)), unit), (long) modulus);
      }
    }
    return new IntColumn(AtomicType.INT, out, valid, rows);
  }
}
