package dev.sluice.operators.expression;

import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The settings that decide what expressions mean: {@code settings.timeZone} and {@code
 * settings.ansi}.
 */
public record Session(ZoneId timeZone, boolean ansi) {
  public static final Session DEFAULT = new Session(ZoneOffset.UTC, true);
}
