/** Mathematical, bitwise and hash functions. */
@NullMarked
package dev.sluice.operators.function.math;

import org.jspecify.annotations.NullMarked;
