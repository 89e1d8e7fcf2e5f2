/**
 * Bound expressions: evaluated a batch at a time. An expression has a type, its inputs, and no name
 * that is still to be resolved. Conversions, comparisons and arithmetic belong here; functions that
 * are found by name belong to {@code function}.
 */
@NullMarked
package dev.sluice.operators.expression;

import org.jspecify.annotations.NullMarked;
