/**
 * Rows as a table or as JSON lines on standard output. What comes from data is escaped, so that it
 * cannot steer a terminal. The progress and the results of {@code runner sql} are shown by the
 * command.
 */
@NullMarked
package dev.sluice.connectors.console;

import org.jspecify.annotations.NullMarked;
