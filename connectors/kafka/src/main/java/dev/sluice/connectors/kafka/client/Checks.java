package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSinkType;
import dev.sluice.connectors.kafka.Subscription;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.ComponentException;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Asks brokers for topics and rights; makes nothing, reads and writes no record. */
final class Checks {
  private final Options options;
  private final Problems problems;
  private final KafkaFailures failures;
  private final Admin admin;
  private final long limitMillis;

  private Checks(
      Options options, Problems problems, KafkaFailures failures, Admin admin, long limitMillis) {
    this.options = options;
    this.problems = problems;
    this.failures = failures;
    this.admin = admin;
    this.limitMillis = limitMillis;
  }

  private static Map<String, Object> properties(ConnectionRequest request) {
    Map<String, Object> properties = ClientConfig.properties(request.options());
    long limit = Cluster.limit(properties, "default.api.timeout.ms", request.patienceMillis());
    properties.put("default.api.timeout.ms", Long.toString(limit));
    properties.put(
        "request.timeout.ms",
        Long.toString(Cluster.limit(properties, "request.timeout.ms", limit)));
    return properties;
  }

  static Connected source(ConnectionRequest request, Problems problems) {
    Options options = request.options();
    KafkaFailures failures = new KafkaFailures("source '" + request.name() + "'", options);
    Map<String, Object> properties = properties(request);
    Admin admin = Cluster.admin(properties, failures);
    try {
      Checks checks = new Checks(options, problems, failures, admin, request.patienceMillis());
      options.find("offsetsGroup").ifPresent(checks::requireGroup);
      return new Connected(checks.source(Subscription.of(options)));
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private String source(Subscription subscription) {
    if (subscription instanceof Subscription.Matching matching) {
      List<String> found =
          answer("listing the topics", admin.listTopics().names()).stream()
              .filter(name -> matching.pattern().matcher(name).matches())
              .sorted()
              .toList();
      if (found.isEmpty()) {
        return "no topic matches yet at '" + failures.servers() + "'";
      }
      return describe(found, "subscribePattern", Set.of(AclOperation.READ), Map.of());
    }
    if (subscription instanceof Subscription.Assign assign) {
      return describe(
          assign.partitions().keySet(), "assign", Set.of(AclOperation.READ), assign.partitions());
    }
    return describe(
        ((Subscription.Topics) subscription).topics(),
        "subscribe",
        Set.of(AclOperation.READ),
        Map.of());
  }

  static Connected sink(ConnectionRequest request, Problems problems) {
    Options options = request.options();
    KafkaFailures failures = new KafkaFailures("sink 'kafka'", options);
    Map<String, Object> properties = properties(request);
    Admin admin = Cluster.admin(properties, failures);
    try {
      if (KafkaSinkType.exactlyOnce(options)) {
        Transactions.setTimeout(new HashMap<>(properties), admin, options, failures);
      }
      Checks checks = new Checks(options, problems, failures, admin, request.patienceMillis());
      if (KafkaSinkType.exactlyOnce(options)) {
        checks.requireIds(options.text(KafkaSinkType.ID_PREFIX) + "-");
      }
      Optional<String> topic = options.find(KafkaSinkType.TOPIC);
      return new Connected(
          topic.isPresent()
              ? checks.describe(
                  List.of(topic.get()), KafkaSinkType.TOPIC, writing(options), Map.of())
              : "the brokers at '" + failures.servers() + "', topics by column 'topic'");
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  /** The number of a batch stands in its transaction as what was read of the topic. */
  private static Set<AclOperation> writing(Options options) {
    return KafkaSinkType.exactlyOnce(options)
        ? Set.of(AclOperation.WRITE, AclOperation.READ)
        : Set.of(AclOperation.WRITE);
  }

  /** A query's own ids go on after the prefix in a way that is not known before its checkpoint. */
  private void requireIds(String prefix) {
    String id = prefix + UUID.randomUUID() + "-0";
    requireAllowed(
        admin.describeTransactions(List.of(id)).description(id),
        KafkaSinkType.ID_PREFIX,
        "transactional ids that begin with '" + prefix + "'",
        AclOperation.WRITE + " for these by prefix, or set 'delivery: at-least-once'");
    requireAllowed(
        admin.listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata(),
        KafkaSinkType.ID_PREFIX,
        "consumer groups that begin with '" + prefix + "'",
        AclOperation.READ + " for these by prefix, or set 'delivery: at-least-once'");
  }

  private void requireGroup(String group) {
    requireAllowed(
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
        "offsetsGroup",
        "the consumer group '" + group + "'",
        AclOperation.READ + " for it, or leave 'offsetsGroup' out");
  }

  /** What is not there yet may be used, too: who may not is told so first. */
  private void requireAllowed(KafkaFuture<?> asked, String option, String what, String remedy) {
    try {
      asked.get(limitMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw Cluster.interrupted(failures);
    } catch (TimeoutException e) {
      throw failures.unreachable("asking for " + what, limitMillis, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        problems.error(
            "not-authorized",
            options.at(options.isGiven(option) ? option : ClientConfig.SERVERS),
            "the Kafka brokers at '" + failures.servers() + "' do not allow " + what,
            "let their ACLs allow " + remedy);
      } else if (!(e.getCause() instanceof TransactionalIdNotFoundException)
          && !(e.getCause() instanceof GroupIdNotFoundException)
          && !(e.getCause() instanceof UnsupportedVersionException)) {
        throw failures.of("asking for " + what, e, limitMillis);
      }
    }
  }

  /**
   * Looks at each topic, and tells what is wrong with any.
   *
   * @param option which names them
   * @param wanted partitions that must be there, by topic
   */
  private String describe(
      Collection<String> topics,
      String option,
      Set<AclOperation> operations,
      Map<String, List<Integer>> wanted) {
    List<String> found = new ArrayList<>();
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin
            .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> one : asked.entrySet()) {
      String topic = one.getKey();
      try {
        TopicDescription description =
            answer("asking for the topic '" + topic + "'", one.getValue());
        check(description, option, operations, wanted.getOrDefault(topic, List.of()));
        int partitions = description.partitions().size();
        found.add(
            "topic '"
                + topic
                + "' ("
                + partitions
                + (partitions == 1 ? " partition)" : " partitions)"));
      } catch (UnknownTopicOrPartitionException e) {
        if (operations.contains(AclOperation.WRITE) && madeOnDemand()) {
          found.add("topic '" + topic + "', which the brokers will make,");
        } else {
          missing(topic, option);
        }
      } catch (ComponentException e) {
        problems.add(e.problem());
      }
    }
    return String.join(", ", found) + " at '" + failures.servers() + "'";
  }

  private void check(
      TopicDescription topic, String option, Set<AclOperation> operations, List<Integer> wanted) {
    Set<AclOperation> allowed = topic.authorizedOperations();
    for (AclOperation operation : operations) {
      if (allowed != null && !allowed.contains(operation)) {
        boolean reads = operation == AclOperation.READ;
        problems.error(
            "not-authorized",
            options.at(option),
            "the Kafka brokers at '"
                + failures.servers()
                + "' do not allow "
                + (reads ? "reading '" : "writing '")
                + topic.name()
                + "'"
                + (reads && operations.size() > 1 ? ", which 'delivery: exactly-once' needs" : ""),
            "let their ACLs allow "
                + operation
                + " for this user, or log in as another with 'kafka.sasl.*'");
      }
    }
    List<Integer> there = topic.partitions().stream().map(p -> p.partition()).toList();
    for (Integer partition : wanted) {
      if (!there.contains(partition)) {
        problems.error(
            "unknown-topic",
            options.at(option),
            "topic '"
                + topic.name()
                + "' at '"
                + failures.servers()
                + "' has no partition "
                + partition,
            "it has " + there.size() + ", counted from 0");
      }
    }
    List<Integer> leaderless =
        topic.partitions().stream()
            .filter(p -> p.leader() == null || p.leader().isEmpty())
            .map(p -> p.partition())
            .toList();
    if (!leaderless.isEmpty()) {
      problems.error(
          "no-leader",
          options.at(option),
          "partitions " + leaderless + " of topic '" + topic.name() + "' have no leader",
          "see which broker of '" + failures.servers() + "' is down");
    }
  }

  private void missing(String topic, String option) {
    String suggestion = null;
    try {
      suggestion =
          Names.suggestion(
              topic, List.copyOf(answer("listing the topics", admin.listTopics().names())));
    } catch (PipelineException e) {
      // It would only have been a help.
    }
    problems.error(
        "unknown-topic",
        options.at(option),
        "there is no topic '" + topic + "' at '" + failures.servers() + "'",
        (suggestion == null ? "" : suggestion + ", or ") + "create it");
  }

  /** What the brokers say; not everybody may ask. */
  private boolean madeOnDemand() {
    try {
      Collection<Node> brokers = answer("asking for the brokers", admin.describeCluster().nodes());
      ConfigResource broker =
          new ConfigResource(ConfigResource.Type.BROKER, brokers.iterator().next().idString());
      Config config =
          answer("asking for settings", admin.describeConfigs(List.of(broker)).all()).get(broker);
      ConfigEntry entry = config == null ? null : config.get("auto.create.topics.enable");
      return entry == null || Boolean.parseBoolean(entry.value());
    } catch (PipelineException e) {
      return true;
    }
  }

  /** Throws {@link UnknownTopicOrPartitionException} as it is. */
  private <T> T answer(String doing, KafkaFuture<T> future) {
    try {
      return future.get(limitMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw Cluster.interrupted(failures);
    } catch (TimeoutException e) {
      throw failures.unreachable(doing, limitMillis, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
        throw unknown;
      }
      throw failures.of(doing, e, limitMillis);
    }
  }
}
