/**
 * Dates, times, time zones, patterns and intervals on primitives and bytes. What belongs here turns
 * one value into another and knows no column. Functions over columns of times belong to {@code
 * function.datetime}.
 */
@NullMarked
package dev.sluice.operators.time;

import org.jspecify.annotations.NullMarked;
