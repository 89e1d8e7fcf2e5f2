package dev.sluice.operators.codec;

import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.ZoneShift;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;

/** A date and time pattern of the user's, for reading and writing. Not thread-safe. */
final class TimePattern {
  private final DateTimeFormatter formatter;
  private final ZoneId zone;

  TimePattern(String pattern, ZoneId zone, Locale locale) {
    this.zone = zone;
    this.formatter =
        new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern(pattern.replace('y', 'u'))
            .toFormatter(locale)
            .withResolverStyle(ResolverStyle.STRICT);
  }

  int date(byte[] data, int start, int length) {
    try {
      return Math.toIntExact(localDate(parse(data, start, length)).toEpochDay());
    } catch (DateTimeException | ArithmeticException e) {
      return DateTimes.INVALID_DATE;
    }
  }

  long timestamp(byte[] data, int start, int length) {
    try {
      TemporalAccessor parsed = parse(data, start, length);
      ZoneId named = parsed.query(TemporalQueries.zone());
      return ZoneShift.of(named == null ? zone : named).fromLocal(local(parsed));
    } catch (DateTimeException | ArithmeticException e) {
      return DateTimes.INVALID;
    }
  }

  long timestampNtz(byte[] data, int start, int length) {
    try {
      TemporalAccessor parsed = parse(data, start, length);
      return parsed.query(TemporalQueries.zone()) == null ? local(parsed) : DateTimes.INVALID;
    } catch (DateTimeException | ArithmeticException e) {
      return DateTimes.INVALID;
    }
  }

  private TemporalAccessor parse(byte[] data, int start, int length) {
    return formatter.parse(new String(data, start, length, StandardCharsets.UTF_8));
  }

  private static long local(TemporalAccessor parsed) {
    LocalTime time = parsed.query(TemporalQueries.localTime());
    long nanos = time == null ? 0 : time.toNanoOfDay();
    return Math.addExact(
        Math.multiplyExact(localDate(parsed).toEpochDay(), DateTimes.MICROS_PER_DAY), nanos / 1000);
  }

  private static LocalDate localDate(TemporalAccessor parsed) {
    LocalDate date = parsed.query(TemporalQueries.localDate());
    return date != null
        ? date
        : LocalDate.of(
            field(parsed, ChronoField.YEAR, 1970),
            field(parsed, ChronoField.MONTH_OF_YEAR, 1),
            field(parsed, ChronoField.DAY_OF_MONTH, 1));
  }

  private static int field(TemporalAccessor parsed, ChronoField field, int otherwise) {
    return parsed.isSupported(field) ? parsed.get(field) : otherwise;
  }
}
