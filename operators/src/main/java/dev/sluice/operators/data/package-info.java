/**
 * Types, schemas and columnar batches: what all else works on. A column is a final class over
 * primitive arrays in one of three shapes, flat, selected or constant, and never changes. What a
 * value means, or how it is computed, belongs elsewhere.
 */
@NullMarked
package dev.sluice.operators.data;

import org.jspecify.annotations.NullMarked;
