/**
 * The text format: files of plain lines, and messages that are one text or one piece of bytes. What
 * belongs here knows lines and their ends. Folders are read in {@code file}.
 */
@NullMarked
package dev.sluice.connectors.text;

import org.jspecify.annotations.NullMarked;
