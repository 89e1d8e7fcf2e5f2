/** Dates, times, time zones, patterns and intervals on primitives and bytes. */
@NullMarked
package dev.sluice.operators.time;

import org.jspecify.annotations.NullMarked;
