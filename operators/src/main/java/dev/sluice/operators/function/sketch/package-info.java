/**
 * Sketches: summaries of a group of fixed size, and the functions that read and merge them. Each is
 * written here on a published algorithm, so that no library is needed. Aggregates that keep the
 * values themselves belong to {@code aggregate}.
 */
@NullMarked
package dev.sluice.operators.function.sketch;

import org.jspecify.annotations.NullMarked;
