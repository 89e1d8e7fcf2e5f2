package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.TimeFormats;
import java.util.Locale;
import java.util.Optional;

/**
 * How CSV is to be read: Spark's options by their names. A char of {@code '\0'} means that there is
 * no such character.
 *
 * @param separator what stands between fields: one character or several
 * @param lineSeparator what ends a record, or none for {@code \n}, {@code \r} and {@code \r\n}
 * @param emptyValue what a quoted nothing means
 * @param nullValue the field that means null, quoted or not; an unquoted nothing always does
 * @param maxCharsPerColumn the longest field, or -1
 * @param timeFormats how dates and timestamps are written
 * @param preferDate whether dates are told from timestamps where no type is declared
 * @param singleVariantColumn the VARIANT column that takes whole records as objects, if one does
 */
public record CsvReadOptions(
    String separator,
    char quote,
    char escape,
    char quoteEscapeEscape,
    char comment,
    boolean header,
    boolean enforceSchema,
    boolean multiLine,
    Optional<String> lineSeparator,
    UnescapedQuotes unescapedQuotes,
    boolean ignoreLeadingBlanks,
    boolean ignoreTrailingBlanks,
    String nullValue,
    String emptyValue,
    String nanValue,
    String positiveInf,
    String negativeInf,
    ParseMode mode,
    String corruptColumn,
    int maxColumns,
    int maxCharsPerColumn,
    Locale locale,
    TimeFormats timeFormats,
    boolean preferDate,
    Optional<String> singleVariantColumn) {

  /** What to do with a quote inside a quoted field that is neither escaped nor the last. */
  public enum UnescapedQuotes {
    STOP_AT_CLOSING_QUOTE,
    STOP_AT_DELIMITER,
    BACK_TO_DELIMITER,
    SKIP_VALUE,
    RAISE_ERROR
  }

  /** Spark's defaults. */
  public static CsvReadOptions defaults(TimeFormats timeFormats) {
    return new CsvReadOptions(
        ",",
        '"',
        '\\',
        '\0',
        '\0',
        false,
        true,
        false,
        Optional.empty(),
        UnescapedQuotes.STOP_AT_DELIMITER,
        false,
        false,
        "",
        "",
        "NaN",
        "Inf",
        "-Inf",
        ParseMode.PERMISSIVE,
        "_corrupt_record",
        20480,
        -1,
        Locale.US,
        timeFormats,
        true,
        Optional.empty());
  }
}
