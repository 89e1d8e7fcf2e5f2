/** Functions about values and queries rather than of data. */
@NullMarked
package dev.sluice.operators.function.misc;

import org.jspecify.annotations.NullMarked;
