package dev.sluice.operators.codec;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.IntervalText;
import dev.sluice.operators.time.TimesOfDay;
import org.jspecify.annotations.Nullable;

/** Intervals and times of day in files: rare, so by way of objects. */
final class IntervalValues {
  private IntervalValues() {}

  /** The value in the form of {@code Column.value}; null if the text is none of the type. */
  static @Nullable Object parse(DataType type, String text) {
    if (type instanceof YearMonthIntervalType) {
      return IntervalText.parseCast(text, type).map(Math::toIntExact).orElse(null);
    }
    if (type instanceof DayTimeIntervalType) {
      return IntervalText.parseCast(text, type).orElse(null);
    }
    if (type instanceof TimeType time) {
      long nanos = TimesOfDay.parse(text);
      return nanos == TimesOfDay.INVALID ? null : TimesOfDay.cut(nanos, time.precision());
    }
    if (type == AtomicType.CALENDAR_INTERVAL) {
      return IntervalText.parseUnits(text).orElse(null);
    }
    return null;
  }
}
