package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.operators.component.Options;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction for each batch, which also commits the batch's number: as the offset that a
 * consumer group, named as the transactional id, has in a partition that the batch wrote to.
 */
final class Transactions {
  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
  private static final String TIMEOUT = "transaction.timeout.ms";

  /** As long as brokers allow unless they are told otherwise. */
  private static final long LONGEST_MILLIS = 900_000;

  /** How long the end of a transaction may take, with brokers going away and coming back. */
  private static final long PATIENCE_MILLIS = 120_000;

  private final String id;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaFailures failures;
  private long lastEpoch;

  private Transactions(
      String id, KafkaProducer<byte[], byte[]> producer, KafkaFailures failures, long lastEpoch) {
    this.id = id;
    this.producer = producer;
    this.failures = failures;
    this.lastEpoch = lastEpoch;
  }

  /**
   * Fences what is left of earlier runs, whose open transaction is undone, and finds the last batch
   * that is there.
   */
  static Transactions begin(
      String id, KafkaProducer<byte[], byte[]> producer, Admin admin, KafkaFailures failures) {
    try {
      producer.initTransactions();
    } catch (InterruptException e) {
      throw Cluster.interrupted(failures);
    } catch (RuntimeException e) {
      throw failures.of("beginning transactions as '" + id + "'", e, PATIENCE_MILLIS);
    }
    return new Transactions(id, producer, failures, lastEpoch(id, admin, failures));
  }

  private static long lastEpoch(String id, Admin admin, KafkaFailures failures) {
    try {
      Map<TopicPartition, OffsetAndMetadata> marks =
          admin
              .listConsumerGroupOffsets(
                  id, new ListConsumerGroupOffsetsOptions().requireStable(true))
              .partitionsToOffsetAndMetadata()
              .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      long last = -1;
      for (OffsetAndMetadata mark : marks.values()) {
        last = mark == null ? last : Math.max(last, mark.offset());
      }
      return last;
    } catch (InterruptedException e) {
      throw Cluster.interrupted(failures);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw failures.of("looking for the last batch in group '" + id + "'", e, PATIENCE_MILLIS);
    }
  }

  /** Chooses the timeout: the longest that brokers allow, as a batch must end within it. */
  static void setTimeout(
      Map<String, Object> properties, Admin admin, Options options, KafkaFailures failures) {
    long most = longestAllowed(admin);
    Object given = properties.get(TIMEOUT);
    if (given == null) {
      properties.put(TIMEOUT, Long.toString(Math.min(LONGEST_MILLIS, most)));
      return;
    }
    long wanted;
    try {
      wanted = Long.parseLong(given.toString().trim());
    } catch (NumberFormatException e) {
      // The client's own check tells.
      return;
    }
    if (wanted > most) {
      throw failures.failure(
          "invalid-option-value",
          options.at(ClientConfig.PREFIX + TIMEOUT)
              + ": 'kafka.transaction.timeout.ms' is "
              + wanted
              + ", but the brokers at '"
              + failures.servers()
              + "' allow at most "
              + most
              + "; lower it, or raise their 'transaction.max.timeout.ms'");
    }
  }

  /** What the brokers say; not everybody may ask. */
  private static long longestAllowed(Admin admin) {
    try {
      Node broker =
          admin
              .describeCluster()
              .nodes()
              .get(Cluster.START_MILLIS, TimeUnit.MILLISECONDS)
              .iterator()
              .next();
      ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, broker.idString());
      Config config =
          admin
              .describeConfigs(List.of(resource))
              .all()
              .get(Cluster.START_MILLIS, TimeUnit.MILLISECONDS)
              .get(resource);
      ConfigEntry entry = config == null ? null : config.get("transaction.max.timeout.ms");
      return entry == null || entry.value() == null
          ? LONGEST_MILLIS
          : Long.parseLong(entry.value());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return LONGEST_MILLIS;
    } catch (ExecutionException | java.util.concurrent.TimeoutException | RuntimeException e) {
      LOG.debug("the brokers' longest transaction is not known", e);
      return LONGEST_MILLIS;
    }
  }

  long lastEpoch() {
    return lastEpoch;
  }

  void open() {
    try {
      producer.beginTransaction();
    } catch (RuntimeException e) {
      throw failures.of("beginning a transaction as '" + id + "'", e, PATIENCE_MILLIS);
    }
  }

  /** Commits the records and the number of their batch together. */
  void commit(long epochId, TopicPartition place) {
    String doing = "committing batch " + epochId + " as '" + id + "'";
    OffsetAndMetadata mark = new OffsetAndMetadata(epochId, "batch " + epochId);
    patiently(doing, () -> producer.sendOffsetsToTransaction(Map.of(place, mark), group(id)));
    patiently(doing, producer::commitTransaction);
    lastEpoch = epochId;
  }

  /**
   * The group as one without members: that it is made by a constructor is what is to be removed.
   */
  @SuppressWarnings("removal")
  private static ConsumerGroupMetadata group(String id) {
    return new ConsumerGroupMetadata(id);
  }

  /** Both calls may be repeated after a timeout, which tells nothing about the outcome. */
  private void patiently(String doing, Runnable step) {
    long begun = System.nanoTime();
    while (true) {
      try {
        step.run();
        return;
      } catch (InterruptException e) {
        throw Cluster.interrupted(failures);
      } catch (TimeoutException e) {
        long waited = (System.nanoTime() - begun) / 1_000_000;
        if (waited > PATIENCE_MILLIS) {
          throw failures.of(doing, e, waited);
        }
        LOG.warn("{}: the brokers do not answer; waiting for them", doing);
        failures.retried(doing, e);
      } catch (RuntimeException e) {
        throw failures.of(doing, e, PATIENCE_MILLIS);
      }
    }
  }

  /** Undoes it as far as this process still can; the brokers do the rest when it times out. */
  void abort() {
    try {
      producer.abortTransaction();
    } catch (RuntimeException e) {
      LOG.debug("the transaction of '{}' is left to the brokers", id, e);
    }
  }
}
