/**
 * The csv format: files of separated fields. What belongs here cuts files into records, looks at
 * headers and declares options. Fields are decoded in {@code operators.codec.csv}, folders are read
 * in {@code file}.
 */
@NullMarked
package dev.sluice.connectors.csv;

import org.jspecify.annotations.NullMarked;
