package dev.sluice.operators.codec;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.IntervalText;
import org.jspecify.annotations.Nullable;

/** Intervals in files: rare, so by way of objects. */
final class IntervalValues {
  private IntervalValues() {}

  /** The value in the form of {@code Column.value}; null if the text is none of the type. */
  static @Nullable Object parse(DataType type, String text) {
    if (type instanceof YearMonthIntervalType) {
      return IntervalText.parseAnsi(text, type).map(Math::toIntExact).orElse(null);
    }
    if (type instanceof DayTimeIntervalType) {
      return IntervalText.parseAnsi(text, type).orElse(null);
    }
    if (type == AtomicType.CALENDAR_INTERVAL) {
      return IntervalText.parseUnits(text).orElse(null);
    }
    return null;
  }
}
