package dev.sluice.operators.codec.json;

import dev.sluice.operators.codec.TimeFormats;

/**
 * How JSON is to be written: Spark's options by their names.
 *
 * @param ignoreNullFields whether fields of structs that are null are left out
 * @param pretty whether values are spread over lines
 * @param escapeNonAscii whether characters beyond ASCII are written as escapes
 */
public record JsonWriteOptions(
    boolean ignoreNullFields, boolean pretty, boolean escapeNonAscii, TimeFormats timeFormats) {}
