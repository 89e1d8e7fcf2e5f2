package dev.sluice.connectors.file;

import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.time.DateTimes;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/**
 * {@code modifiedAfter} and {@code modifiedBefore}: which files of a table are read. Both bounds
 * are left out themselves, as in Spark.
 *
 * @param afterMicros microseconds since 1970
 * @param beforeMicros microseconds since 1970
 */
record ModifiedTimes(long afterMicros, long beforeMicros) {
  private static final String AFTER = "modifiedAfter";
  private static final String BEFORE = "modifiedBefore";

  static void check(Options options, Problems problems) {
    for (String name : List.of(AFTER, BEFORE)) {
      if (micros(options, name, ZoneOffset.UTC, 0) == DateTimes.INVALID) {
        problems.error(
            "invalid-option-value",
            options.at(name),
            "'" + name + "' must be a time, not '" + options.text(name) + "'",
            "write it as 2026-01-31T12:00:00");
      }
    }
  }

  /**
   * What the options say.
   *
   * @param zone of times that name none
   */
  static ModifiedTimes of(Options options, ZoneId zone) {
    return new ModifiedTimes(
        micros(options, AFTER, zone, Long.MIN_VALUE),
        micros(options, BEFORE, zone, Long.MAX_VALUE));
  }

  private static long micros(Options options, String name, ZoneId zone, long otherwise) {
    return options.find(name).map(text -> DateTimes.parseTimestamp(text, zone)).orElse(otherwise);
  }

  boolean accept(long modifiedMillis) {
    long micros = modifiedMillis * 1000;
    return micros > afterMicros && micros < beforeMicros;
  }
}
