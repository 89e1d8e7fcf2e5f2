package dev.sluice.operators.operator;

/**
 * The event times that one {@code watermark} step saw in an epoch, in milliseconds since 1970.
 *
 * @param count of rows with an event time; without any, the times mean nothing
 * @param delayMillis how late rows may come
 */
public record EventTimeStats(long count, long min, long max, double average, long delayMillis) {}
