package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.connectors.kafka.KafkaSourceType;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class KafkaSourceTest {
  private static final Broker BROKER = Broker.shared();

  @TempDir Path folder;
  private String topic = "";
  private SourceHarness harness;

  @BeforeEach
  void nameTopic(TestInfo test) {
    topic = Broker.named(test);
    harness = new SourceHarness(BROKER, folder);
  }

  private static String[] numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toArray(String[]::new);
  }

  private Offset offset(String partitions) {
    return new Offset("{\"" + topic + "\":{" + partitions + "}}");
  }

  @Test
  void givesSparksColumns() {
    BROKER.create(topic, 1);
    try (KafkaProducer<byte[], byte[]> producer = BROKER.producer("")) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, 0, 1700000000123L, "k".getBytes(), "v".getBytes());
      record.headers().add(new RecordHeader("h", "x".getBytes(StandardCharsets.UTF_8)));
      Broker.get(producer.send(record));
      Broker.get(
          producer.send(
              new ProducerRecord<>(topic, 0, 1700000000124L, (byte[]) null, (byte[]) null)));
    }
    try (Source source =
        harness.open("subscribe", topic, "startingOffsets", "earliest", "includeHeaders", "true")) {
      assertThat(source.schema().names())
          .containsExactly(
              "key",
              "value",
              "topic",
              "partition",
              "offset",
              "timestamp",
              "timestampType",
              "headers");
      assertThat(
              SourceHarness.all(
                  source,
                  "key",
                  "value",
                  "topic",
                  "partition",
                  "offset",
                  "timestamp",
                  "timestampType"))
          .containsExactly(
              "k|v|" + topic + "|0|0|1700000000123000|0",
              "null|null|" + topic + "|0|1|1700000000124000|0");
      assertThat(SourceHarness.all(source, "headers").get(1)).isEqualTo("null");
      assertThat(source.description()).isEqualTo("KafkaV2[Subscribe[" + topic + "]]");
    }
  }

  @Test
  void keepsItsStartInSparksForm() throws Exception {
    BROKER.create(topic, 2);
    BROKER.send(topic, 1, "a", "b");
    try (Source source = harness.open("subscribe", topic)) {
      assertThat(source.initialOffset()).isEqualTo(offset("\"0\":0,\"1\":2"));
    }
    BROKER.send(topic, 0, "c");
    try (Source again = harness.open("subscribe", topic)) {
      assertThat(again.initialOffset()).isEqualTo(offset("\"0\":0,\"1\":2"));
      assertThat(SourceHarness.all(again, "value")).containsExactly("c");
    }
    assertThat(Files.readAllBytes(folder.resolve("sources/0/0")))
        .isEqualTo(("\0v1\n{\"" + topic + "\":{\"0\":0,\"1\":2}}").getBytes());
  }

  @Test
  void givesTheSameRangeAsOftenAsAsked() {
    BROKER.create(topic, 2);
    BROKER.send(topic, 0, numbers(0, 10));
    BROKER.send(topic, 1, numbers(10, 20));
    Offset from = offset("\"0\":2,\"1\":0");
    Offset to = offset("\"0\":7,\"1\":5");
    try (Source source = harness.open("subscribe", topic)) {
      List<String> first = SourceHarness.rows(source, from, to, "value");
      assertThat(first).containsExactly(numbers2(2, 7, 10, 15));
      assertThat(SourceHarness.rows(source, from, to, "value")).isEqualTo(first);
    }
    try (Source other = harness.open("subscribe", topic, "maxRecordsPerPartition", "2")) {
      assertThat(SourceHarness.splits(other, from, to, valueOnly(), 1))
          .extracting(List::size)
          .containsExactly(1, 2, 2, 1, 2, 2);
      assertThat(SourceHarness.rows(other, from, to, "value"))
          .containsExactly(numbers2(2, 7, 10, 15));
    }
    try (Source other = harness.open("subscribe", topic, "minPartitions", "5")) {
      assertThat(SourceHarness.rows(other, from, to, "value"))
          .containsExactly(numbers2(2, 7, 10, 15));
    }
  }

  private static String[] numbers2(int from, int to, int from2, int to2) {
    return java.util.stream.Stream.of(numbers(from, to), numbers(from2, to2))
        .flatMap(java.util.Arrays::stream)
        .toArray(String[]::new);
  }

  private static Schema valueOnly() {
    return Schema.of(new Field("value", AtomicType.BINARY));
  }

  @Test
  void limitsABatchInProportion() {
    BROKER.create(topic, 2);
    BROKER.send(topic, 0, numbers(0, 30));
    BROKER.send(topic, 1, numbers(0, 10));
    try (Source source =
        harness.open(
            "subscribe", topic, "startingOffsets", "earliest", "maxOffsetsPerTrigger", "8")) {
      Offset from = source.initialOffset();
      Offset first = source.latestOffset(from, ReadLimit.CONFIGURED);
      assertThat(first).isEqualTo(offset("\"0\":6,\"1\":2"));
      assertThat(source.latestOffset(from, ReadLimit.ALL)).isEqualTo(offset("\"0\":30,\"1\":10"));
      assertThat(SourceHarness.rows(source, from, first, "value")).hasSize(8);
      assertThat(source.metrics())
          .containsEntry("maxOffsetsBehindLatest", "24")
          .containsEntry("minOffsetsBehindLatest", "8")
          .containsEntry("avgOffsetsBehindLatest", "16.0");
    }
  }

  @Test
  void saysThatNothingIsNew() {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, "a");
    try (Source source = harness.open("subscribe", topic, "startingOffsets", "earliest")) {
      Offset sparks = new Offset("{\"" + topic + "\" : {\"0\":1}}");
      assertThat(source.latestOffset(sparks, ReadLimit.CONFIGURED)).isSameAs(sparks);
    }
  }

  @Test
  void waitsForEnoughRecords() {
    BROKER.create(topic, 1);
    try (Source source = harness.open("subscribe", topic, "minOffsetsPerTrigger", "3")) {
      Offset from = source.initialOffset();
      BROKER.send(topic, 0, "a");
      // The first batch never waits, as in Spark.
      Offset first = source.latestOffset(from, ReadLimit.CONFIGURED);
      assertThat(first).isEqualTo(offset("\"0\":1"));
      BROKER.send(topic, 0, "b", "c");
      assertThat(source.latestOffset(first, ReadLimit.CONFIGURED)).isEqualTo(first);
      BROKER.send(topic, 0, "d");
      assertThat(SourceHarness.news(source, first)).isEqualTo(offset("\"0\":4"));
    }
  }

  @Test
  void findsNewPartitionsAndReadsThemFromTheirBegin() {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, "a");
    try (Source source = harness.open("subscribe", topic)) {
      Offset from = source.initialOffset();
      BROKER.widen(topic, 2);
      BROKER.send(topic, 1, "b");
      ((SupportsAvailableNow) source).prepareForAvailableNow();
      Offset to = source.latestOffset(from, ReadLimit.CONFIGURED);
      assertThat(to).isEqualTo(offset("\"0\":1,\"1\":1"));
      assertThat(SourceHarness.rows(source, from, to, "value")).containsExactly("b");
      BROKER.send(topic, 0, "too late");
      assertThat(source.latestOffset(to, ReadLimit.CONFIGURED)).isEqualTo(to);
    }
  }

  @Test
  void readsTopicsByPatternAndPartitionsByName() {
    BROKER.create(topic + ".a", 2);
    BROKER.create(topic + ".b", 1);
    BROKER.send(topic + ".a", 1, "a");
    BROKER.send(topic + ".b", 0, "b");
    try (Source source =
        harness.open("subscribePattern", topic + "\\..*", "startingOffsets", "earliest")) {
      assertThat(SourceHarness.all(source, "value")).containsExactly("a", "b");
    }
    SourceHarness other = new SourceHarness(BROKER, folder.resolve("other"));
    try (Source source =
        other.open("assign", "{\"" + topic + ".a\":[1]}", "startingOffsets", "earliest")) {
      assertThat(SourceHarness.all(source, "value")).containsExactly("a");
    }
  }

  @Test
  void startsAtATime() {
    BROKER.create(topic, 1);
    try (KafkaProducer<byte[], byte[]> producer = BROKER.producer("")) {
      for (long time = 1000; time < 5000; time += 1000) {
        byte[] value = Long.toString(time).getBytes();
        Broker.get(producer.send(new ProducerRecord<>(topic, 0, time, null, value)));
      }
    }
    String each = "{\"" + topic + "\":{\"0\":4000}}";
    SourceHarness table = harness.table();
    try (Source source = table.open("subscribe", topic, "startingTimestamp", "2500")) {
      assertThat(SourceHarness.all(source, "value")).containsExactly("3000", "4000");
    }
    try (Source source =
        table.open("subscribe", topic, "endingTimestamp", "2500", "endingOffsets", "latest")) {
      assertThat(SourceHarness.all(source, "value")).containsExactly("1000", "2000");
    }
    try (Source source = table.open("subscribe", topic, "startingOffsetsByTimestamp", each)) {
      assertThat(SourceHarness.all(source, "value")).containsExactly("4000");
    }
    try (Source source = table.open("subscribe", topic, "startingTimestamp", "9000")) {
      assertThatThrownBy(source::initialOffset)
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("9000")
          .hasMessageContaining("startingOffsetsByTimestampStrategy: latest");
    }
    try (Source source =
        table.open(
            "subscribe",
            topic,
            "startingTimestamp",
            "9000",
            "startingOffsetsByTimestampStrategy",
            "latest")) {
      assertThat(SourceHarness.all(source, "value")).isEmpty();
    }
  }

  @Test
  void stopsOrGoesOnWhereRecordsAgedOut() {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, numbers(0, 10));
    BROKER.forget(topic, 0, 6);
    Offset from = offset("\"0\":2");
    Offset to = offset("\"0\":10");
    try (Source source = harness.open("subscribe", topic)) {
      assertThatThrownBy(() -> SourceHarness.rows(source, from, to, "value"))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining(topic + "-0 offsets 2 to 6")
          .hasMessageContaining("failOnDataLoss");
    }
    try (Source source = harness.open("subscribe", topic, "failOnDataLoss", "false")) {
      assertThat(SourceHarness.rows(source, from, to, "value")).containsExactly(numbers(6, 10));
      assertThat(source.metrics()).containsEntry("dataLoss", "1");
    }
  }

  @Test
  void stopsOrStartsAnewWhereATopicWasMadeAnew() {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, numbers(0, 10));
    Offset from = offset("\"0\":10");
    BROKER.delete(topic);
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, "x", "y");
    try (Source source = harness.open("subscribe", topic)) {
      Offset to = source.latestOffset(from, ReadLimit.CONFIGURED);
      assertThatThrownBy(() -> SourceHarness.rows(source, from, to, "value"))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("ends at offset 2, although it was read up to 10");
    }
    try (Source source = harness.open("subscribe", topic, "failOnDataLoss", "false")) {
      Offset to = source.latestOffset(from, ReadLimit.CONFIGURED);
      assertThat(SourceHarness.rows(source, from, to, "value")).containsExactly("x", "y");
    }
  }

  @Test
  void skipsWhatWasNotCommitted() {
    BROKER.create(topic, 1);
    try (KafkaProducer<byte[], byte[]> producer = BROKER.producer(topic)) {
      producer.initTransactions();
      for (String value : List.of("a", "aborted", "b", "aborted")) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, 0, null, value.getBytes()));
        if (value.equals("aborted")) {
          producer.flush();
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
        }
      }
    }
    try (Source source =
        harness.open(
            "subscribe",
            topic,
            "startingOffsets",
            "earliest",
            "kafka.isolation.level",
            "read_committed")) {
      assertThat(SourceHarness.all(source, "value")).containsExactly("a", "b");
    }
  }

  @Test
  void decodesJsonFromTheRecordsBytes() {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, "{\"id\":1,\"name\":\"x\"}", "poison", "", "[{\"id\":2},{\"id\":3}]");
    try (KafkaProducer<byte[], byte[]> producer = BROKER.producer("")) {
      Broker.get(producer.send(new ProducerRecord<>(topic, 0, null, null)));
    }
    BROKER.send(topic, 0, "{\"id\":4,\"name\":\"y\"}");
    Schema schema =
        Schema.of(new Field("id", AtomicType.BIGINT), new Field("name", AtomicType.STRING));
    try (Source source =
        harness
            .declared(schema)
            .open("subscribe", topic, "startingOffsets", "earliest", "valueFormat", "json")) {
      assertThat(SourceHarness.all(source))
          .containsExactly("1|x", "null|null", "null|null", "2|null", "null|null", "4|y");
      assertThat(SourceHarness.all(source, "id", "_metadata").get(5))
          .startsWith("4|[null, " + topic + ", 0, 5, ");
    }
    try (Source source =
        harness.open("subscribe", topic, "valueFormat", "json", "mode", "DROPMALFORMED")) {
      assertThat(SourceHarness.rows(source, source.initialOffset(), offset("\"0\":6"), "id"))
          .contains("1", "4")
          .hasSizeLessThan(6);
    }
    try (Source source =
        harness.open("subscribe", topic, "valueFormat", "json", "mode", "FAILFAST")) {
      assertThatThrownBy(
              () -> SourceHarness.rows(source, source.initialOffset(), offset("\"0\":6"), "id"))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining(topic + "-0 offset 1: ")
          .hasMessageContaining("poison");
    }
  }

  @Test
  void decodesCsvFromTheRecordsBytes() {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, "1,a", "x,b", "", "2,\"c\nd\"", "3,e");
    Schema schema =
        Schema.of(new Field("id", AtomicType.BIGINT), new Field("name", AtomicType.STRING));
    try (Source source =
        harness
            .declared(schema)
            .open("subscribe", topic, "startingOffsets", "earliest", "valueFormat", "csv")) {
      Offset from = source.initialOffset();
      List<List<String>> whole = SourceHarness.splits(source, from, offset("\"0\":5"), schema, 100);
      assertThat(whole.get(0)).containsExactly("1|a", "null|b", "null|null", "2|c\nd", "3|e");
      assertThat(SourceHarness.splits(source, from, offset("\"0\":2"), schema, 100).get(0))
          .containsExactly("1|a", "null|b");
    }
  }

  @Test
  void tellsUnknownTopicsAndBrokersInSeconds() {
    BROKER.create(topic, 1);
    try (Source source = harness.open("subscribe", topic + "x")) {
      assertThatThrownBy(source::initialOffset)
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("there is no topic '" + topic + "x'")
          .hasMessageContaining("'" + topic + "'");
    }
    assertThatThrownBy(
            () ->
                harness.open(
                    "subscribe",
                    topic,
                    "kafka.bootstrap.servers",
                    "127.0.0.1:1",
                    "kafka.default.api.timeout.ms",
                    "2000",
                    "kafka.request.timeout.ms",
                    "1000"))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("127.0.0.1:1")
        .hasMessageContaining("within 2 seconds");
  }

  @Test
  void namesItsGroupAsOptionsSay() {
    KafkaSourceType type = new KafkaSourceType();
    Map<String, String> given = Map.of("groupIdPrefix", "orders");
    assertThat(KafkaSource.properties(Options.of(type.options(), given)).get("group.id"))
        .asString()
        .matches("orders-[0-9a-f-]{36}");
    given = Map.of("groupIdPrefix", "orders", "kafka.group.id", "mine");
    assertThat(KafkaSource.properties(Options.of(type.options(), given)))
        .containsEntry("group.id", "mine");
  }

  @Test
  void showsItsOffsetsToLagTools() throws Exception {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, "a", "b");
    try (Source source = harness.open("subscribe", topic, "offsetsGroup", "watchers")) {
      source.completed(offset("\"0\":1"));
      long shown = -1;
      long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
      while (shown < 0 && System.nanoTime() < deadline) {
        var offsets =
            Broker.get(
                BROKER
                    .admin()
                    .listConsumerGroupOffsets("watchers")
                    .partitionsToOffsetAndMetadata());
        shown = offsets.values().stream().mapToLong(o -> o.offset()).findFirst().orElse(-1);
      }
      assertThat(shown).isEqualTo(1);
    }
  }

  /** As while a batch is computed: the next one is to have all that came meanwhile. */
  @Test
  void knowsOfRecordsThatComeWhileNoneIsTaken() {
    BROKER.create(topic, 1);
    try (Source source = harness.open("subscribe", topic, "startingOffsets", "earliest")) {
      Offset from = source.initialOffset();
      for (int i = 1; i <= 12; i++) {
        BROKER.send(topic, 0, "v" + i);
        Offset to = offset("\"0\":" + i);
        SourceHarness.news(source, from, to::equals);
      }
      assertThat(SourceHarness.rows(source, from, offset("\"0\":12"), "value")).hasSize(12);
    }
  }

  @Test
  @Timeout(90)
  void tellsThatRecordsHaveCome() throws Exception {
    BROKER.create(topic, 1);
    CountDownLatch told = new CountDownLatch(1);
    try (Source source = harness.stopped().open("subscribe", topic)) {
      Offset from = source.initialOffset();
      source.onArrival(told::countDown);
      assertThat(source.latestOffset(from, ReadLimit.CONFIGURED)).isEqualTo(from);
      BROKER.send(topic, 0, "v");
      told.await();
      assertThat(source.latestOffset(from, ReadLimit.CONFIGURED)).isEqualTo(offset("\"0\":1"));
    }
  }
}
