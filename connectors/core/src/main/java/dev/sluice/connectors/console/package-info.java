/** Rows as a table or as JSON lines on standard output. */
@NullMarked
package dev.sluice.connectors.console;

import org.jspecify.annotations.NullMarked;
