package dev.sluice.connectors.kinesis.client;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records that are gone before they were read: an error, or by option a warning. Thread-safe. */
final class DataLoss {
  private static final Logger LOG = LoggerFactory.getLogger(DataLoss.class);

  private final boolean fail;
  private final Failures failures;
  private final AtomicLong losses = new AtomicLong();

  DataLoss(boolean fail, Failures failures) {
    this.fail = fail;
    this.failures = failures;
  }

  long losses() {
    return losses.get();
  }

  void report(String what) {
    losses.incrementAndGet();
    if (fail) {
      throw failures.failure(
          "data-loss",
          what
              + ". To go on without them set 'failOnDataLoss: false'; to keep this from happening"
              + " raise the stream's retention period and run the query more often");
    }
    LOG.warn("{}; the query goes on without them", what);
  }
}
