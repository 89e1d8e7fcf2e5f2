package dev.sluice.operators.codec;

import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/**
 * How dates and timestamps are written in a text format. Without a pattern a text is read as the
 * cast from string does.
 *
 * @param dateFallback whether a date that does not fit its pattern is tried as a cast
 * @param timestampFallback the same for timestamps
 */
public record TimeFormats(
    Optional<String> date,
    Optional<String> timestamp,
    Optional<String> timestampNtz,
    boolean dateFallback,
    boolean timestampFallback,
    ZoneId zone,
    Locale locale) {

  /** No patterns. */
  public static TimeFormats plain(ZoneId zone) {
    return new TimeFormats(
        Optional.empty(), Optional.empty(), Optional.empty(), true, true, zone, Locale.US);
  }
}
