/**
 * Functions about values and queries rather than of data: random numbers, encryption, checks, the
 * session. What asks the clock or draws numbers takes them from the evaluation context. What fits a
 * subject of another package belongs there.
 */
@NullMarked
package dev.sluice.operators.function.misc;

import org.jspecify.annotations.NullMarked;
