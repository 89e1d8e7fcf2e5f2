package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.kafka.testing.Broker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What happens to brokers and topics while a query runs in batches, seen from outside the command.
 * The broker stays away for {@code -Dsluice.kafka.outage=30} seconds.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KafkaRunningTest {
  private static final int OUTAGE_SECONDS = Integer.getInteger("sluice.kafka.outage", 3);

  @TempDir Path folder;

  private PipelineFolder pipeline(Broker broker, String reads, String out) throws IOException {
    PipelineFolder pipeline = new PipelineFolder(Files.createDirectories(folder.resolve("query")));
    pipeline.pipeline(
        """
        name: running
        source:
          format: kafka
          options: {kafka.bootstrap.servers: "SERVERS", READS, startingOffsets: earliest}
          schema: {id: bigint}
          valueFormat: json
        steps:
          - withColumns: {twice: id * 2}
        sink:
          format: kafka
          options: {kafka.bootstrap.servers: "SERVERS", topic: "OUT"}
          valueFormat: json
        checkpointLocation: checkpoint
        """
            .replace("SERVERS", broker.servers())
            .replace("READS", reads)
            .replace("OUT", out));
    return pipeline;
  }

  private static void send(Broker broker, String topic, int partition, int from, int to) {
    broker.send(
        topic,
        partition,
        IntStream.range(from, to).mapToObj(id -> "{\"id\":" + id + "}").toArray(String[]::new));
  }

  private static List<String> rows(int to) {
    return IntStream.range(0, to)
        .mapToObj(id -> "{\"id\":" + id + ",\"twice\":" + id * 2 + "}")
        .toList();
  }

  private static List<String> seen(Broker broker, String topic) {
    return broker.visible(topic).stream().map(record -> new String(record.value())).toList();
  }

  private static void await(
      PipelineFolder pipeline, Process process, Broker broker, String topic, int rows)
      throws Exception {
    while (new TreeSet<>(seen(broker, topic)).size() < rows) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("it has ended: " + pipeline.end(process));
      }
    }
  }

  private static void stop(PipelineFolder pipeline, Process process) throws Exception {
    process.destroy();
    Command.Result result = pipeline.end(process);
    assertThat(result.code()).as(result.toString()).isIn(0, 143);
  }

  @Test
  void anOutageOfTheBrokerCostsNoRowAndNoCopy() throws Exception {
    try (Broker broker = new Broker(folder.resolve("broker"))) {
      broker.create("in", 2);
      broker.create("out", 2);
      PipelineFolder pipeline = pipeline(broker, "subscribe: in, maxOffsetsPerTrigger: 5", "out");
      send(broker, "in", 0, 0, 1000);
      send(broker, "in", 1, 1000, 2000);
      Process process = pipeline.start(List.of());
      await(pipeline, process, broker, "out", 50);
      // Somewhere in a batch, of several hundred.
      broker.kill();
      CompletableFuture.runAsync(
              broker::start, CompletableFuture.delayedExecutor(OUTAGE_SECONDS, TimeUnit.SECONDS))
          .join();
      send(broker, "in", 0, 2000, 2100);
      await(pipeline, process, broker, "out", 2100);
      stop(pipeline, process);
      assertThat(broker.values("out")).containsExactlyInAnyOrderElementsOf(rows(2100));
    }
  }

  @Test
  void partitionsAndTopicsThatComeWhileItRunsAreRead(TestInfo test) throws Exception {
    Broker broker = Broker.shared();
    String topic = Broker.named(test);
    broker.create(topic + ".a", 1);
    broker.create(topic, 1);
    PipelineFolder pipeline = pipeline(broker, "subscribePattern: '" + topic + "\\..*'", topic);
    send(broker, topic + ".a", 0, 0, 10);
    Process process = pipeline.start(List.of());
    await(pipeline, process, broker, topic, 10);
    broker.widen(topic + ".a", 2);
    send(broker, topic + ".a", 1, 10, 20);
    await(pipeline, process, broker, topic, 20);
    broker.create(topic + ".b", 1);
    send(broker, topic + ".b", 0, 20, 30);
    await(pipeline, process, broker, topic, 30);
    stop(pipeline, process);
    assertThat(broker.values(topic)).containsExactlyInAnyOrderElementsOf(rows(30));
  }

  @Test
  void theOffsetsOfTheLastBatchAreShownToLagTools(TestInfo test) throws Exception {
    Broker broker = Broker.shared();
    String topic = Broker.named(test);
    broker.create(topic, 1);
    broker.create(topic + "-out", 1);
    String reads = "subscribe: '" + topic + "', offsetsGroup: '" + topic + "'";
    PipelineFolder pipeline = pipeline(broker, reads, topic + "-out");
    for (String trigger : List.of("once", "availableNow")) {
      send(broker, topic, 0, 0, 10);
      assertThat(pipeline.run("--trigger", trigger).code()).isZero();
      assertThat(shown(broker, topic)).isEqualTo(trigger.equals("once") ? 10 : 20);
    }
    send(broker, topic, 0, 10, 20);
    Process process = pipeline.start(List.of(), "--trigger", "processingTime=1 hour");
    await(pipeline, process, broker, topic + "-out", 20);
    while (shown(broker, topic) != 30) {
      assertThat(process.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
    }
    stop(pipeline, process);
  }

  private static long shown(Broker broker, String topic) {
    return Broker.get(
            broker.admin().listConsumerGroupOffsets(topic).partitionsToOffsetAndMetadata())
        .get(new TopicPartition(topic, 0))
        .offset();
  }

  @Test
  void recordsThatAgedOutEndARunOrAreLeftOut(TestInfo test) throws Exception {
    Broker broker = Broker.shared();
    String topic = Broker.named(test);
    broker.create(topic, 1);
    broker.create(topic + "-out", 1);
    String reads = "subscribe: '" + topic + "'";
    PipelineFolder pipeline = pipeline(broker, reads, topic + "-out");
    send(broker, topic, 0, 0, 10);
    pipeline.run("--trigger", "availableNow");
    send(broker, topic, 0, 10, 20);
    broker.forget(topic, 0, 15);
    Command.Result lost = pipeline.run("--trigger", "availableNow");
    assertThat(lost.code()).isEqualTo(1);
    assertThat(lost.err()).contains("error[data-loss]", "offsets 10 to 15", "failOnDataLoss");
    assertThat(broker.values(topic + "-out")).containsExactlyElementsOf(rows(10));
    pipeline(broker, reads + ", failOnDataLoss: false", topic + "-out");
    assertThat(pipeline.run("--trigger", "availableNow").code()).isZero();
    assertThat(broker.values(topic + "-out"))
        .containsExactlyElementsOf(
            rows(20).stream()
                .filter(row -> rows(10).contains(row) || !rows(15).contains(row))
                .toList());
  }

  /** Topics may be added and taken away, but not all of them changed for others. */
  @Test
  void offsetsOfOtherTopicsDoNotFit(TestInfo test) throws Exception {
    Broker broker = Broker.shared();
    String topic = Broker.named(test);
    for (String name : List.of(topic, topic + "-more", topic + "-out")) {
      broker.create(name, 1);
    }
    send(broker, topic, 0, 0, 10);
    send(broker, topic + "-more", 0, 10, 20);
    PipelineFolder pipeline = pipeline(broker, "subscribe: '" + topic + "'", topic + "-out");
    assertThat(pipeline.run("--trigger", "availableNow").code()).isZero();
    for (String option : List.of("failOnDataLoss: true", "failOnDataLoss: false")) {
      pipeline(broker, "subscribe: '" + topic + "-more', " + option, topic + "-out");
      Command.Result other = pipeline.run("--trigger", "availableNow");
      assertThat(other.code()).as(other.err()).isEqualTo(4);
      assertThat(other.err()).contains("error[source-changed]", "[" + topic + "]", topic + "-more");
    }
    pipeline(broker, "subscribe: '" + topic + "," + topic + "-more'", topic + "-out");
    assertThat(pipeline.run("--trigger", "availableNow").code()).isZero();
    assertThat(broker.values(topic + "-out")).containsExactlyInAnyOrderElementsOf(rows(20));
  }
}
