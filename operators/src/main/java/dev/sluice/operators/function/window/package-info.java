/**
 * Window functions: what they make of the place of a row among others. Only ranks and shifts belong
 * here. Aggregates over a frame are those of {@code aggregate}, and frames are cut in {@code
 * operator}.
 */
@NullMarked
package dev.sluice.operators.function.window;

import org.jspecify.annotations.NullMarked;
