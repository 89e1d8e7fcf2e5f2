package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.PartitionOffsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows lag tools, in a consumer group, how far a query has come. Nothing waits for it, and one
 * question at a time is under way: those that are older than the newest are not asked, and none
 * comes after a newer one.
 */
final class ShownOffsets implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShownOffsets.class);

  /** How long the last offsets may take to be shown, with brokers away. */
  private static final long LAST_NANOS = 2_000_000_000;

  private final Admin admin;
  private final String group;
  private PartitionOffsets newest = PartitionOffsets.NONE;
  private boolean underWay;
  private boolean waiting;
  private boolean closed;
  private long sent;
  private long refused;

  ShownOffsets(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
  }

  synchronized void show(PartitionOffsets offsets) {
    if (!closed && !offsets.isEmpty() && !offsets.equals(newest)) {
      newest = offsets;
      waiting = underWay;
      if (!underWay) {
        send();
      }
    }
  }

  private void send() {
    Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    newest
        .asMap()
        .forEach(
            (one, offset) ->
                committed.put(
                    new TopicPartition(one.topic(), one.partition()),
                    new OffsetAndMetadata(offset)));
    waiting = false;
    underWay = true;
    sent++;
    admin
        .alterConsumerGroupOffsets(group, committed)
        .all()
        .whenComplete((done, failure) -> answered(failure));
  }

  private synchronized void answered(@Nullable Throwable failure) {
    underWay = false;
    if (failure != null && !closed) {
      tell(failure);
    }
    if (waiting && !closed) {
      send();
    }
    notifyAll();
  }

  /** The first time, and then ever more rarely: it may be refused with each batch. */
  private void tell(Throwable failure) {
    refused++;
    if (Long.bitCount(refused) == 1) {
      LOG.warn(
          "offsets are not shown in group '{}': {}{}",
          group,
          KafkaFailures.cause(failure).toString(),
          refused == 1 ? "" : " (" + refused + " times so far)");
    }
  }

  /** How often the brokers were asked. */
  synchronized long sent() {
    return sent;
  }

  /** The last offsets of a run are those that stay: waits for them a little. */
  @Override
  public synchronized void close() {
    long deadline = System.nanoTime() + LAST_NANOS;
    try {
      for (long left = LAST_NANOS; underWay && left > 0; left = deadline - System.nanoTime()) {
        wait(left / 1_000_000 + 1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closed = true;
  }
}
