/**
 * Functions of the type VARIANT: parsing, paths, casts and schemas of a column. What belongs here
 * works on columns and knows Spark's rules for errors. The bytes of one value belong to {@code
 * variant}.
 */
@NullMarked
package dev.sluice.operators.function.variant;

import org.jspecify.annotations.NullMarked;
