package dev.sluice.operators.expression;

import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.YearMonthIntervalType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;

/**
 * ANSI intervals as text: {@code INTERVAL '1 02:03:04' DAY TO SECOND}, {@code INTERVAL '1-2' YEAR
 * TO MONTH}.
 */
public final class IntervalText {
  private static final long SECOND = 1_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private IntervalText() {}

  /** As Spark casts it to a string; {@code value} is in months or microseconds. */
  public static String format(long value, DataType type) {
    StringBuilder out = new StringBuilder("INTERVAL '");
    if (type instanceof YearMonthIntervalType ym) {
      yearMonth(value, ym, out);
    } else {
      dayTime(value, (DayTimeIntervalType) type, out);
    }
    return out.append("' ").append(type.sql().substring("INTERVAL ".length())).toString();
  }

  private static void yearMonth(long months, YearMonthIntervalType type, StringBuilder out) {
    if (months < 0) {
      out.append('-');
    }
    long absolute = Math.abs(months);
    if (type.start() == YearMonthIntervalType.Unit.MONTH) {
      out.append(absolute);
    } else if (type.end() == YearMonthIntervalType.Unit.YEAR) {
      out.append(absolute / 12);
    } else {
      out.append(absolute / 12).append('-').append(absolute % 12);
    }
  }

  private static void dayTime(long micros, DayTimeIntervalType type, StringBuilder out) {
    if (micros < 0) {
      out.append('-');
    }
    // Long.MIN_VALUE stays negative: unsigned division reads it as its absolute value.
    long rest = Math.abs(micros);
    int start = type.start().ordinal();
    int end = type.end().ordinal();
    long[] units = {DAY, HOUR, MINUTE, SECOND};
    char[] separators = {' ', ':', ':'};
    for (int i = start; i <= end; i++) {
      long amount = Long.divideUnsigned(rest, units[i]);
      rest = Long.remainderUnsigned(rest, units[i]);
      if (i > start) {
        out.append(separators[i - 1]);
      }
      // Days stand alone, all other units have two digits.
      if (i > 0 && amount < 10) {
        out.append('0');
      }
      out.append(amount);
    }
    if (end == 3 && rest > 0) {
      String fraction = String.valueOf(SECOND + rest).substring(1);
      int length = fraction.length();
      while (fraction.charAt(length - 1) == '0') {
        length--;
      }
      out.append('.').append(fraction, 0, length);
    }
  }

  /**
   * Months or microseconds of {@code 1-2}, {@code 1 02:03:04.5} and the parts of these that the
   * type names, with an optional sign; empty if the text has another form or a field is out of
   * range.
   */
  public static Optional<Long> parseAnsi(String text, DataType type) {
    String body = text.trim();
    boolean negative = false;
    if (body.startsWith("-") || body.startsWith("+")) {
      negative = body.startsWith("-");
      body = body.substring(1);
    }
    try {
      // Signed from the start: the least value has no positive counterpart.
      int sign = negative ? -1 : 1;
      return Optional.of(
          type instanceof YearMonthIntervalType ym
              ? months(body, ym, sign)
              : micros(body, (DayTimeIntervalType) type, sign));
    } catch (IllegalArgumentException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** As {@link #parseAnsi}, and as a literal: {@code INTERVAL -'1-2' YEAR TO MONTH}. */
  public static Optional<Long> parseCast(String text, DataType type) {
    String body = text.trim();
    if (!body.regionMatches(true, 0, "INTERVAL", 0, "INTERVAL".length())) {
      return parseAnsi(body, type);
    }
    String rest = body.substring("INTERVAL".length()).trim();
    boolean negative = rest.startsWith("-");
    if (negative || rest.startsWith("+")) {
      rest = rest.substring(1).trim();
    }
    String unit = type.sql().substring("INTERVAL ".length());
    int close = rest.lastIndexOf('\'');
    if (!rest.startsWith("'")
        || close < 1
        || !rest.substring(close + 1).trim().equalsIgnoreCase(unit)) {
      return Optional.empty();
    }
    return parseAnsi(rest.substring(1, close), type).map(value -> negative ? -value : value);
  }

  private static long months(String body, YearMonthIntervalType type, int sign) {
    if (type.start() == type.end()) {
      long amount = number(body, 10, Integer.MAX_VALUE);
      long months = type.start() == YearMonthIntervalType.Unit.YEAR ? amount * 12 : amount;
      return Math.toIntExact(sign * months);
    }
    int dash = body.indexOf('-');
    if (dash < 0) {
      throw new IllegalArgumentException(body);
    }
    long years = number(body.substring(0, dash), 10, Integer.MAX_VALUE);
    return Math.toIntExact(sign * (years * 12 + number(body.substring(dash + 1), 2, 11)));
  }

  private static long micros(String body, DayTimeIntervalType type, int sign) {
    int start = type.start().ordinal();
    int end = type.end().ordinal();
    String rest = body;
    long total = 0;
    long[] units = {DAY, HOUR, MINUTE, SECOND};
    long[] most = {106_751_991L, 23, 59, 59};
    for (int i = start; i <= end; i++) {
      char separator = i == 0 ? ' ' : ':';
      int cut = i == end ? rest.length() : rest.indexOf(separator);
      if (cut < 0) {
        throw new IllegalArgumentException(body);
      }
      String field = rest.substring(0, cut);
      rest = i == end ? "" : rest.substring(cut + 1).stripLeading();
      if (i == 3) {
        int point = field.indexOf('.');
        String fraction = point < 0 ? "" : field.substring(point + 1);
        if (fraction.length() > 9 || point >= 0 && fraction.isEmpty()) {
          throw new IllegalArgumentException(body);
        }
        if (!fraction.isEmpty()) {
          total =
              Math.addExact(
                  total, sign * number((fraction + "000000").substring(0, 6), 6, SECOND - 1));
        }
        field = point < 0 ? field : field.substring(0, point);
      }
      long limit = i == start && start > 0 ? Long.MAX_VALUE : most[i];
      total = Math.addExact(total, Math.multiplyExact(sign * number(field, 19, limit), units[i]));
    }
    return total;
  }

  private static long number(String digits, int mostDigits, long most) {
    if (digits.isEmpty()
        || digits.length() > mostDigits
        || digits.charAt(0) == '+'
        || digits.charAt(0) == '-') {
      throw new IllegalArgumentException(digits.toLowerCase(Locale.ROOT));
    }
    long value = Long.parseLong(digits);
    if (value > most) {
      throw new IllegalArgumentException(digits);
    }
    return value;
  }

  /** As Spark casts a calendar interval to a string: {@code 1 years 2 days 3.5 seconds}. */
  public static String format(CalendarInterval interval) {
    StringBuilder out = new StringBuilder();
    unit(interval.months() / 12, "years", out);
    unit(interval.months() % 12, "months", out);
    unit(interval.days(), "days", out);
    long rest = interval.microseconds();
    unit(rest / HOUR, "hours", out);
    rest %= HOUR;
    unit(rest / MINUTE, "minutes", out);
    rest %= MINUTE;
    if (rest != 0) {
      out.append(out.length() == 0 ? "" : " ")
          .append(BigDecimal.valueOf(rest, 6).stripTrailingZeros().toPlainString())
          .append(" seconds");
    }
    return out.length() == 0 ? "0 seconds" : out.toString();
  }

  private static void unit(long amount, String name, StringBuilder out) {
    if (amount != 0) {
      out.append(out.length() == 0 ? "" : " ").append(amount).append(' ').append(name);
    }
  }

  /**
   * Reads {@code [interval] 1 year 2 days -3.5 seconds}, singular or plural, in any order; empty if
   * the text is no interval.
   */
  public static Optional<CalendarInterval> parseUnits(String text) {
    String body = text.trim().toLowerCase(Locale.ROOT);
    if (body.startsWith("interval")) {
      body = body.substring("interval".length()).trim();
    }
    if (body.isEmpty()) {
      return Optional.empty();
    }
    String[] words = body.replaceAll("([+-])\\s+", "$1").split("\\s+");
    if (words.length % 2 != 0) {
      return Optional.empty();
    }
    long months = 0;
    long days = 0;
    long micros = 0;
    try {
      for (int i = 0; i < words.length; i += 2) {
        String unit =
            words[i + 1].endsWith("s")
                ? words[i + 1].substring(0, words[i + 1].length() - 1)
                : words[i + 1];
        if (unit.equals("second")) {
          if (words[i].indexOf('e') >= 0) {
            return Optional.empty();
          }
          micros =
              Math.addExact(
                  micros,
                  new BigDecimal(words[i])
                      .movePointRight(6)
                      .setScale(0, RoundingMode.DOWN)
                      .longValueExact());
          continue;
        }
        long amount = Long.parseLong(words[i]);
        switch (unit) {
          case "year" -> months = Math.addExact(months, Math.multiplyExact(amount, 12L));
          case "month" -> months = Math.addExact(months, amount);
          case "week" -> days = Math.addExact(days, Math.multiplyExact(amount, 7L));
          case "day" -> days = Math.addExact(days, amount);
          case "hour" -> micros = Math.addExact(micros, Math.multiplyExact(amount, HOUR));
          case "minute" -> micros = Math.addExact(micros, Math.multiplyExact(amount, MINUTE));
          case "millisecond" -> micros = Math.addExact(micros, Math.multiplyExact(amount, 1000L));
          case "microsecond" -> micros = Math.addExact(micros, amount);
          default -> {
            return Optional.empty();
          }
        }
      }
      return Optional.of(
          new CalendarInterval(Math.toIntExact(months), Math.toIntExact(days), micros));
    } catch (NumberFormatException | ArithmeticException e) {
      return Optional.empty();
    }
  }
}
