package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.kafka.RecordSchema;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.ComponentException;
import dev.sluice.operators.diagnostics.PipelineException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where streams and tables begin and end, by offsets and times of a real broker. */
final class KafkaPositionsTest {
  private static final Broker BROKER = Broker.shared();
  private static final Schema VALUE = Schema.of(new Field("value", AtomicType.BINARY));

  @TempDir Path folder;
  private String topic = "";
  private SourceHarness harness;

  @BeforeEach
  void nameTopic(TestInfo test) {
    topic = Broker.named(test);
    harness = new SourceHarness(BROKER, folder);
  }

  /** Records {@code a1000} to {@code a4000} and {@code b1000}, {@code b2000} at these times. */
  private void createTimes() {
    BROKER.create(topic, 2);
    try (KafkaProducer<byte[], byte[]> producer = BROKER.producer("")) {
      for (long time = 1000; time <= 4000; time += 1000) {
        send(producer, 0, time, "a" + time);
        if (time <= 2000) {
          send(producer, 1, time, "b" + time);
        }
      }
    }
  }

  private void send(
      KafkaProducer<byte[], byte[]> producer, int partition, long time, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    Broker.get(producer.send(new ProducerRecord<>(topic, partition, time, null, bytes)));
  }

  /** What each option says is read, over all that say less. */
  private record Case(String options, String read) {
    List<String> words(String topic) {
      return Stream.of(options.split(" "))
          .map(word -> word.replace("{", "{\"" + topic + "\":{").replace("}", "}}"))
          .toList();
    }
  }

  /** In {@code {"0":1}} the topic is left out. */
  static Stream<Case> starts() {
    return Stream.of(
        new Case("startingOffsets {\"0\":3,\"1\":1}", "a4000 b2000"),
        new Case("startingOffsets {\"0\":-1,\"1\":-2}", "b1000 b2000"),
        new Case("startingOffsets {\"0\":-2,\"1\":-1}", "a1000 a2000 a3000 a4000"),
        new Case("startingOffsetsByTimestamp {\"0\":2500,\"1\":1500}", "a3000 a4000 b2000"),
        new Case(
            "startingOffsetsByTimestamp {\"0\":4000,\"1\":2001}"
                + " startingOffsetsByTimestampStrategy latest",
            "a4000"),
        new Case("startingTimestamp 2000", "a2000 a3000 a4000 b2000"),
        new Case("startingTimestamp 3000 startingOffsetsByTimestampStrategy latest", "a3000 a4000"),
        new Case("startingTimestamp 9000 startingOffsetsByTimestampStrategy latest", ""),
        new Case(
            "startingOffsets earliest startingOffsetsByTimestamp {\"0\":4000,\"1\":2000}",
            "a4000 b2000"),
        new Case(
            "startingOffsets earliest startingOffsetsByTimestamp {\"0\":1000,\"1\":1000}"
                + " startingTimestamp 2000",
            "a2000 a3000 a4000 b2000"));
  }

  @ParameterizedTest
  @MethodSource("starts")
  void aStreamStartsThere(Case start) {
    createTimes();
    assertThat(all(harness, start)).isEqualTo(start.read());
  }

  @ParameterizedTest
  @MethodSource("starts")
  void aTableStartsThere(Case start) {
    createTimes();
    assertThat(all(harness.table(), start)).isEqualTo(start.read());
  }

  static Stream<Case> ends() {
    return Stream.of(
        new Case("endingOffsets {\"0\":3,\"1\":1}", "a1000 a2000 a3000 b1000"),
        new Case("endingOffsets {\"0\":-1,\"1\":0}", "a1000 a2000 a3000 a4000"),
        new Case("endingOffsetsByTimestamp {\"0\":2500,\"1\":2000}", "a1000 a2000 b1000"),
        new Case("endingOffsetsByTimestamp {\"0\":1001,\"1\":9000}", "a1000 b1000 b2000"),
        new Case("endingTimestamp 2000", "a1000 b1000"),
        new Case("endingOffsets latest endingOffsetsByTimestamp {\"0\":1000,\"1\":2000}", "b1000"),
        new Case(
            "endingOffsets latest endingOffsetsByTimestamp {\"0\":1000,\"1\":2000}"
                + " endingTimestamp 3000",
            "a1000 a2000 b1000 b2000"),
        new Case("startingOffsets {\"0\":1,\"1\":1} endingOffsets {\"0\":2,\"1\":1}", "a2000"));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void aTableEndsThere(Case end) {
    createTimes();
    assertThat(all(harness.table(), end)).isEqualTo(end.read());
  }

  private String all(SourceHarness harness, Case options) {
    List<String> words = new ArrayList<>(List.of("subscribe", topic));
    words.addAll(options.words(topic));
    try (Source source = harness.open(words.toArray(String[]::new))) {
      return String.join(" ", SourceHarness.all(source, "value"));
    }
  }

  @Test
  void offsetsThatLeaveAPartitionOutOrNameOneTooManyAreRefused() {
    createTimes();
    for (String option : List.of("startingOffsets", "startingOffsetsByTimestamp")) {
      for (String given : List.of("\"0\":1", "\"0\":1,\"1\":1,\"2\":1")) {
        incomplete(harness, option, given, Source::initialOffset);
      }
    }
    for (String option : List.of("endingOffsets", "endingOffsetsByTimestamp")) {
      incomplete(
          harness.table(),
          option,
          "\"1\":1",
          source -> source.latestOffset(source.initialOffset(), ReadLimit.ALL));
    }
  }

  private interface Step {
    Offset of(Source source);
  }

  private void incomplete(SourceHarness from, String option, String given, Step step) {
    String json = "{\"" + topic + "\":{" + given + "}}";
    try (Source source = from.open("subscribe", topic, option, json)) {
      assertThatThrownBy(() -> step.of(source))
          .isInstanceOf(PipelineException.class)
          .satisfies(
              e ->
                  assertThat(((ComponentException) e).problem().code())
                      .isEqualTo("incomplete-offsets"))
          .hasMessageContaining("'" + option + "' names the partitions")
          .hasMessageContaining("there are [" + topic + "-0, " + topic + "-1]")
          .hasMessageContaining("-1 for latest and -2 for earliest");
    }
  }

  @Test
  void aStreamWithoutARecordSoYoungSaysSo() {
    createTimes();
    try (Source source = harness.open("subscribe", topic, "startingTimestamp", "3000")) {
      assertThatThrownBy(source::initialOffset)
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("no record of [" + topic + "-1] is as young as 3000")
          .hasMessageContaining("startingOffsetsByTimestampStrategy: latest");
    }
  }

  @Test
  void headersHaveTheirNamesAndValues() {
    BROKER.create(topic, 1);
    try (KafkaProducer<byte[], byte[]> producer = BROKER.producer("")) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, 0, null, "v".getBytes(StandardCharsets.UTF_8));
      record.headers().add(new RecordHeader("h", "x".getBytes(StandardCharsets.UTF_8)));
      record.headers().add(new RecordHeader("h", new byte[0]));
      record.headers().add(new RecordHeader("none", null));
      Broker.get(producer.send(record));
      Broker.get(producer.send(new ProducerRecord<>(topic, 0, null, null)));
    }
    Schema headers = Schema.of(RecordSchema.HEADERS);
    try (Source source =
        harness.open("subscribe", topic, "startingOffsets", "earliest", "includeHeaders", "true")) {
      assertThat(read(source, headers)).containsExactly("[[h,78],[h,],[none,null]]", "null");
    }
    SourceHarness decoded = new SourceHarness(BROKER, folder.resolve("decoded"));
    try (Source source =
        decoded.open("subscribe", topic, "startingOffsets", "earliest", "valueFormat", "raw")) {
      assertThat(read(source, source.hiddenColumns()).get(0))
          .contains(",0,0,", "[[h,78],[h,],[none,null]]");
    }
  }

  private static List<String> read(Source source, Schema schema) {
    Offset from = source.initialOffset();
    List<String> rows = new ArrayList<>();
    for (Split split : source.splits(from, source.latestOffset(from, ReadLimit.ALL))) {
      rows.addAll(Rows.read(split, new ScanRequest(schema, List.of(), 100)));
    }
    return rows;
  }

  @Test
  void minPartitionsMakesMoreSplits() {
    createTimes();
    Offset from = new Offset("{\"" + topic + "\":{\"0\":0,\"1\":0}}");
    Offset to = new Offset("{\"" + topic + "\":{\"0\":4,\"1\":2}}");
    // By size: two of a partition for each one of the other.
    for (Map.Entry<String, List<Integer>> one :
        Map.of("1", List.of(4, 2), "3", List.of(2, 2, 2), "6", List.of(1, 1, 1, 1, 1, 1))
            .entrySet()) {
      try (Source source = harness.open("subscribe", topic, "minPartitions", one.getKey())) {
        List<List<String>> splits = SourceHarness.splits(source, from, to, VALUE, 100);
        assertThat(splits).extracting(List::size).isEqualTo(one.getValue());
        assertThat(splits.stream().flatMap(List::stream))
            .containsExactly("a1000", "a2000", "a3000", "a4000", "b1000", "b2000");
      }
    }
  }

  /** What aged out before it was ever read is lost. */
  @Test
  void aNewPartitionThatDoesNotStartAtTheBeginIsALoss() {
    BROKER.create(topic, 1);
    Offset from = new Offset("{\"" + topic + "\":{\"0\":0}}");
    BROKER.widen(topic, 2);
    BROKER.send(topic, 1, "a", "b", "c");
    BROKER.forget(topic, 1, 2);
    try (Source source = harness.open("subscribe", topic)) {
      assertThatThrownBy(() -> SourceHarness.rows(source, from, latest(source, from), "value"))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("new partition " + topic + "-1 starts at offset 2 instead of 0")
          .hasMessageContaining("failOnDataLoss");
    }
    try (Source source = harness.open("subscribe", topic, "failOnDataLoss", "false")) {
      assertThat(SourceHarness.rows(source, from, latest(source, from), "value"))
          .containsExactly("c");
      assertThat(source.metrics()).containsEntry("dataLoss", "1");
    }
  }

  private static Offset latest(Source source, Offset from) {
    return source.latestOffset(from, ReadLimit.ALL);
  }
}
