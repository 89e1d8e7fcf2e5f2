/** SQL text to syntax tree with positions, and from there to bound expressions. */
@NullMarked
package dev.sluice.operators.sql;

import org.jspecify.annotations.NullMarked;
