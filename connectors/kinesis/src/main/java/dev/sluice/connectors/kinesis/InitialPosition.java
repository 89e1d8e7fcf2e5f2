package dev.sluice.connectors.kinesis;

import dev.sluice.operators.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Where a new query starts.
 *
 * @param earliest with the oldest record that is there
 * @param millis with the first record of that time or later; if neither says, with what comes
 */
public record InitialPosition(boolean earliest, OptionalLong millis) {
  /** Throws {@link IllegalArgumentException} saying what is wrong. */
  public static InitialPosition parse(String text) {
    String word = text.trim().toLowerCase(Locale.ROOT);
    return switch (word) {
      case "latest" -> new InitialPosition(false, OptionalLong.empty());
      case "earliest", "trim_horizon" -> new InitialPosition(true, OptionalLong.empty());
      default -> {
        if (!word.startsWith("{")) {
          throw new IllegalArgumentException(
              "it is none of latest, earliest, trim_horizon and {\"at_timestamp\": \"TIME\"}");
        }
        yield new InitialPosition(false, OptionalLong.of(time(Json.parseObject(text))));
      }
    };
  }

  private static long time(Map<String, ?> given) {
    Object time = given.get("at_timestamp");
    if (time == null) {
      throw new IllegalArgumentException("'at_timestamp' is missing");
    }
    if (time instanceof Long millis) {
      return millis;
    }
    try {
      Object format = given.get("format");
      if (format == null) {
        return OffsetDateTime.parse(time.toString()).toInstant().toEpochMilli();
      }
      DateTimeFormatter formatter = DateTimeFormatter.ofPattern(format.toString(), Locale.US);
      return Instant.from(ZonedDateTime.parse(time.toString(), formatter)).toEpochMilli();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'"
              + time
              + "' is no time; write 2026-01-31T12:00:00Z, milliseconds since 1970, or a 'format'"
              + " with a zone",
          e);
    }
  }
}
