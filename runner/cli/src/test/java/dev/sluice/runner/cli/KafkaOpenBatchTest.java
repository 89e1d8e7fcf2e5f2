package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows from topic to topic at least once, which go through batches that stay open, while records
 * keep coming: processes that are killed ({@code -Dsluice.kafka.kills=100} does it more often), a
 * broker that is away ({@code -Dsluice.kafka.outage=30} for longer), a partition that is added.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class KafkaOpenBatchTest {
  private static final int KILLS = Integer.getInteger("sluice.kafka.kills", 3);
  private static final int OUTAGE_SECONDS = Integer.getInteger("sluice.kafka.outage", 3);
  private static final long SEED = Long.getLong("sluice.seed", 7L);

  @TempDir Path folder;

  private PipelineFolder pipeline(Broker broker, String in, String out) throws IOException {
    PipelineFolder pipeline = new PipelineFolder(Files.createDirectories(folder.resolve("query")));
    pipeline.pipeline(
        """
        name: open-batches
        source:
          format: kafka
          options:
            kafka.bootstrap.servers: "SERVERS"
            subscribe: "IN"
            startingOffsets: earliest
            offsetsGroup: "IN"
          schema: {id: bigint}
          valueFormat: json
        steps:
          - withColumns: {twice: id * 2}
        sink:
          format: kafka
          options: {kafka.bootstrap.servers: "SERVERS", topic: "OUT", delivery: at-least-once}
          valueFormat: json
        checkpointLocation: checkpoint
        """
            .replace("SERVERS", broker.servers())
            .replace("IN", in)
            .replace("OUT", out));
    return pipeline;
  }

  private static Process start(PipelineFolder pipeline) throws IOException {
    return pipeline.start(List.of(), "--progress", "json");
  }

  private static Set<String> rows(int count) {
    Set<String> rows = new HashSet<>();
    IntStream.range(0, count)
        .forEach(id -> rows.add("{\"id\":" + id + ",\"twice\":" + id * 2 + "}"));
    return rows;
  }

  private static Map<String, Integer> seen(Broker broker, String topic) {
    Map<String, Integer> times = new HashMap<>();
    broker
        .visible(topic)
        .forEach(record -> times.merge(new String(record.value()), 1, Integer::sum));
    return times;
  }

  /** Rows that are there, counting only what came again. */
  private static int again(Broker broker, String topic) {
    return seen(broker, topic).values().stream().mapToInt(times -> times - 1).sum();
  }

  private static void await(
      PipelineFolder pipeline, Process process, Broker broker, String topic, int rows)
      throws Exception {
    while (!seen(broker, topic).keySet().containsAll(rows(rows))) {
      requireAlive(pipeline, process, 20);
    }
  }

  private static void requireAlive(PipelineFolder pipeline, Process process, int waitMillis)
      throws Exception {
    if (process.waitFor(waitMillis, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("it has ended: " + pipeline.end(process));
    }
  }

  /** What the process has told of its batches; its last line may be half written. */
  private static List<Map<String, Object>> progress(PipelineFolder pipeline) throws IOException {
    try (Stream<String> lines = Files.lines(pipeline.path("stderr"))) {
      return lines
          .filter(line -> line.contains("\"numInputRows\":") && line.endsWith("}"))
          .map(Json::parseObject)
          .toList();
    }
  }

  private static boolean hasDoneABatch(PipelineFolder pipeline) throws IOException {
    return progress(pipeline).stream().anyMatch(batch -> (Long) batch.get("numInputRows") > 0);
  }

  /** What was sent since the last batch that the checkpoint has comes again, and nothing else. */
  @Test
  void noRowIsLostHoweverOftenTheProcessDiesAndOnlyTheOpenBatchComesAgain(TestInfo test)
      throws Exception {
    Broker broker = Broker.shared();
    String topic = Broker.named(test);
    broker.create(topic, 2);
    broker.create(topic + "-out", 2);
    PipelineFolder pipeline = pipeline(broker, topic, topic + "-out");
    Random random = new Random(SEED);
    int killed = 0;
    long bound = 0;
    try (KafkaFeeder feeder = new KafkaFeeder(broker, topic, 2)) {
      // Until a row came again: the kills were not all in the moments between two batches.
      while (killed < KILLS || again(broker, topic + "-out") == 0) {
        Process process = start(pipeline);
        if (random.nextInt(4) > 0) {
          while (!hasDoneABatch(pipeline)) {
            requireAlive(pipeline, process, 5);
          }
          feeder.resume();
        }
        process.waitFor(random.nextInt(200), TimeUnit.MILLISECONDS);
        assertThat(process.destroyForcibly().waitFor())
            .as(() -> "seed " + SEED + ": " + said(pipeline))
            .isEqualTo(KilledRuns.KILLED);
        killed++;
        bound += feeder.rows() - committed(pipeline, topic);
        if (random.nextBoolean()) {
          // Then the next run finds little more than what the one that died had sent.
          feeder.pause();
          feeder.send();
        }
      }
      feeder.stop();
      Command.Result last = pipeline.run("--trigger", "availableNow");
      assertThat(last.code()).as(last.err()).isZero();
      assertThat(seen(broker, topic + "-out").keySet()).isEqualTo(rows(feeder.rows()));
      int again = again(broker, topic + "-out");
      System.out.println(
          again
              + " of "
              + feeder.rows()
              + " rows came again after "
              + killed
              + " kills, at most "
              + bound
              + " might; seed "
              + SEED);
      assertThat((long) again).isLessThanOrEqualTo(bound);
    }
  }

  /** So many rows are in the batches that the checkpoint says are done. */
  private static long committed(PipelineFolder pipeline, String topic) throws IOException {
    Path commits = pipeline.path("checkpoint/commits");
    if (!Files.isDirectory(commits)) {
      return 0;
    }
    OptionalLong newest;
    try (Stream<Path> entries = Files.list(commits)) {
      newest =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> name.matches("[0-9]+"))
              .mapToLong(Long::parseLong)
              .max();
    }
    if (newest.isEmpty()) {
      return 0;
    }
    List<String> plan =
        Files.readAllLines(pipeline.path("checkpoint/offsets/" + newest.getAsLong()));
    Map<?, ?> offsets = (Map<?, ?>) Json.parseObject(plan.get(plan.size() - 1)).get(topic);
    return offsets.values().stream().mapToLong(offset -> (Long) offset).sum();
  }

  private static String said(PipelineFolder pipeline) {
    try {
      return Files.readString(pipeline.path("stderr"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void anOutageOfTheBrokerCostsNoRowAndIsToldInTheProgress() throws Exception {
    try (Broker broker = new Broker(folder.resolve("broker"))) {
      broker.create("in", 2);
      broker.create("out", 2);
      PipelineFolder pipeline = pipeline(broker, "in", "out");
      try (KafkaFeeder feeder = new KafkaFeeder(broker, "in", 2)) {
        Process process = start(pipeline);
        await(pipeline, process, broker, "out", 50);
        // What was under way may all have been answered at that moment: then it is done again.
        do {
          broker.kill();
          CompletableFuture.runAsync(
                  broker::start,
                  CompletableFuture.delayedExecutor(OUTAGE_SECONDS, TimeUnit.SECONDS))
              .join();
          await(pipeline, process, broker, "out", feeder.rows());
        } while (retries(pipeline).isEmpty());
        assertThat(retries(pipeline))
            .allSatisfy(
                retries -> {
                  assertThat((Long) retries.get("count")).isPositive();
                  assertThat((String) retries.get("lastReason")).isNotBlank();
                });
        assertThat(progress(pipeline).toString()).containsPattern("warnings=\\[retried: Kafka");
        feeder.stop();
        await(pipeline, process, broker, "out", feeder.rows());
        process.destroy();
        assertThat(pipeline.end(process).code()).isIn(0, 143);
        assertThat(seen(broker, "out").keySet()).isEqualTo(rows(feeder.rows()));
      }
    }
  }

  /** What the source or the sink had to try again, by batches. */
  private static List<Map<?, ?>> retries(PipelineFolder pipeline) throws IOException {
    return progress(pipeline).stream()
        .flatMap(
            batch ->
                Stream.concat(
                    ((List<?>) batch.get("sources")).stream(), Stream.of(batch.get("sink"))))
        .map(part -> ((Map<?, ?>) part).get("retries"))
        .filter(Map.class::isInstance)
        .<Map<?, ?>>map(retries -> (Map<?, ?>) retries)
        .toList();
  }

  @Test
  void aPartitionThatIsAddedIsReadAndAllOffsetsAreShown(TestInfo test) throws Exception {
    Broker broker = Broker.shared();
    String topic = Broker.named(test);
    broker.create(topic, 2);
    broker.create(topic + "-out", 2);
    PipelineFolder pipeline = pipeline(broker, topic, topic + "-out");
    try (KafkaFeeder feeder = new KafkaFeeder(broker, topic, 2)) {
      Process process = start(pipeline);
      await(pipeline, process, broker, topic + "-out", 50);
      broker.widen(topic, 3);
      feeder.widen(3);
      int before = feeder.rows();
      await(pipeline, process, broker, topic + "-out", before + 50);
      feeder.stop();
      await(pipeline, process, broker, topic + "-out", feeder.rows());
      while (shown(broker, topic) < feeder.rows()) {
        requireAlive(pipeline, process, 20);
      }
      process.destroy();
      assertThat(pipeline.end(process).code()).isIn(0, 143);
      assertThat(broker.values(topic + "-out"))
          .containsExactlyInAnyOrderElementsOf(rows(feeder.rows()));
    }
  }

  /** Rows of the new topic may have been sent, but no batch with them counts as done. */
  @Test
  void aTopicThatIsMadeAnewEndsTheRunAndIsInNoBatch(TestInfo test) throws Exception {
    Broker broker = Broker.shared();
    String topic = Broker.named(test);
    broker.create(topic, 2);
    broker.create(topic + "-out", 2);
    PipelineFolder pipeline = pipeline(broker, topic, topic + "-out");
    Process process = start(pipeline);
    try (KafkaFeeder feeder = new KafkaFeeder(broker, topic, 2)) {
      await(pipeline, process, broker, topic + "-out", 50);
      feeder.stop();
      while (committed(pipeline, topic) < feeder.rows()) {
        requireAlive(pipeline, process, 20);
      }
      broker.delete(topic);
      broker.create(topic, 2);
    }
    long before = committed(pipeline, topic);
    KafkaFeeder anew = new KafkaFeeder(broker, topic, 2);
    try {
      assertThat(process.waitFor()).as(() -> said(pipeline)).isEqualTo(1);
    } finally {
      anew.close();
    }
    assertThat(said(pipeline)).contains("error[data-loss]", topic, "failOnDataLoss");
    assertThat(committed(pipeline, topic)).isEqualTo(before);
  }

  private static long shown(Broker broker, String group) {
    return Broker.get(
            broker.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .values()
        .stream()
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }
}
