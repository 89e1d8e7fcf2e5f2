package dev.sluice.connectors.kafka.client;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records that are gone before they were read: an error, or by option a warning. Thread-safe. */
final class DataLoss {
  private static final Logger LOG = LoggerFactory.getLogger(DataLoss.class);

  private final boolean fail;
  private final KafkaFailures failures;
  private final Cluster cluster;
  private final KnownTopics topics;
  private final AtomicLong losses = new AtomicLong();
  private final AtomicLong outOfRange = new AtomicLong();

  DataLoss(boolean fail, KafkaFailures failures, Cluster cluster, KnownTopics topics) {
    this.fail = fail;
    this.failures = failures;
    this.cluster = cluster;
    this.topics = topics;
  }

  /** Whether {@link #report} throws. */
  boolean fail() {
    return fail;
  }

  long losses() {
    return losses.get();
  }

  long outOfRange() {
    return outOfRange.get();
  }

  void report(String what) {
    losses.incrementAndGet();
    if (fail) {
      throw failures.failure(
          "data-loss",
          what
              + ". Either they aged out, or the topic was deleted or made anew. To go on without"
              + " them set 'failOnDataLoss: false'; to keep this from happening raise the topic's"
              + " 'retention.ms' and run the query more often");
    }
    LOG.warn("{}; the query goes on without them", what);
  }

  /** Of a topic made anew there is more to say. The loop's thread reads too, or waits. */
  private void reportAnew(OffsetRange range) {
    synchronized (cluster) {
      topics.awaitConfirmation();
    }
    if (topics.takeAnew(range.partition())) {
      report(Changes.anew(range.partition(), range.from()));
    }
  }

  /**
   * Records of the range are gone; gives the first offset that is there, or the range's end. One
   * that has no end goes on at the first record there is.
   */
  long afterLoss(OffsetRange range, RuntimeException cause) {
    outOfRange.incrementAndGet();
    long earliest;
    long latest;
    synchronized (cluster) {
      earliest = cluster.earliest(List.of(range.partition())).get(range.partition());
      latest = cluster.latest(List.of(range.partition())).get(range.partition());
    }
    boolean endless = range.until() == Long.MAX_VALUE;
    if (fail && !endless) {
      reportAnew(range);
    }
    if (!endless && latest < range.until()) {
      // What is yet to come up to there would be taken for what has been read.
      topics.addAnew(range.partition());
    }
    boolean aged = earliest > range.from() && (endless || latest >= range.until());
    long next = aged ? Math.min(earliest, range.until()) : endless ? earliest : range.until();
    report(
        "records of "
            + (next > range.from()
                ? new OffsetRange(range.partition(), range.from(), next)
                : range.partition() + " from offset " + range.from())
            + " are lost: the log now holds offsets "
            + earliest
            + " to "
            + latest);
    return next;
  }
}
