package dev.sluice.connectors.kafka.testing;

import dev.sluice.connectors.testing.FreePort;
import dev.sluice.operators.testing.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInfo;

/** A real broker in a process of its own, on loopback, with its data in a folder for the tests. */
public final class Broker implements AutoCloseable {
  private static @Nullable Broker shared;

  private final Path folder;
  private final int port;
  private @Nullable Process process;
  private @Nullable Admin admin;

  /** Makes a broker's files and starts it; {@code more} are lines of its configuration. */
  public Broker(Path folder, String... more) {
    this.folder = folder;
    this.port = FreePort.find();
    int controller = FreePort.find();
    List<String> lines =
        new ArrayList<>(
            List.of(
                "auto.create.topics.enable=false",
                // A broker that was killed is let in again once its last session is over.
                "broker.session.timeout.ms=1500",
                "broker.heartbeat.interval.ms=300"));
    lines.addAll(List.of(more));
    BrokerFiles.prepare(folder, port, controller, lines);
    start();
  }

  private Broker(Path folder, int port, int controller, List<String> lines) {
    this.folder = folder;
    this.port = port;
    BrokerFiles.prepare(folder, port, controller, lines);
    launch();
  }

  /** Brokers that are one cluster: each holds a copy of everything, and any one may be killed. */
  public static List<Broker> cluster(Path folder, int count) {
    List<Integer> ports = IntStream.range(0, count).mapToObj(i -> FreePort.find()).toList();
    List<Integer> controllers = IntStream.range(0, count).mapToObj(i -> FreePort.find()).toList();
    String voters =
        IntStream.range(0, count)
            .mapToObj(i -> (i + 1) + "@127.0.0.1:" + controllers.get(i))
            .collect(Collectors.joining(","));
    List<Broker> brokers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> lines =
          List.of(
              "node.id=" + (i + 1),
              "controller.quorum.voters=" + voters,
              "auto.create.topics.enable=false",
              "default.replication.factor=" + count,
              "min.insync.replicas=2",
              "offsets.topic.replication.factor=" + count,
              "transaction.state.log.replication.factor=" + count,
              "transaction.state.log.min.isr=2",
              "broker.session.timeout.ms=3000",
              "broker.heartbeat.interval.ms=500");
      brokers.add(
          new Broker(folder.resolve("broker" + i), ports.get(i), controllers.get(i), lines));
    }
    brokers.forEach(Broker::await);
    return brokers;
  }

  /** One for all tests of this JVM. */
  public static synchronized Broker shared() {
    Broker known = shared;
    if (known == null) {
      try {
        Path folder = Files.createTempDirectory("sluice-broker");
        known = new Broker(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Broker made = known;
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    made.kill();
                    delete(made.folder);
                  }));
      shared = known;
    }
    return known;
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      // The system's own folder for such files is cleaned by others too.
    }
  }

  /** Starts it, again if it was stopped, and waits until it answers. */
  public void start() {
    launch();
    await();
  }

  private void launch() {
    try {
      process =
          JavaProcess.of(
                  List.of("-Xmx384m"),
                  "kafka.Kafka",
                  folder.resolve("server.properties").toString())
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(folder.resolve("broker.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void await() {
    long deadline = System.nanoTime() + Duration.ofSeconds(240).toNanos();
    while (System.nanoTime() < deadline) {
      Process running = process;
      if (running == null || !running.isAlive()) {
        throw new IllegalStateException("the broker ended: " + log());
      }
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        try {
          running.waitFor(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(stop);
        }
      }
    }
    throw new IllegalStateException("the broker does not listen: " + log());
  }

  private String log() {
    try {
      String text = Files.readString(folder.resolve("broker.log"));
      return text.substring(Math.max(0, text.length() - 4000));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Ends it at once, as {@code kill -9} does. */
  public void kill() {
    Process running = process;
    if (running != null) {
      try {
        running.destroyForcibly().waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    process = null;
  }

  /** For {@code kafka.bootstrap.servers}. */
  public String servers() {
    return "127.0.0.1:" + port;
  }

  /** A client for questions. */
  public synchronized Admin admin() {
    Admin known = admin;
    if (known == null) {
      known = Admin.create(Map.of("bootstrap.servers", servers()));
      admin = known;
    }
    return known;
  }

  /** A topic's name of the test's own: also of its second try. */
  public static String named(TestInfo test) {
    return test.getTestMethod().orElseThrow().getName() + "-" + UUID.randomUUID();
  }

  /** Makes a topic with settings of its own; one that a test's first try has left goes. */
  public void create(String topic, int partitions, Map<String, String> settings) {
    if (get(admin().listTopics().names()).contains(topic)) {
      delete(topic);
    }
    get(
        admin()
            .createTopics(
                List.of(
                    new NewTopic(topic, Optional.of(partitions), Optional.<Short>empty())
                        .configs(settings)))
            .all());
    awaitTopic(topic);
  }

  /** The controller makes a topic, and the brokers hear of it a moment later. */
  private void awaitTopic(String topic) {
    long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (!get(admin().listTopics().names()).contains(topic)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(topic + " is not made");
      }
    }
  }

  /** The number of the broker that leads a partition. */
  public int leader(String topic, int partition) {
    return get(admin().describeTopics(List.of(topic)).topicNameValues().get(topic))
        .partitions()
        .get(partition)
        .leader()
        .id();
  }

  /** Makes a topic. */
  public void create(String topic, int partitions) {
    create(topic, partitions, Map.of());
  }

  /** Removes a topic and waits until it is gone. */
  public void delete(String topic) {
    get(admin().deleteTopics(List.of(topic)).all());
    long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (get(admin().listTopics().names()).contains(topic)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(topic + " stays");
      }
    }
  }

  /** Makes a topic wider; also the brokers hear of it a moment later. */
  public void widen(String topic, int partitions) {
    get(admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all());
    long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (partitions(topic) != partitions) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(topic + " stays as it was");
      }
    }
  }

  private int partitions(String topic) {
    return get(admin().describeTopics(List.of(topic)).topicNameValues().get(topic))
        .partitions()
        .size();
  }

  /** Ages out what lies before an offset. */
  public void forget(String topic, int partition, long before) {
    get(
        admin()
            .deleteRecords(
                Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
            .all());
  }

  /** Waits for an answer. */
  public static <T> T get(java.util.concurrent.Future<T> future) {
    try {
      return future.get(180, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@link #get(java.util.concurrent.Future)}. */
  public static <T> T get(org.apache.kafka.common.KafkaFuture<T> future) {
    return get(future.toCompletionStage().toCompletableFuture());
  }

  /** A producer of bytes; with a transactional id unless that is empty. */
  public KafkaProducer<byte[], byte[]> producer(String transactionalId) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", servers());
    properties.put("linger.ms", "5");
    if (!transactionalId.isEmpty()) {
      properties.put("transactional.id", transactionalId);
    }
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Sends values to a partition. */
  public void send(String topic, int partition, String... values) {
    try (KafkaProducer<byte[], byte[]> producer = producer("")) {
      List<java.util.concurrent.Future<RecordMetadata>> sent = new ArrayList<>();
      for (String value : values) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    topic, partition, null, value.getBytes(StandardCharsets.UTF_8))));
      }
      sent.forEach(Broker::get);
    }
  }

  /**
   * The records of a topic as a reader of committed ones sees them, once no transaction is open:
   * the end of one becomes visible a little after its commit.
   */
  public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (!ends(topic, "read_committed").equals(ends(topic, "read_uncommitted"))) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("a transaction stays open in " + topic);
      }
    }
    return visible(topic);
  }

  private Map<TopicPartition, Long> ends(String topic, String isolation) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(isolation)) {
      return consumer.endOffsets(partitions(consumer, topic));
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", servers());
    properties.put("isolation.level", isolation);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(p -> new TopicPartition(topic, p.partition()))
        .toList();
  }

  /** The records of a topic that a reader of committed ones sees now. */
  public List<ConsumerRecord<byte[], byte[]>> visible(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(all::add);
      }
      return all;
    }
  }

  /** The values of {@link #committed}, as texts. */
  public List<String> values(String topic) {
    return committed(topic).stream()
        .map(r -> r.value() == null ? "null" : new String(r.value(), StandardCharsets.UTF_8))
        .toList();
  }

  @Override
  public synchronized void close() {
    Admin open = admin;
    if (open != null) {
      open.close(Duration.ZERO);
      admin = null;
    }
    kill();
  }
}
