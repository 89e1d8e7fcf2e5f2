package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.TimeFormats;

/**
 * How CSV is to be written: Spark's options by their names. A char of {@code '\0'} means that there
 * is no such character; only as the quote it is written all the same, as Spark does.
 *
 * @param escapeQuotes whether a field that holds a quote is enclosed in quotes
 */
public record CsvWriteOptions(
    String separator,
    char quote,
    char escape,
    char quoteEscapeEscape,
    char comment,
    boolean escapeQuotes,
    boolean quoteAll,
    boolean ignoreLeadingBlanks,
    boolean ignoreTrailingBlanks,
    String nullValue,
    String emptyValue,
    String lineSeparator,
    TimeFormats timeFormats) {}
