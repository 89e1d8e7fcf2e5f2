package dev.sluice.runner.plan;

import java.time.Duration;

/** When batches start. */
public sealed interface Trigger {
  /** The next batch as soon as the last is done. */
  record Default() implements Trigger {}

  /** One batch an interval, aligned to 1970. */
  record ProcessingTime(Duration interval) implements Trigger {}

  /** Rows as they come; an epoch ends once an interval, aligned to 1970. */
  record Continuous(Duration interval) implements Trigger {}

  /** Everything in one batch, rate limits ignored; then stop. */
  record Once() implements Trigger {}

  /** Everything that is there at the start, in batches within the rate limits; then stop. */
  record AvailableNow() implements Trigger {}
}
