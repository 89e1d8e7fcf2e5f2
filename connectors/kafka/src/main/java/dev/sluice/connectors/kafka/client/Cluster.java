package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.Partition;
import dev.sluice.connectors.kafka.PartitionOffsets;
import dev.sluice.connectors.kafka.Subscription;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.PipelineException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the brokers know: topics, partitions, offsets. A running query waits for brokers that are
 * away; a starting one does not. For one thread.
 */
final class Cluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  /** How long brokers may take to answer when a query starts, unless the client is told less. */
  static final long START_MILLIS = 10_000;

  /** How long one question is waited for, before it is asked again. */
  private static final long QUESTION_MILLIS = 5_000;

  /** How long a partition that has just been made may lack a leader. */
  private static final long SETTLING_MILLIS = 5_000;

  private final Admin admin;
  private final KafkaConsumer<?, ?> consumer;
  private final KafkaFailures failures;
  private final long patienceMillis;
  private final long retryMillis;
  private final long retries;

  /** Partitions, and the topics' own ids, by which one that was made anew is told. */
  record Topics(SortedSet<Partition> partitions, Map<String, String> ids) {}

  private Cluster(
      Admin admin,
      KafkaConsumer<?, ?> consumer,
      KafkaFailures failures,
      long patienceMillis,
      long retryMillis,
      long retries) {
    this.admin = admin;
    this.consumer = consumer;
    this.failures = failures;
    this.patienceMillis = patienceMillis;
    this.retryMillis = retryMillis;
    this.retries = retries;
  }

  /**
   * Connects; fails within seconds when nobody answers.
   *
   * @param retries how often a question is asked again at most, within the patience
   */
  static Cluster connect(
      Map<String, Object> properties,
      KafkaFailures failures,
      long patience,
      long retry,
      long retries) {
    Admin admin = admin(properties, failures);
    try {
      KafkaConsumer<?, ?> consumer =
          Client.make(
              () ->
                  new KafkaConsumer<>(
                      properties, new ByteBufferDeserializer(), new ByteBufferDeserializer()));
      return new Cluster(admin, consumer, failures, patience, retry, retries);
    } catch (RuntimeException e) {
      admin.close(Duration.ZERO);
      throw failures.of("connecting", e, 0);
    }
  }

  /** A client for questions, to brokers that have been seen to answer. */
  static Admin admin(Map<String, Object> properties, KafkaFailures failures) {
    Map<String, Object> own = new HashMap<>(properties);
    own.keySet().retainAll(AdminClientConfig.configNames());
    long limit = limit(properties, "default.api.timeout.ms", START_MILLIS);
    Admin admin;
    try {
      admin = Client.make(() -> Admin.create(own));
    } catch (RuntimeException e) {
      throw failures.of("connecting", e, 0);
    }
    try {
      admin.describeCluster().clusterId().get(limit, TimeUnit.MILLISECONDS);
      return admin;
    } catch (InterruptedException e) {
      admin.close(Duration.ZERO);
      throw interrupted(failures);
    } catch (java.util.concurrent.TimeoutException e) {
      admin.close(Duration.ZERO);
      throw failures.unreachable("connecting", limit, e);
    } catch (ExecutionException | RuntimeException e) {
      admin.close(Duration.ZERO);
      throw failures.of("connecting", e, limit);
    }
  }

  /** What an option of the client says, at most {@code most}. */
  static long limit(Map<String, Object> properties, String name, long most) {
    Object given = properties.get(name);
    try {
      return given == null ? most : Math.min(most, Long.parseLong(given.toString().trim()));
    } catch (NumberFormatException e) {
      // The client's own check tells.
      return most;
    }
  }

  static PipelineException interrupted(KafkaFailures failures) {
    Thread.currentThread().interrupt();
    return failures.failure("stopped", "the query was stopped while it waited for Kafka");
  }

  /** What is subscribed to and there. */
  Topics topics(Subscription subscription, boolean starting) {
    if (subscription instanceof Subscription.Assign assign) {
      SortedSet<Partition> wanted = new TreeSet<>();
      assign
          .partitions()
          .forEach((topic, all) -> all.forEach(p -> wanted.add(new Partition(topic, p))));
      Topics there = describe(assign.partitions().keySet(), starting);
      for (Partition partition : wanted) {
        if (starting && !there.partitions().contains(partition)) {
          throw failures.failure(
              "unknown-topic",
              "there is no partition "
                  + partition.partition()
                  + " of topic '"
                  + partition.topic()
                  + "' at '"
                  + failures.servers()
                  + "'; correct 'assign'");
        }
      }
      wanted.retainAll(there.partitions());
      return new Topics(wanted, there.ids());
    }
    if (subscription instanceof Subscription.Topics topics) {
      return describe(topics.topics(), starting);
    }
    Subscription.Matching matching = (Subscription.Matching) subscription;
    Set<String> names = patiently("listing the topics", () -> answer(admin.listTopics().names()));
    return describe(
        names.stream().filter(name -> matching.pattern().matcher(name).matches()).toList(), false);
  }

  private Topics describe(Collection<String> topics, boolean required) {
    return patiently("asking for the topics " + topics, () -> describeNow(topics, required));
  }

  /** Asks for topics at once; the answer is waited for where it is taken. */
  Supplier<Topics> asking(Collection<String> topics) {
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin.describeTopics(topics).topicNameValues();
    return () -> {
      try {
        return described(asked, false);
      } catch (RetriableException e) {
        return describe(topics, false);
      } catch (RuntimeException e) {
        throw failures.of("asking for the topics " + topics, e, patienceMillis);
      }
    };
  }

  private Topics describeNow(Collection<String> topics, boolean required) {
    return described(admin.describeTopics(topics).topicNameValues(), required);
  }

  private Topics described(Map<String, KafkaFuture<TopicDescription>> asked, boolean required) {
    SortedSet<Partition> partitions = new TreeSet<>();
    Map<String, String> ids = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> one : asked.entrySet()) {
      try {
        TopicDescription description = answer(one.getValue());
        ids.put(one.getKey(), description.topicId().toString());
        description
            .partitions()
            .forEach(p -> partitions.add(new Partition(one.getKey(), p.partition())));
      } catch (UnknownTopicOrPartitionException e) {
        if (required) {
          throw unknown(one.getKey());
        }
      }
    }
    return new Topics(partitions, ids);
  }

  private PipelineException unknown(String topic) {
    String suggestion = null;
    try {
      suggestion = Names.suggestion(topic, List.copyOf(answer(admin.listTopics().names())));
    } catch (RuntimeException e) {
      // It would only have been a help.
    }
    return failures.failure(
        "unknown-topic",
        "there is no topic '"
            + topic
            + "' at '"
            + failures.servers()
            + "'; "
            + (suggestion == null ? "" : suggestion + ", or ")
            + "create it");
  }

  private <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get(QUESTION_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(failures);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }

  private <T> T patiently(String doing, Supplier<T> question) {
    long begun = System.nanoTime();
    boolean told = false;
    for (long asked = 0; ; asked++) {
      try {
        return question.get();
      } catch (UnknownTopicOrPartitionException e) {
        throw e;
      } catch (RetriableException e) {
        long waited = (System.nanoTime() - begun) / 1_000_000;
        if (waited >= patienceMillis || asked >= retries) {
          throw failures.of(doing, e, waited);
        }
        if (!told && waited > QUESTION_MILLIS / 2) {
          LOG.warn("Kafka at '{}' does not answer; waiting for it", failures.servers());
          told = true;
        }
        failures.retried(doing, e);
        pause();
      } catch (RuntimeException e) {
        throw failures.of(doing, e, patienceMillis);
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(retryMillis);
    } catch (InterruptedException e) {
      throw interrupted(failures);
    }
  }

  PartitionOffsets earliest(Collection<Partition> partitions) {
    return known(partitions, true);
  }

  PartitionOffsets latest(Collection<Partition> partitions) {
    return known(partitions, false);
  }

  /** As {@link #latest}, but throws {@link UnknownTopicOrPartitionException} if one is gone. */
  PartitionOffsets latestIfThere(Collection<Partition> partitions) {
    return offsets(partitions, false);
  }

  private PartitionOffsets known(Collection<Partition> partitions, boolean begin) {
    try {
      return offsets(partitions, begin);
    } catch (UnknownTopicOrPartitionException e) {
      throw failures.of("asking for the offsets of " + partitions, e, 0);
    }
  }

  /** Throws {@link UnknownTopicOrPartitionException} if one of them is not there any more. */
  private PartitionOffsets offsets(Collection<Partition> partitions, boolean begin) {
    if (partitions.isEmpty()) {
      return PartitionOffsets.NONE;
    }
    Duration limit = Duration.ofMillis(QUESTION_MILLIS);
    List<TopicPartition> asked = partitions.stream().map(Cluster::kafkas).toList();
    String doing = "asking for the offsets of " + partitions;
    long settled = System.nanoTime() + SETTLING_MILLIS * 1_000_000;
    return patiently(
        doing,
        () -> {
          try {
            assign(asked, begin);
            return offsets(
                begin
                    ? consumer.beginningOffsets(asked, limit)
                    : consumer.endOffsets(asked, limit));
          } catch (TimeoutException e) {
            // A partition that is gone is waited for as if it might come: the topics tell.
            if (System.nanoTime() >= settled) {
              requireThere(partitions);
            }
            throw e;
          }
        });
  }

  /** The client complains, each time, of answers about partitions that are not assigned to it. */
  private void assign(List<TopicPartition> asked, boolean more) {
    Set<TopicPartition> assigned = consumer.assignment();
    Set<TopicPartition> wanted = new HashSet<>(asked);
    if (more) {
      wanted.addAll(assigned);
    }
    if (!wanted.equals(assigned)) {
      consumer.assign(wanted);
    }
  }

  private static PartitionOffsets offsets(Map<TopicPartition, Long> answer) {
    Map<Partition, Long> offsets = new HashMap<>();
    answer.forEach((p, offset) -> offsets.put(new Partition(p.topic(), p.partition()), offset));
    return new PartitionOffsets(offsets);
  }

  private static TopicPartition kafkas(Partition partition) {
    return new TopicPartition(partition.topic(), partition.partition());
  }

  private void requireThere(Collection<Partition> partitions) {
    Set<String> topics = new TreeSet<>();
    partitions.forEach(p -> topics.add(p.topic()));
    SortedSet<Partition> there = describeNow(topics, false).partitions();
    for (Partition partition : partitions) {
      if (!there.contains(partition)) {
        throw new UnknownTopicOrPartitionException(partition + " is gone");
      }
    }
  }

  /** The first offset at the time or later; partitions without one are left out. */
  PartitionOffsets atTimes(Map<Partition, Long> millis) {
    if (millis.isEmpty()) {
      return PartitionOffsets.NONE;
    }
    return patiently(
        "asking for offsets by time",
        () -> {
          Map<TopicPartition, Long> asked = new HashMap<>();
          millis.forEach((partition, time) -> asked.put(kafkas(partition), time));
          Map<TopicPartition, Long> found = new HashMap<>();
          Map<TopicPartition, OffsetAndTimestamp> answers =
              consumer.offsetsForTimes(asked, Duration.ofMillis(QUESTION_MILLIS));
          answers.forEach(
              (partition, answer) -> {
                if (answer != null) {
                  found.put(partition, answer.offset());
                }
              });
          return offsets(found);
        });
  }

  /** Shows offsets in a group, until this is closed. */
  ShownOffsets showingIn(String group) {
    return new ShownOffsets(admin, group);
  }

  @Override
  public void close() {
    Closing.all(
        () -> admin.close(Duration.ofSeconds(1)),
        () -> consumer.close(CloseOptions.timeout(Duration.ZERO)));
  }
}
