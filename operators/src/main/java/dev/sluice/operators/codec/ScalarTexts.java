package dev.sluice.operators.codec;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.IntervalText;
import dev.sluice.operators.time.DateTimePattern;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.TimesOfDay;
import dev.sluice.operators.variant.Variant;
import dev.sluice.operators.variant.VariantText;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Scalars as the text formats write them. Not thread-safe. */
public final class ScalarTexts {
  private static final String DATE = "yyyy-MM-dd";
  private static final String TIMESTAMP = "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXXXX]";
  private static final String TIMESTAMP_NTZ = "yyyy-MM-dd'T'HH:mm:ss[.SSS]";

  private final TimeFormats formats;
  private @Nullable DateTimePattern date;
  private @Nullable DateTimePattern timestamp;
  private @Nullable DateTimePattern timestampNtz;

  public ScalarTexts(TimeFormats formats) {
    this.formats = formats;
  }

  /** Puts the value of a row that is not null; {@code column} is of a scalar type. */
  public void put(FlatColumn column, int row, Bytes out) {
    DataType type = column.type();
    if (type instanceof AtomicType atomic) {
      atomic(atomic, column, row, out);
    } else if (type instanceof CollatedType) {
      atomic(AtomicType.STRING, column, row, out);
    } else if (type instanceof TimeType) {
      out.put(TimesOfDay.format(((LongColumn) column).get(row)));
    } else if (type instanceof DecimalType) {
      decimal(column, row, out);
    } else if (type instanceof YearMonthIntervalType) {
      out.put(IntervalText.format(((IntColumn) column).get(row), type));
    } else if (type instanceof DayTimeIntervalType) {
      out.put(IntervalText.format(((LongColumn) column).get(row), type));
    } else {
      throw new IllegalArgumentException(type + " is no scalar");
    }
  }

  private void atomic(AtomicType type, FlatColumn column, int row, Bytes out) {
    switch (type) {
      case BOOLEAN -> out.putAscii(((BooleanColumn) column).get(row) ? "true" : "false");
      case TINYINT, SMALLINT, INT -> out.putLong(((IntColumn) column).get(row));
      case BIGINT -> out.putLong(((LongColumn) column).get(row));
      case FLOAT -> out.putAscii(Float.toString(((FloatColumn) column).get(row)));
      case DOUBLE -> out.putAscii(Double.toString(((DoubleColumn) column).get(row)));
      case STRING, BINARY -> {
        BytesColumn bytes = (BytesColumn) column;
        out.put(bytes.data(), bytes.starts()[row], bytes.lengths()[row]);
      }
      case DATE -> date(((IntColumn) column).get(row), out);
      case TIMESTAMP -> timestamp(((LongColumn) column).get(row), out);
      case TIMESTAMP_NTZ -> timestampNtz(((LongColumn) column).get(row), out);
      case CALENDAR_INTERVAL ->
          out.put(
              IntervalText.format((CalendarInterval) Objects.requireNonNull(column.value(row))));
      case VARIANT ->
          out.put(VariantText.json(Variant.of((BytesColumn) column, row), formats.zone()));
      case NULL -> throw new IllegalArgumentException("void has no value");
    }
  }

  private void date(int days, Bytes out) {
    if (formats.date().isEmpty()) {
      int at = out.reserve(DateTimes.MAX_LENGTH);
      out.commit(DateTimes.formatDate(days, out.data(), at));
      return;
    }
    if (date == null) {
      date = compile(formats.date().orElse(DATE));
    }
    out.put(date.formatDate(days));
  }

  private void timestamp(long micros, Bytes out) {
    if (timestamp == null) {
      timestamp = compile(formats.timestamp().orElse(TIMESTAMP));
    }
    out.put(timestamp.format(micros));
  }

  private void timestampNtz(long micros, Bytes out) {
    if (timestampNtz == null) {
      timestampNtz = compile(formats.timestampNtz().orElse(TIMESTAMP_NTZ));
    }
    out.put(timestampNtz.formatNtz(micros));
  }

  private DateTimePattern compile(String pattern) {
    return DateTimePattern.compile(pattern, formats.zone(), formats.locale());
  }

  /** As {@link BigDecimal#toString} writes it: with an exponent when it is very small. */
  private static void decimal(FlatColumn column, int row, Bytes out) {
    if (column instanceof LongColumn longs) {
      long unscaled = longs.get(row);
      int scale = ((DecimalType) column.type()).scale();
      long absolute = Math.abs(unscaled);
      int digits = Bytes.digits(absolute);
      if (scale == 0) {
        out.putLong(unscaled);
        return;
      }
      if (digits - 1 - scale >= -6) {
        if (unscaled < 0) {
          out.put('-');
        }
        long power = 1;
        for (int i = 0; i < scale; i++) {
          power *= 10;
        }
        long fraction = absolute % power;
        out.putLong(absolute / power);
        out.put('.');
        for (int i = Bytes.digits(fraction); i < scale; i++) {
          out.put('0');
        }
        out.putLong(fraction);
        return;
      }
    }
    out.putAscii(Objects.requireNonNull((BigDecimal) column.value(row)).toString());
  }
}
