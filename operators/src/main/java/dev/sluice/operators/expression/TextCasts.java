package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleBuilder;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatBuilder;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Numbers;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.TimesOfDay;
import dev.sluice.operators.time.ZoneShift;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/** Casts from and to strings. */
final class TextCasts {
  private TextCasts() {}

  static CastKernel toText(DataType from, Session session) {
    if (from == AtomicType.BINARY) {
      return (column, rows) -> Casts.retyped((BytesColumn) column, AtomicType.STRING);
    }
    if (Casts.isTime(from)) {
      return (column, rows) -> timesToText(column, rows, ZoneShift.of(session.timeZone()));
    }
    if (from instanceof TimeType) {
      return TimeOfDayCasts::toText;
    }
    ValueText text = ValueText.of(from, session);
    return (column, rows) -> {
      if (NumberTexts.knows(column)) {
        return NumberTexts.toText(column, rows);
      }
      BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
      StringBuilder one = new StringBuilder();
      for (int i = 0; i < rows; i++) {
        if (column.isNull(i)) {
          out.appendNull();
        } else {
          one.setLength(0);
          text.append(column, i, one);
          out.append(one.toString());
        }
      }
      return out.build();
    };
  }

  private static FlatColumn timesToText(FlatColumn column, int rows, ZoneShift zone) {
    DataType from = column.type();
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
    byte[] text = new byte[DateTimes.MAX_LENGTH];
    for (int i = 0; i < rows; i++) {
      if (column.isNull(i)) {
        out.appendNull();
      } else if (column instanceof IntColumn days) {
        out.append(text, 0, DateTimes.formatDate(days.get(i), text, 0));
      } else {
        long micros = ((LongColumn) column).get(i);
        long local = from == AtomicType.TIMESTAMP ? zone.toLocal(micros) : micros;
        out.append(text, 0, DateTimes.formatTimestampNtz(local, text, 0));
      }
    }
    return out.build();
  }

  /** Reads one string that is not null into a builder; false if it is malformed. */
  @FunctionalInterface
  private interface Reader {
    boolean read(BytesColumn column, int row, ColumnBuilder out);
  }

  static CastKernel fromText(DataType to, Session session, boolean quiet) {
    if (to == AtomicType.BINARY) {
      return (column, rows) -> Casts.retyped((BytesColumn) column, AtomicType.BINARY);
    }
    ZoneShift zone = ZoneShift.of(session.timeZone());
    return (column, rows) -> {
      // Readers of numbers keep what they found: one each batch, as kernels are shared.
      Reader reader = reader(to, zone);
      BytesColumn texts = (BytesColumn) column;
      ColumnBuilder out = ColumnBuilder.of(to, rows);
      for (int i = 0; i < rows; i++) {
        if (column.isNull(i)) {
          out.appendNull();
        } else if (!reader.read(texts, i, out)) {
          // Spark gives null for a malformed calendar interval, in ANSI mode too.
          if (!quiet && to != AtomicType.CALENDAR_INTERVAL) {
            throw failure(texts, i, to);
          }
          out.appendNull();
        }
      }
      return out.build();
    };
  }

  private static EvaluationException failure(BytesColumn texts, int row, DataType to) {
    String quoted = "'" + texts.string(row) + "'";
    if (to instanceof DayTimeIntervalType || to instanceof YearMonthIntervalType) {
      return new EvaluationException(
          "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE",
          quoted + " is not of the form of " + to.sql(),
          row);
    }
    if (to instanceof DecimalType decimal) {
      BigDecimal value = Decimals.parse(texts, row);
      if (value != null) {
        return Errors.outOfRange(value.toPlainString(), decimal, row);
      }
    }
    return Errors.badCast(quoted, AtomicType.STRING, to, row);
  }

  private static Reader reader(DataType to, ZoneShift zone) {
    if (to instanceof DecimalType decimal) {
      Numbers plain = new Numbers();
      return (column, row, out) -> {
        if (out instanceof LongBuilder longs) {
          long value =
              plain.plainDecimal(
                  column.data(),
                  column.starts()[row],
                  column.lengths()[row],
                  decimal.precision(),
                  decimal.scale());
          if (!plain.failed) {
            longs.append(value);
            return true;
          }
        }
        BigDecimal value = Decimals.parse(column, row);
        BigDecimal fitted = value == null ? null : Decimals.fit(value, decimal);
        if (fitted != null) {
          Decimals.append(out, fitted);
        }
        return fitted != null;
      };
    }
    if (to instanceof DayTimeIntervalType || to instanceof YearMonthIntervalType) {
      return (column, row, out) -> interval(column.string(row), to, out);
    }
    if (to instanceof TimeType time) {
      return (column, row, out) -> {
        long nanos = TimesOfDay.parse(column.data(), column.starts()[row], column.lengths()[row]);
        if (nanos != TimesOfDay.INVALID) {
          ((LongBuilder) out).append(TimesOfDay.cut(nanos, time.precision()));
        }
        return nanos != TimesOfDay.INVALID;
      };
    }
    return switch ((AtomicType) to) {
      case BOOLEAN -> TextCasts::bool;
      case TINYINT -> (column, row, out) -> whole(column, row, out, Byte.MIN_VALUE);
      case SMALLINT -> (column, row, out) -> whole(column, row, out, Short.MIN_VALUE);
      case INT -> (column, row, out) -> whole(column, row, out, Integer.MIN_VALUE);
      case BIGINT -> (column, row, out) -> whole(column, row, out, Long.MIN_VALUE);
      case FLOAT -> TextCasts::floating;
      case DOUBLE -> {
        Numbers plain = new Numbers();
        yield (column, row, out) -> {
          double value =
              plain.plainDouble(column.data(), column.starts()[row], column.lengths()[row]);
          if (!plain.failed) {
            ((DoubleBuilder) out).append(value);
            return true;
          }
          return floating(column, row, out);
        };
      }
      case DATE ->
          (column, row, out) -> {
            int days =
                DateTimes.parseDate(column.data(), column.starts()[row], column.lengths()[row]);
            if (days != DateTimes.INVALID_DATE) {
              ((IntBuilder) out).append(days);
            }
            return days != DateTimes.INVALID_DATE;
          };
      case TIMESTAMP ->
          (column, row, out) -> {
            long micros =
                DateTimes.parseTimestamp(
                    column.data(),
                    column.starts()[row],
                    column.lengths()[row],
                    zone,
                    DateTimes.INVALID);
            if (micros != DateTimes.INVALID) {
              ((LongBuilder) out).append(micros);
            }
            return micros != DateTimes.INVALID;
          };
      case TIMESTAMP_NTZ ->
          (column, row, out) -> {
            long micros =
                DateTimes.parseTimestampNtz(
                    column.data(), column.starts()[row], column.lengths()[row]);
            if (micros != DateTimes.INVALID) {
              ((LongBuilder) out).append(micros);
            }
            return micros != DateTimes.INVALID;
          };
      case CALENDAR_INTERVAL ->
          (column, row, out) -> {
            Optional<CalendarInterval> value = IntervalText.parseUnits(column.string(row));
            value.ifPresent(
                v -> ((IntervalBuilder) out).append(v.months(), v.days(), v.microseconds()));
            return value.isPresent();
          };
      default -> throw new IllegalArgumentException("no cast from string to " + to);
    };
  }

  private static boolean interval(String text, DataType to, ColumnBuilder out) {
    Optional<Long> value = IntervalText.parseCast(text, to);
    if (value.isEmpty()) {
      return false;
    }
    long signed = value.get();
    if (out instanceof LongBuilder longs) {
      longs.append(signed);
    } else {
      ((IntBuilder) out).append((int) signed);
    }
    return true;
  }

  private static boolean isBlank(byte b) {
    return b >= 0 && b <= ' ' || b == 0x7f;
  }

  /** An optional sign and digits, between blanks. {@code least} is the least value of the type. */
  private static boolean whole(BytesColumn column, int row, ColumnBuilder out, long least) {
    byte[] data = column.data();
    int at = column.starts()[row];
    int end = at + column.lengths()[row];
    while (at < end && isBlank(data[at])) {
      at++;
    }
    while (at < end && isBlank(data[end - 1])) {
      end--;
    }
    boolean negative = at < end && data[at] == '-';
    if (at < end && (data[at] == '-' || data[at] == '+')) {
      at++;
    }
    if (at == end) {
      return false;
    }
    // Counted down, as the negative side is the larger one.
    long value = 0;
    for (; at < end; at++) {
      int digit = data[at] - '0';
      if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
        return false;
      }
      value = value * 10 - digit;
      if (value > 0) {
        return false;
      }
    }
    if (value < least || !negative && value == least) {
      return false;
    }
    long signed = negative ? value : -value;
    if (out instanceof LongBuilder longs) {
      longs.append(signed);
    } else {
      ((IntBuilder) out).append((int) signed);
    }
    return true;
  }

  private static boolean floating(BytesColumn column, int row, ColumnBuilder out) {
    String text = column.string(row);
    double value;
    float single;
    try {
      value = Double.parseDouble(text);
      single = out instanceof FloatBuilder ? Float.parseFloat(text) : 0f;
    } catch (NumberFormatException e) {
      switch (text.trim().toLowerCase(Locale.ROOT)) {
        case "inf", "+inf", "infinity", "+infinity" -> value = Double.POSITIVE_INFINITY;
        case "-inf", "-infinity" -> value = Double.NEGATIVE_INFINITY;
        case "nan" -> value = Double.NaN;
        default -> {
          return false;
        }
      }
      single = (float) value;
    }
    if (out instanceof FloatBuilder floats) {
      floats.append(single);
    } else {
      ((DoubleBuilder) out).append(value);
    }
    return true;
  }

  private static boolean bool(BytesColumn column, int row, ColumnBuilder out) {
    if (column.lengths()[row] > 64) {
      return false;
    }
    switch (column.string(row).trim().toLowerCase(Locale.ROOT)) {
      case "t", "true", "y", "yes", "1" -> ((BooleanBuilder) out).append(true);
      case "f", "false", "n", "no", "0" -> ((BooleanBuilder) out).append(false);
      default -> {
        return false;
      }
    }
    return true;
  }
}
