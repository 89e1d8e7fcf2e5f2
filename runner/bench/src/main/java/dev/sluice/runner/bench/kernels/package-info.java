/** Nanoseconds a row of the kernels, each beside a loop written by hand over the same arrays. */
@NullMarked
package dev.sluice.runner.bench.kernels;

import org.jspecify.annotations.NullMarked;
