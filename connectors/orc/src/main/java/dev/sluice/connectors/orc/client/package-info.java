/**
 * What works with the ORC library: its vectors to columns and back, conditions, the tail of a file.
 * Loaded when the first ORC file is read or written. What is declared to users belongs to the
 * package above.
 */
@NullMarked
package dev.sluice.connectors.orc.client;

import org.jspecify.annotations.NullMarked;
