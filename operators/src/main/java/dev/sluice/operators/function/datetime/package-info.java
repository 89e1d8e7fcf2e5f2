/** Functions of dates, timestamps and intervals. */
@NullMarked
package dev.sluice.operators.function.datetime;

import org.jspecify.annotations.NullMarked;
