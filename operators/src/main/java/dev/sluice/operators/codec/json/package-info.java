/**
 * JSON values to columns and back, with the rules and options of Spark's reader and writer. The
 * file format and the functions ({@code from_json}) share them. How files are found, split and
 * named belongs to {@code connectors}.
 */
@NullMarked
package dev.sluice.operators.codec.json;

import org.jspecify.annotations.NullMarked;
