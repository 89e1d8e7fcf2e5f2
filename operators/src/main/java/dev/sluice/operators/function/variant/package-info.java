/** Functions of the type VARIANT. */
@NullMarked
package dev.sluice.operators.function.variant;

import org.jspecify.annotations.NullMarked;
