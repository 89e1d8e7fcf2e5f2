package dev.sluice.operators.data;

/**
 * A length of time whose months and days vary with the calendar; Spark's legacy {@code INTERVAL}
 * type.
 */
public record CalendarInterval(int months, int days, long microseconds) {}
