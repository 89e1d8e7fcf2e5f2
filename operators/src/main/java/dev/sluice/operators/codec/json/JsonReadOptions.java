package dev.sluice.operators.codec.json;

import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.TimeFormats;
import java.util.Locale;
import java.util.Optional;

/**
 * How JSON is to be read: Spark's options by their names.
 *
 * @param syntax what is taken for JSON beyond the standard
 * @param corruptColumn the string column that takes malformed records
 * @param exactTexts whether what is no string becomes the text that stands there, as in files, and
 *     not one that its value is printed as
 * @param singleVariantColumn the VARIANT column that takes whole records, if one does
 */
public record JsonReadOptions(
    JsonSyntax syntax,
    ParseMode mode,
    String corruptColumn,
    Locale locale,
    TimeFormats timeFormats,
    boolean exactTexts,
    Optional<String> singleVariantColumn) {

  /** Spark's defaults. */
  public static JsonReadOptions defaults(TimeFormats timeFormats) {
    return new JsonReadOptions(
        JsonSyntax.DEFAULT,
        ParseMode.PERMISSIVE,
        "_corrupt_record",
        Locale.US,
        timeFormats,
        true,
        Optional.empty());
  }
}
