/** The text format: files of plain lines. */
@NullMarked
package dev.sluice.connectors.text;

import org.jspecify.annotations.NullMarked;
