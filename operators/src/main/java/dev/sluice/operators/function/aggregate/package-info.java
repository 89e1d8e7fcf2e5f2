/**
 * Aggregate functions: running values of all groups in primitive arrays. An accumulator keeps its
 * values by slot, merges with that of another worker and writes itself as columns of state. Which
 * row belongs to which slot is decided in {@code operator}.
 */
@NullMarked
package dev.sluice.operators.function.aggregate;

import org.jspecify.annotations.NullMarked;
