/**
 * CSV records to columns and back, with the rules and options of Spark's reader and writer. The
 * file format and the functions ({@code from_csv}) share them. How files are found, split and named
 * belongs to {@code connectors}.
 */
@NullMarked
package dev.sluice.operators.codec.csv;

import org.jspecify.annotations.NullMarked;
