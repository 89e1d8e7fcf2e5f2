/**
 * Mathematical, bitwise and hash functions, as kernels over primitive arrays. Operators such as
 * {@code +} belong to {@code expression}. Aggregates of numbers belong to {@code aggregate}.
 */
@NullMarked
package dev.sluice.operators.function.math;

import org.jspecify.annotations.NullMarked;
