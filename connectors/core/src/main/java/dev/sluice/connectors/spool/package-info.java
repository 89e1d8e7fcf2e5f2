/**
 * Rows of a batch on the local disk until the whole batch is there, for sinks that give it away at
 * once. What belongs here writes and reads such a file, and removes it. State of operators on the
 * disk belongs to {@code operators.spill}.
 */
@NullMarked
package dev.sluice.connectors.spool;

import org.jspecify.annotations.NullMarked;
