package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.operators.component.Options;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction for each batch, which also commits the batch's number: as the offset that a
 * consumer group, named as the transactional id, has in a partition of a topic that the batch wrote
 * to. Two ids take turns: the brokers finish a transaction after its commit is decided, and the
 * next of the same id would have to wait for that.
 */
final class Transactions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
  private static final String TIMEOUT = "transaction.timeout.ms";

  /** As long as brokers allow unless they are told otherwise. */
  private static final long LONGEST_MILLIS = 900_000;

  /** How long the end of a transaction may take, with brokers going away and coming back. */
  static final long PATIENCE_MILLIS = 120_000;

  private final Function<String, Lane> opening;
  private final String secondId;
  private final Lane first;
  private @Nullable Lane second;
  private boolean turnOfSecond;
  private long lastEpoch;

  private Transactions(
      Function<String, Lane> opening, Lane first, String secondId, long lastEpoch) {
    this.opening = opening;
    this.first = first;
    this.secondId = secondId;
    this.lastEpoch = lastEpoch;
  }

  /**
   * Fences what is left of earlier runs, whose open transaction is undone, and finds the last batch
   * that is there.
   *
   * @param opening makes the producer of an id; for the second id only when it is needed
   */
  static Transactions begin(
      String id, Function<String, Lane> opening, Admin admin, KafkaFailures failures) {
    String secondId = id + "-2";
    Lane first = opening.apply(id);
    try {
      fence(secondId, admin, failures);
      long last = Math.max(lastEpoch(id, admin, failures), lastEpoch(secondId, admin, failures));
      return new Transactions(opening, first, secondId, last);
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  private static void fence(String id, Admin admin, KafkaFailures failures) {
    try {
      admin.fenceProducers(List.of(id)).all().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw Cluster.interrupted(failures);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw failures.of("beginning transactions as '" + id + "'", e, PATIENCE_MILLIS);
    }
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
          options.at(ClientConfig.PREFIX + TIMEOUT),
          "'kafka.transaction.timeout.ms' is "
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

  /** What {@link #setTimeout} has chosen, or left as it was. */
  static long timeout(Map<String, Object> properties) {
    return Cluster.limit(properties, TIMEOUT, Long.MAX_VALUE);
  }

  long lastEpoch() {
    return lastEpoch;
  }

  /** Records that the clients sent again by themselves. */
  long sentAgain() {
    Lane other = second;
    return first.sender().sentAgain() + (other == null ? 0 : other.sender().sentAgain());
  }

  /** Where the next transaction is to be; the one after the next has it again. */
  Lane next() {
    boolean takesSecond = turnOfSecond;
    turnOfSecond = !turnOfSecond;
    if (!takesSecond) {
      return first;
    }
    Lane known = second;
    if (known == null) {
      known = opening.apply(secondId);
      second = known;
    }
    return known;
  }

  void committed(long epochId) {
    lastEpoch = epochId;
  }

  @Override
  public void close() {
    Lane other = second;
    Closing.all(
        first::close,
        () -> {
          if (other != null) {
            other.close();
          }
        });
  }
}
