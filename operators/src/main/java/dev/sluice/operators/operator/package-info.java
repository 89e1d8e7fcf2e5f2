/** Operators: what runs a relational node over batches. */
@NullMarked
package dev.sluice.operators.operator;

import org.jspecify.annotations.NullMarked;
