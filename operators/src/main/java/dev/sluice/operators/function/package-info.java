/** Scalar, aggregate and generator functions: one small file each, found by name. */
@NullMarked
package dev.sluice.operators.function;

import org.jspecify.annotations.NullMarked;
