/** Aggregate functions: running values of all groups in primitive arrays. */
@NullMarked
package dev.sluice.operators.function.aggregate;

import org.jspecify.annotations.NullMarked;
