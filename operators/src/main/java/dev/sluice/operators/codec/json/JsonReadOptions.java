package dev.sluice.operators.codec.json;

import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.TimeFormats;
import java.util.Locale;

/**
 * How JSON is to be read: Spark's options by their names.
 *
 * @param syntax what is taken for JSON beyond the standard
 * @param corruptColumn the string column that takes malformed records
 */
public record JsonReadOptions(
    JsonSyntax syntax,
    ParseMode mode,
    String corruptColumn,
    Locale locale,
    TimeFormats timeFormats) {

  /** Spark's defaults. */
  public static JsonReadOptions defaults(TimeFormats timeFormats) {
    return new JsonReadOptions(
        JsonSyntax.DEFAULT, ParseMode.PERMISSIVE, "_corrupt_record", Locale.US, timeFormats);
  }
}
