/**
 * The json format: files of JSON values, one a line or one a file. What belongs here cuts files
 * into records and declares options. Values are decoded in {@code operators.codec.json}, folders
 * are read in {@code file}.
 */
@NullMarked
package dev.sluice.connectors.json;

import org.jspecify.annotations.NullMarked;
