/**
 * Scalar, aggregate and generator functions, found by name: a file each, or a {@link
 * FunctionFamily} where several are one thing.
 */
@NullMarked
package dev.sluice.operators.function;

import org.jspecify.annotations.NullMarked;
