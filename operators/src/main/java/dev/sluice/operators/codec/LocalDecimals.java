package dev.sluice.operators.codec;

import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.ParsePosition;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Decimals as a locale other than the common one writes them. */
public final class LocalDecimals {
  private LocalDecimals() {}

  /** How a locale writes decimals; null for the common one, {@link Locale#US}. */
  public static @Nullable DecimalFormat of(Locale locale) {
    if (locale.equals(Locale.US)) {
      return null;
    }
    DecimalFormat format = new DecimalFormat("", new DecimalFormatSymbols(locale));
    format.setParseBigDecimal(true);
    return format;
  }

  /** The number that the whole text is; null if it is none. */
  public static @Nullable BigDecimal parse(String text, DecimalFormat format) {
    ParsePosition at = new ParsePosition(0);
    Number parsed = format.parse(text, at);
    return parsed instanceof BigDecimal value && at.getIndex() == text.length() ? value : null;
  }
}
