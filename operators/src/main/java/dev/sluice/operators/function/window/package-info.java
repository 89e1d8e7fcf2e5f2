/** Window functions: what they make of the place of a row among others. */
@NullMarked
package dev.sluice.operators.function.window;

import org.jspecify.annotations.NullMarked;
