/**
 * Values of the type VARIANT: their binary form, their text, and paths into them. What belongs here
 * works on the bytes of one value. The functions over columns of them belong to {@code
 * function.variant}.
 */
@NullMarked
package dev.sluice.operators.variant;

import org.jspecify.annotations.NullMarked;
