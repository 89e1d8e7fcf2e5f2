/**
 * Scalar, aggregate, generator and window functions, found by name: a file each, or a {@link
 * FunctionFamily} where several are one thing. This package has the interfaces; the functions are
 * in the packages below, a subject each, and are looked up by name in {@code sql}. A new one is a
 * file there and a line in the services file.
 */
@NullMarked
package dev.sluice.operators.function;

import org.jspecify.annotations.NullMarked;
