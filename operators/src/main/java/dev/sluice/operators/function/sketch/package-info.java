/** Sketches: summaries of a group of fixed size, and the functions that read and merge them. */
@NullMarked
package dev.sluice.operators.function.sketch;

import org.jspecify.annotations.NullMarked;
