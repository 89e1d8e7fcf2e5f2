/**
 * Rows of a batch on the local disk until the whole batch is there, for sinks that give it away at
 * once.
 */
@NullMarked
package dev.sluice.connectors.spool;

import org.jspecify.annotations.NullMarked;
