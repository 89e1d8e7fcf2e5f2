package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.kafka.testing.Broker;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More partitions than consumers would stand idle of partitions that come and go. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class ManyPartitionsTest {
  private static final Broker BROKER = Broker.shared();
  private static final int PARTITIONS = 70;

  @TempDir Path folder;

  private static void sendToEach(String topic, String value) {
    try (KafkaProducer<byte[], byte[]> producer = BROKER.producer("")) {
      IntStream.range(0, PARTITIONS)
          .mapToObj(p -> producer.send(new ProducerRecord<>(topic, p, null, value.getBytes())))
          .toList()
          .forEach(Broker::get);
    }
  }

  private static Offset offsets(String topic, int each) {
    return new Offset(
        IntStream.range(0, PARTITIONS)
            .mapToObj(p -> "\"" + p + "\":" + each)
            .collect(Collectors.joining(",", "{\"" + topic + "\":{", "}}")));
  }

  /** Each consumer has one. */
  private static Set<Thread> consumers(String topic) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("sluice-kafka-" + topic + "-"))
        .collect(Collectors.toSet());
  }

  @Test
  void eachPartitionKeepsItsConsumerFromBatchToBatch(TestInfo test) {
    String topic = Broker.named(test);
    BROKER.create(topic, PARTITIONS);
    SourceHarness harness = new SourceHarness(BROKER, folder);
    try (Source source = harness.open("subscribe", topic, "startingOffsets", "earliest")) {
      sendToEach(topic, "a");
      Offset from = offsets(topic, 0);
      assertThat(source.initialOffset()).isEqualTo(from);
      Offset first = SourceHarness.news(source, from, offsets(topic, 1)::equals);
      assertThat(SourceHarness.rows(source, from, first, "value")).hasSize(PARTITIONS);
      Set<Thread> consumers = consumers(topic);
      assertThat(consumers).hasSize(PARTITIONS);
      sendToEach(topic, "b");
      Offset second = SourceHarness.news(source, first, offsets(topic, 2)::equals);
      assertThat(SourceHarness.rows(source, first, second, "value")).containsOnly("b");
      assertThat(consumers(topic)).isEqualTo(consumers);
    }
  }

  /** Also the batch that a run finds in its log, before it has asked for topics. */
  @Test
  void aReplayedBatchLeavesItsConsumersToTheNext(TestInfo test) {
    String topic = Broker.named(test);
    BROKER.create(topic, PARTITIONS);
    sendToEach(topic, "a");
    SourceHarness harness = new SourceHarness(BROKER, folder);
    try (Source source = harness.open("subscribe", topic, "failOnDataLoss", "false")) {
      SourceHarness.rows(source, offsets(topic, 0), offsets(topic, 1), "value");
      assertThat(consumers(topic)).hasSize(PARTITIONS);
    }
  }

  @Test
  void allTogetherFillAQuarterOfTheHeapAtMost() {
    long heap = 256L << 20;
    assertThat(FetcherPool.share(heap, 1)).isEqualTo(1 << 20);
    for (int partitions : List.of(20, 64, 100, 1000)) {
      assertThat(4 * partitions * FetcherPool.share(heap, partitions))
          .as("%s partitions", partitions)
          .isLessThanOrEqualTo(heap / 4);
    }
  }
}
