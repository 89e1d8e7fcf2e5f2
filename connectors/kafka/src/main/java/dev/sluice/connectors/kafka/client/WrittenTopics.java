package dev.sluice.connectors.kafka.client;

import dev.sluice.operators.diagnostics.PipelineException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The topics that a sink writes to, and how many partitions they have. What is not there is told in
 * seconds, where the client would wait for minutes and blame the brokers. Thread-safe.
 */
final class WrittenTopics {
  /** How long a topic that is not there yet may take to be made by the brokers. */
  static final int CREATION_MILLIS = 5_000;

  private final Admin admin;
  private final Supplier<KafkaProducer<byte[], byte[]>> asking;
  private final KafkaFailures failures;
  private final Map<String, Integer> partitions = new ConcurrentHashMap<>();

  /**
   * @param asking makes a producer that waits {@link #CREATION_MILLIS} at most: where brokers make
   *     topics on demand, they do so when one asks
   */
  WrittenTopics(
      Admin admin, Supplier<KafkaProducer<byte[], byte[]>> asking, KafkaFailures failures) {
    this.admin = admin;
    this.asking = asking;
    this.failures = failures;
  }

  /**
   * Throws if there is no such topic, or no such partition.
   *
   * @param partition as a row says it; null if the client is to choose
   */
  void require(String topic, @Nullable Integer partition) {
    Integer known = partitions.get(topic);
    if (known == null) {
      known = requireTopic(topic, Transactions.PATIENCE_MILLIS);
    }
    if (partition != null && partition >= known) {
      requirePartition(topic, partition);
    }
  }

  /**
   * Throws if there is no such topic; gives how many partitions it has.
   *
   * @param patienceMillis how long brokers are waited for that do not answer
   */
  int requireTopic(String topic, long patienceMillis) {
    int found = ask(topic, patienceMillis);
    int count = found == 0 ? awaitCreation(topic) : found;
    partitions.put(topic, count);
    return count;
  }

  /** It may have been widened since. */
  private void requirePartition(String topic, int partition) {
    int count = requireTopic(topic, Transactions.PATIENCE_MILLIS);
    if (partition >= count) {
      throw unknownPartition(
          partition, "the topic '" + topic + "' has " + count + " partitions, from 0 on", failures);
    }
  }

  static PipelineException unknownPartition(int partition, String fact, KafkaFailures failures) {
    return failures.failure(
        "unknown-partition",
        "a row's column 'partition' is "
            + partition
            + ", and "
            + fact
            + "; correct the column, or let it be null, and the client chooses by the key");
  }

  /** How many partitions the topic has; 0 if it is not there. */
  private int ask(String topic, long patienceMillis) {
    String doing = "asking for the topic '" + topic + "'";
    long begun = System.nanoTime();
    while (true) {
      long waited = (System.nanoTime() - begun) / 1_000_000;
      try {
        return admin
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get(patienceMillis - waited, TimeUnit.MILLISECONDS)
            .values()
            .stream()
            .mapToInt(found -> found.partitions().size())
            .sum();
      } catch (InterruptedException e) {
        throw Cluster.interrupted(failures);
      } catch (TimeoutException e) {
        throw failures.unreachable(doing, patienceMillis, e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          return 0;
        } else if (!(e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException)) {
          throw failures.of("writing to '" + topic + "'", e, patienceMillis);
        }
        failures.retried(doing, e);
      }
    }
  }

  private int awaitCreation(String topic) {
    try (KafkaProducer<byte[], byte[]> producer = asking.get()) {
      return producer.partitionsFor(topic).size();
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      throw failures.failure(
          "unknown-topic",
          "there is no topic '"
              + topic
              + "' at '"
              + failures.servers()
              + "', and the brokers do not make it; create it, or correct 'topic'",
          e);
    } catch (RuntimeException e) {
      throw failures.of("writing to '" + topic + "'", e, CREATION_MILLIS);
    }
  }
}
