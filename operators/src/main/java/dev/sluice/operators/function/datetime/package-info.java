/**
 * Functions of dates, timestamps and intervals. They bind arguments, zones and patterns to the
 * arithmetic of {@code time}. The windows of event time, as a function, are here too; when a window
 * is over is decided in {@code operator}.
 */
@NullMarked
package dev.sluice.operators.function.datetime;

import org.jspecify.annotations.NullMarked;
