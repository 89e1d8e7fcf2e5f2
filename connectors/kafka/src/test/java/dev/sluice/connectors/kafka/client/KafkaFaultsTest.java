package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.ContinuousReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SupportsContinuous;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can happen to topics, records and runs. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class KafkaFaultsTest {
  private static final Broker BROKER = Broker.shared();

  @TempDir Path checkpoint;
  private String topic = "";

  @BeforeEach
  void nameTopic(TestInfo test) {
    topic = Broker.named(test);
  }

  private SourceHarness harness() {
    return new SourceHarness(BROKER, checkpoint);
  }

  private static String[] numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toArray(String[]::new);
  }

  private Offset offset(String partitions) {
    return new Offset("{\"" + topic + "\":{" + partitions + "}}");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void aRunThatWasLeftBehindCannotCommit(long epoch) {
    BROKER.create(topic, 1);
    try (Sink zombie = SinkHarness.open(BROKER.servers(), topic)) {
      for (long before = 0; before < epoch; before++) {
        try (Write write = zombie.begin(before)) {
          write.part(0).write(SinkHarness.value("done"));
          write.commit();
        }
      }
      // Batches alternate between two ids: each of them is fenced.
      Write open = zombie.begin(epoch);
      Write.Part part = open.part(0);
      part.write(SinkHarness.value("zombie"));
      part.finish();
      try (Sink successor = SinkHarness.open(BROKER.servers(), topic)) {
        assertThat(successor.lastEpoch()).isEqualTo(epoch - 1);
        assertThatThrownBy(open::commit)
            .isInstanceOf(PipelineException.class)
            .hasMessageContaining("another run of this query has taken over");
        open.close();
        try (Write write = successor.begin(epoch)) {
          write.part(0).write(SinkHarness.value("successor"));
          write.commit();
        }
      }
    }
    assertThat(BROKER.values(topic)).doesNotContain("zombie").contains("successor");
  }

  @Test
  void batchesOfBothIdsAreRememberedInOrder() {
    BROKER.create(topic, 2);
    for (long epoch = 0; epoch < 5; epoch++) {
      try (Sink sink = SinkHarness.open(BROKER.servers(), topic)) {
        assertThat(sink.lastEpoch()).isEqualTo(epoch - 1);
        for (long again = Math.max(0, epoch - 2); again <= epoch; again++) {
          try (Write write = sink.begin(again)) {
            write.part(0).write(SinkHarness.value("e" + again));
            write.commit();
          }
        }
      }
    }
    assertThat(BROKER.values(topic)).containsExactlyInAnyOrder("e0", "e1", "e2", "e3", "e4");
  }

  @Test
  void aTopicThatIsDeletedStopsTheQueryOrIsLeftOut() {
    BROKER.create(topic, 1);
    BROKER.create(topic + "-other", 1);
    BROKER.send(topic, 0, numbers(0, 3));
    Offset both = new Offset("{\"" + topic + "\":{\"0\":3},\"" + topic + "-other\":{\"0\":0}}");
    String[] reads = {"subscribePattern", topic + ".*", "startingOffsets", "earliest"};
    List<String> goesOn = new ArrayList<>(List.of(reads));
    goesOn.addAll(List.of("failOnDataLoss", "false"));
    try (Source strict = harness().open(reads);
        Source tolerant = harness().open(goesOn.toArray(String[]::new))) {
      // Both have seen the topic before it goes.
      assertThat(strict.latestOffset(both, ReadLimit.ALL)).isEqualTo(both);
      assertThat(tolerant.latestOffset(both, ReadLimit.ALL)).isEqualTo(both);
      BROKER.delete(topic);
      BROKER.send(topic + "-other", 0, "x");
      Offset left = new Offset("{\"" + topic + "-other\":{\"0\":1}}");
      SourceHarness.news(strict, both, left::equals);
      assertThatThrownBy(() -> SourceHarness.rows(strict, both, left, "value"))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("partitions [" + topic + "-0] are gone");
      SourceHarness.news(tolerant, both, left::equals);
      assertThat(SourceHarness.rows(tolerant, both, left, "value")).containsExactly("x");
      assertThat(tolerant.metrics()).containsEntry("dataLoss", "1");
    }
  }

  /** As many records as before and more: only the topic's own id tells it from the old one. */
  private void makeAnew() {
    BROKER.delete(topic);
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, numbers(100, 107));
  }

  /**
   * With a clock that stands still the topics are not looked at once a second: what a batch reads
   * is right without.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTopicThatIsMadeAnewWhileItIsReadIsReadFromItsBegin(boolean stopped) {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, numbers(0, 5));
    SourceHarness harness = stopped ? harness().stopped() : harness();
    try (Source source =
        harness.open(
            "subscribe", topic, "startingOffsets", "earliest", "failOnDataLoss", "false")) {
      Offset from = source.initialOffset();
      Offset to = source.latestOffset(from, ReadLimit.CONFIGURED);
      assertThat(SourceHarness.rows(source, from, to, "value")).containsExactly(numbers(0, 5));
      makeAnew();
      Offset end = offset("\"0\":7");
      if (stopped) {
        assertThat(source.latestOffset(to, ReadLimit.ALL)).isEqualTo(end);
      } else {
        SourceHarness.news(source, to, end::equals);
      }
      assertThat(SourceHarness.rows(source, to, end, "value")).containsExactly(numbers(100, 107));
      BROKER.send(topic, 0, "107");
      Offset next = SourceHarness.news(source, end);
      assertThat(SourceHarness.rows(source, end, next, "value")).containsExactly("107");
      assertThat(source.metrics()).containsEntry("dataLoss", "1");
    }
  }

  @Test
  void aTopicThatIsMadeAnewWhileItIsReadStopsTheQuery() {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, numbers(0, 5));
    try (Source source =
        harness().stopped().open("subscribe", topic, "startingOffsets", "earliest")) {
      Offset from = source.initialOffset();
      Offset to = source.latestOffset(from, ReadLimit.CONFIGURED);
      assertThat(SourceHarness.rows(source, from, to, "value")).containsExactly(numbers(0, 5));
      makeAnew();
      Offset end = source.latestOffset(to, ReadLimit.ALL);
      assertThat(end).isEqualTo(offset("\"0\":7"));
      assertThatThrownBy(() -> SourceHarness.rows(source, to, end, "value"))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("the topic '" + topic + "' is another one")
          .hasMessageContaining("failOnDataLoss: false");
    }
  }

  /** Also one that holds just as many records, so that there seems to be nothing new. */
  @Test
  void aTopicThatIsMadeAnewWithAsManyRecordsStopsTheQuery() {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, numbers(0, 5));
    try (Source source = harness().open("subscribe", topic)) {
      Offset to = source.latestOffset(offset("\"0\":0"), ReadLimit.ALL);
      assertThat(to).isEqualTo(offset("\"0\":5"));
      BROKER.delete(topic);
      BROKER.create(topic, 1);
      BROKER.send(topic, 0, numbers(100, 105));
      assertThatThrownBy(() -> SourceHarness.news(source, to))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("the topic '" + topic + "' is another one");
    }
  }

  @Test
  void aTopicThatIsMadeAnewBetweenRunsIsReadFromItsBegin() {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, numbers(0, 5));
    String[] options = {
      "subscribe", topic, "startingOffsets", "earliest", "failOnDataLoss", "false"
    };
    Offset from;
    Offset to;
    try (Source source = harness().open(options)) {
      from = source.initialOffset();
      to = source.latestOffset(from, ReadLimit.ALL);
      assertThat(SourceHarness.rows(source, from, to, "value")).containsExactly(numbers(0, 5));
    }
    makeAnew();
    try (Source strict = harness().open("subscribe", topic)) {
      assertThatThrownBy(() -> strict.latestOffset(to, ReadLimit.ALL))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("the topic '" + topic + "' is another one");
    }
    Offset end;
    try (Source source = harness().open(options)) {
      end = source.latestOffset(to, ReadLimit.ALL);
      assertThat(SourceHarness.rows(source, to, end, "value")).containsExactly(numbers(100, 107));
    }
    // The batch comes again, as after a crash, and is not told of again; then another one.
    BROKER.send(topic, 0, numbers(107, 109));
    try (Source source = harness().open("subscribe", topic)) {
      assertThat(SourceHarness.rows(source, to, end, "value")).containsExactly(numbers(100, 107));
      Offset next = source.latestOffset(end, ReadLimit.ALL);
      assertThat(SourceHarness.rows(source, end, next, "value")).containsExactly(numbers(107, 109));
      assertThat(source.metrics()).doesNotContainKey("dataLoss");
    }
  }

  @Test
  void offsetsThatComeBackToWhereTheOldTopicWasLeftAreReadOnFromThere() {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, numbers(0, 5));
    String[] options = {
      "subscribe", topic, "startingOffsets", "earliest", "failOnDataLoss", "false"
    };
    Offset left;
    Offset end = offset("\"0\":6");
    try (Source source = harness().open(options)) {
      Offset from = source.initialOffset();
      left = source.latestOffset(from, ReadLimit.ALL);
      assertThat(SourceHarness.rows(source, from, left, "value")).containsExactly(numbers(0, 5));
      BROKER.delete(topic);
      BROKER.create(topic, 1);
      BROKER.send(topic, 0, numbers(100, 103));
      Offset anew = offset("\"0\":3");
      SourceHarness.news(source, left, anew::equals);
      assertThat(SourceHarness.rows(source, left, anew, "value"))
          .containsExactly(numbers(100, 103));
      BROKER.send(topic, 0, numbers(103, 105));
      SourceHarness.news(source, anew, left::equals);
      assertThat(SourceHarness.rows(source, anew, left, "value"))
          .containsExactly(numbers(103, 105));
      BROKER.send(topic, 0, "105");
      SourceHarness.news(source, left, end::equals);
      assertThat(SourceHarness.rows(source, left, end, "value")).containsExactly("105");
    }
    try (Source source = harness().open(options)) {
      assertThat(source.latestOffset(left, ReadLimit.ALL)).isEqualTo(end);
      assertThat(SourceHarness.rows(source, left, end, "value")).containsExactly("105");
    }
  }

  @Test
  void aTopicMadeAnewOfWhichNothingWasReadIsNoLoss() {
    BROKER.create(topic, 1);
    Offset none = offset("\"0\":0");
    try (Source source =
        harness().stopped().open("subscribe", topic, "startingOffsets", "earliest")) {
      assertThat(source.latestOffset(source.initialOffset(), ReadLimit.ALL)).isEqualTo(none);
      makeAnew();
      Offset end = source.latestOffset(none, ReadLimit.ALL);
      assertThat(SourceHarness.rows(source, none, end, "value")).containsExactly(numbers(100, 107));
      source.confirm();
      assertThat(source.metrics()).doesNotContainKey("dataLoss");
    }
  }

  @Test
  void readsWithoutEndFromTheBeginOfATopicThatWasMadeAnewBetweenRuns() throws Exception {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, numbers(0, 5));
    try (Source source = harness().open("subscribe", topic, "startingOffsets", "earliest");
        ContinuousReader reader =
            ((SupportsContinuous) source).readers(Offset.NONE, values(source)).get(0)) {
      assertThat(take(reader, 5)).containsExactly(numbers(0, 5));
    }
    makeAnew();
    Offset before = offset("\"0\":5");
    try (Source strict = harness().open("subscribe", topic)) {
      assertThatThrownBy(() -> ((SupportsContinuous) strict).readers(before, values(strict)))
          .hasMessageContaining("the topic '" + topic + "' is another one");
    }
    try (Source source = harness().open("subscribe", topic, "failOnDataLoss", "false");
        ContinuousReader reader =
            ((SupportsContinuous) source).readers(before, values(source)).get(0)) {
      assertThat(take(reader, 7)).containsExactly(numbers(100, 107));
    }
  }

  @Test
  void waitsNoLongerForEnoughRecordsThanItMay() {
    BROKER.create(topic, 1);
    try (Source source =
        harness()
            .open("subscribe", topic, "minOffsetsPerTrigger", "100", "maxTriggerDelay", "1ms")) {
      Offset from = source.initialOffset();
      BROKER.send(topic, 0, "a");
      Offset first = SourceHarness.news(source, from);
      BROKER.send(topic, 0, "b");
      assertThat(SourceHarness.news(source, first)).isEqualTo(offset("\"0\":2"));
    }
  }

  @Test
  void givesUpAskingAfterAsManyRetriesAsItIsTold() {
    try (Broker lone = new Broker(checkpoint.resolve("broker"))) {
      lone.create(topic, 1);
      try (Source source =
          new SourceHarness(lone, checkpoint)
              .open(
                  "subscribe",
                  topic,
                  "fetchOffset.numRetries",
                  "1",
                  "fetchOffset.retryIntervalMs",
                  "1",
                  // Without the option it would wait for as long as this.
                  "kafkaConsumer.pollTimeoutMs",
                  "3600000")) {
        Offset from = source.initialOffset();
        lone.kill();
        assertThatThrownBy(() -> source.latestOffset(from, ReadLimit.ALL))
            .isInstanceOf(PipelineException.class)
            .hasMessageContaining("no answer from the Kafka brokers");
      }
    }
  }

  @Test
  void aRecordOfTenMegabytesGoesThroughAndOneThatIsTooLongIsTold() {
    BROKER.create(topic, 1, Map.of("max.message.bytes", "12000000"));
    String large = "x".repeat(10_000_000);
    try (Sink small = SinkHarness.open(BROKER.servers(), topic);
        Write write = small.begin(0)) {
      assertThatThrownBy(
              () -> {
                write.part(0).write(SinkHarness.value(large));
                write.commit();
              })
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("kafka.max.request.size");
    }
    try (Sink sink =
            SinkHarness.open(BROKER.servers(), topic, "kafka.max.request.size", "11000000");
        Write write = sink.begin(0)) {
      write.part(0).write(SinkHarness.value(large));
      write.commit();
    }
    try (Source source = harness().open("subscribe", topic, "startingOffsets", "earliest")) {
      assertThat(SourceHarness.all(source, "value")).containsExactly(large);
    }
  }

  private static ScanRequest values(Source source) {
    int value = source.schema().indexesOf("value").get(0);
    return new ScanRequest(Schema.of(source.schema().field(value)), List.of(), 100);
  }

  private static List<String> take(ContinuousReader reader, int count) throws IOException {
    List<String> rows = new ArrayList<>();
    while (rows.size() < count) {
      Batch batch = reader.next(100);
      for (int row = 0; batch != null && row < batch.rows(); row++) {
        rows.add(((BytesColumn) batch.column(0).flatten()).string(row));
      }
    }
    return rows;
  }

  @Test
  void readsWithoutEndAndKnowsHowFarItCame() throws Exception {
    BROKER.create(topic, 2);
    BROKER.send(topic, 0, numbers(0, 10));
    try (Source source = harness().open("subscribe", topic, "startingOffsets", "earliest")) {
      SupportsContinuous endless = (SupportsContinuous) source;
      List<ContinuousReader> readers = endless.readers(Offset.NONE, values(source));
      assertThat(take(readers.get(0), 10)).containsExactly(numbers(0, 10));
      assertThat(readers.get(1).next(1)).isNull();
      BROKER.send(topic, 1, "x");
      assertThat(take(readers.get(1), 1)).containsExactly("x");
      List<String> positions = readers.stream().map(ContinuousReader::position).toList();
      assertThat(endless.merge(positions)).isEqualTo(offset("\"0\":10,\"1\":1"));
      assertThat(source.metrics()).containsEntry("maxOffsetsBehindLatest", "0");
      assertThat(endless.needsReconfiguration()).isFalse();
      for (ContinuousReader reader : readers) {
        reader.close();
      }
    }
  }

  @Test
  void readsOnWithoutEndWhereRecordsAgedOutOrStops() throws Exception {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, numbers(0, 10));
    BROKER.forget(topic, 0, 6);
    try (Source source = harness().open("subscribe", topic, "failOnDataLoss", "false");
        ContinuousReader reader =
            ((SupportsContinuous) source).readers(offset("\"0\":2"), values(source)).get(0)) {
      assertThat(take(reader, 4)).containsExactly(numbers(6, 10));
      assertThat(source.metrics()).containsEntry("dataLoss", "1");
    }
    try (Source source = harness().open("subscribe", topic);
        ContinuousReader reader =
            ((SupportsContinuous) source).readers(offset("\"0\":2"), values(source)).get(0)) {
      assertThatThrownBy(() -> take(reader, 1))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("offsets 2 to 6 are lost");
    }
  }
}
