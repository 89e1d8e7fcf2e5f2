/**
 * Batches given to a program: {@code foreachBatch}. What belongs here starts the process, hands the
 * rows over, and watches its end. What the program does with them is the user's.
 */
@NullMarked
package dev.sluice.connectors.program;

import org.jspecify.annotations.NullMarked;
