/** Values of the type VARIANT: their binary form, their text, and paths into them. */
@NullMarked
package dev.sluice.operators.variant;

import org.jspecify.annotations.NullMarked;
