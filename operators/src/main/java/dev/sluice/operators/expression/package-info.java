/** Bound expressions: evaluated a batch at a time. */
@NullMarked
package dev.sluice.operators.expression;

import org.jspecify.annotations.NullMarked;
