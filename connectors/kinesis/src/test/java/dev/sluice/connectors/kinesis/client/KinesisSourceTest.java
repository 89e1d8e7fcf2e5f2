package dev.sluice.connectors.kinesis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.kinesis.testing.KinesisServer;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Against an emulator of Kinesis. */
@Timeout(300)
class KinesisSourceTest {
  private static KinesisServer server;
  private SourceHarness harness;
  private String stream;

  @BeforeAll
  static void start() {
    server = KinesisServer.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void stream(TestInfo test) {
    stream = test.getTestMethod().orElseThrow().getName();
    harness = new SourceHarness(server, stream);
    harness.shift(0);
  }

  private void put(String key, int from, int to) {
    for (int i = from; i < to; i++) {
      server.put(stream, key, key + i);
    }
  }

  private static List<String> named(String key, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> key + i).toList();
  }

  private static List<String> flat(List<List<String>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  /** Asks until so many records are there. */
  private static Offset until(Source source, Offset from, int count) {
    Offset end = source.latestOffset(from, ReadLimit.CONFIGURED);
    while (SourceHarness.rows(source, from, end).size() < count) {
      Wait.aMoment();
      end = source.latestOffset(from, ReadLimit.CONFIGURED);
    }
    return end;
  }

  @Test
  void readsRecordsWithTheirColumns() {
    server.create(stream, 1);
    put("a", 0, 5);
    try (Source source = harness.open()) {
      Offset from = source.initialOffset();
      Offset to = until(source, from, 5);
      assertThat(SourceHarness.rows(source, from, to, "partitionKey", "data", "stream", "shardId"))
          .isEqualTo(
              named("a", 0, 5).stream()
                  .map(data -> "a|" + data + "|" + stream + "|shardId-000000000000")
                  .toList());
      assertThat(SourceHarness.rows(source, from, to, "approximateArrivalTimestamp"))
          .noneMatch("null"::equals);
      assertThat(source.latestOffset(to, ReadLimit.CONFIGURED)).isEqualTo(to);
      assertThat(source.metrics()).containsEntry("maxMsBehindLatest", "0");
    }
  }

  @Test
  void startsAtThePresentOfAServerWhoseClockIsBehind() {
    server.create(stream, 1);
    put("before", 0, 3);
    harness.shiftServer(-2_000);
    try (Source source = harness.open("initialPosition", "latest")) {
      Offset from = source.initialOffset();
      do {
        // Also tells that a reader has failed.
        source.latestOffset(from, ReadLimit.CONFIGURED);
      } while (!"0".equals(source.metrics().get("maxMsBehindLatest")));
      put("after", 0, 5);
      Offset to = until(source, from, 5);
      assertThat(SourceHarness.rows(source, from, to, "data")).isEqualTo(named("after", 0, 5));
    }
  }

  @Test
  void givesTheSameRowsOfARangeInAnotherProcess() {
    server.create(stream, 2);
    for (int i = 0; i < 40; i++) {
      server.put(stream, "key" + i, "row" + i);
    }
    List<Offset> offsets;
    List<List<String>> first = new ArrayList<>();
    try (Source source = harness.open("maxRecordsPerTrigger", "7")) {
      offsets = SourceHarness.availableNow(source, source.initialOffset());
      for (int i = 1; i < offsets.size(); i++) {
        first.add(SourceHarness.rows(source, offsets.get(i - 1), offsets.get(i)));
      }
    }
    put("later", 0, 10);
    try (Source source = harness.open()) {
      for (int i = 1; i < offsets.size(); i++) {
        assertThat(SourceHarness.rows(source, offsets.get(i - 1), offsets.get(i)))
            .isEqualTo(first.get(i - 1));
      }
    }
    assertThat(flat(first)).hasSize(40).doesNotHaveDuplicates();
    assertThat(first.size()).isGreaterThanOrEqualTo(40 / 8);
  }

  @Test
  void keepsTheLimitOfABatch() {
    server.create(stream, 3);
    for (int i = 0; i < 50; i++) {
      server.put(stream, "key" + i, "row" + i);
    }
    try (Source source = harness.open("maxRecordsPerTrigger", "10")) {
      List<List<String>> batches = SourceHarness.batches(source, source.initialOffset(), "data");
      assertThat(batches).allMatch(batch -> batch.size() <= 10);
      assertThat(flat(batches)).hasSize(50).doesNotHaveDuplicates();
    }
  }

  @Test
  void latestStartsWithWhatComes() {
    server.create(stream, 1);
    put("old", 0, 3);
    harness.shift(1_000);
    try (Source source = harness.open("initialPosition", "latest")) {
      Offset from = source.initialOffset();
      assertThat(source.latestOffset(from, ReadLimit.CONFIGURED)).isEqualTo(from);
      harness.shift(2_000);
      put("new", 0, 3);
      Offset to = until(source, from, 3);
      assertThat(SourceHarness.rows(source, from, to, "data")).isEqualTo(named("new", 0, 3));
    }
  }

  @Test
  void startsAtATime() {
    server.create(stream, 1);
    put("old", 0, 3);
    long time = System.currentTimeMillis() + 5_000;
    harness.shift(10_000);
    put("new", 0, 3);
    try (Source source = harness.open("initialPosition", "{\"at_timestamp\": " + time + "}")) {
      assertThat(SourceHarness.batches(source, source.initialOffset(), "data"))
          .containsExactly(named("new", 0, 3));
    }
  }

  @Test
  void readsAShardToItsEndBeforeThoseItWasSplitInto() {
    server.create(stream, 1);
    put("k", 0, 10);
    server
        .client()
        .splitShard(
            request ->
                request
                    .streamName(stream)
                    .shardToSplit("shardId-000000000000")
                    .newStartingHashKey("170141183460469231731687303715884105728"));
    server.awaitActive(stream);
    put("k", 10, 20);
    put("other", 0, 5);
    server
        .client()
        .mergeShards(
            request ->
                request
                    .streamName(stream)
                    .shardToMerge("shardId-000000000001")
                    .adjacentShardToMerge("shardId-000000000002"));
    server.awaitActive(stream);
    put("k", 20, 30);
    try (Source source = harness.open("maxRecordsPerTrigger", "4")) {
      List<List<String>> batches =
          SourceHarness.batches(source, source.initialOffset(), "data", "shardId");
      List<String> all = flat(batches);
      assertThat(all.stream().filter(row -> row.startsWith("k")).map(row -> row.split("\\|")[0]))
          .containsExactlyElementsOf(named("k", 0, 30));
      assertThat(all).hasSize(35);
      assertThat(batches)
          .as("no batch has records of a shard and of one that goes on from it")
          .noneMatch(
              batch ->
                  batch.stream().anyMatch(row -> row.endsWith("0"))
                      && batch.stream().anyMatch(row -> !row.endsWith("0")));
      assertThat(all.get(all.size() - 1)).endsWith("shardId-000000000003");
    }
  }

  @Test
  void seesASplitWhileItRuns() {
    server.create(stream, 1);
    put("k", 0, 3);
    try (Source source = harness.open()) {
      Offset from = source.initialOffset();
      Offset to = until(source, from, 3);
      server
          .client()
          .splitShard(
              request ->
                  request
                      .streamName(stream)
                      .shardToSplit("shardId-000000000000")
                      .newStartingHashKey("170141183460469231731687303715884105728"));
      server.awaitActive(stream);
      put("k", 3, 6);
      List<String> rows = new ArrayList<>();
      while (rows.size() < 3) {
        Offset next = source.latestOffset(to, ReadLimit.CONFIGURED);
        rows.addAll(SourceHarness.rows(source, to, next, "data"));
        source.commit(next);
        to = next;
      }
      assertThat(rows).isEqualTo(named("k", 3, 6));
      assertThat(to.json()).contains("SHARD_END");
    }
  }

  @Test
  void readsBothShardsToTheirEndsBeforeTheOneTheyWereMergedInto() {
    server.create(stream, 2);
    put("k", 0, 3);
    put("other", 0, 3);
    try (Source source = harness.open()) {
      Offset from = source.initialOffset();
      Offset to = until(source, from, 6);
      server
          .client()
          .mergeShards(
              request ->
                  request
                      .streamName(stream)
                      .shardToMerge("shardId-000000000000")
                      .adjacentShardToMerge("shardId-000000000001"));
      server.awaitActive(stream);
      put("k", 3, 6);
      put("other", 3, 6);
      List<String> rows = new ArrayList<>();
      while (rows.size() < 6) {
        Offset next = source.latestOffset(to, ReadLimit.CONFIGURED);
        List<String> batch = SourceHarness.rows(source, to, next, "data");
        if (!batch.isEmpty()) {
          assertThat(to.json()).as("both had ended").containsPattern("(SHARD_END.*){2}");
        }
        rows.addAll(batch);
        source.commit(next);
        to = next;
      }
      assertThat(rows).containsExactly("k3", "k4", "k5", "other3", "other4", "other5");
    }
  }

  @Test
  void waitsWhenTooMuchWasAskedOfTheWholeAccount() {
    server.create(stream, 1);
    put("a", 0, 3);
    for (String error :
        List.of("LimitExceededException", "ProvisionedThroughputExceededException")) {
      server.control("{\"operation\": \"ListShards\", \"times\": 2, \"error\": \"" + error + "\"}");
      try (Source source = harness.open()) {
        Offset from = source.initialOffset();
        assertThat(source.retried().count()).isEqualTo(2);
        assertThat(source.retried().lastReason()).contains(error);
        assertThat(SourceHarness.rows(source, from, until(source, from, 3), "data")).hasSize(3);
      }
    }
  }

  @Test
  void goesOnWhenAnIteratorHasExpired() {
    server.create(stream, 1);
    put("a", 0, 3);
    try (Source source = harness.open()) {
      Offset from = source.initialOffset();
      Offset to = until(source, from, 3);
      harness.shift(600_000);
      put("a", 3, 6);
      Offset end = until(source, to, 3);
      assertThat(SourceHarness.rows(source, to, end, "data")).isEqualTo(named("a", 3, 6));
    }
  }

  @Test
  void waitsWhenItIsThrottledOrTheServerFails() {
    server.create(stream, 1);
    put("a", 0, 3);
    for (String error : List.of("ProvisionedThroughputExceededException", "InternalFailure")) {
      server.control("{\"operation\": \"GetRecords\", \"times\": 3, \"error\": \"" + error + "\"}");
      try (Source source = harness.open()) {
        Offset from = source.initialOffset();
        assertThat(SourceHarness.rows(source, from, until(source, from, 3), "data"))
            .isEqualTo(named("a", 0, 3));
        assertThat(source.retried().count()).isEqualTo(3);
      }
    }
  }

  @Test
  void saysThatItWasThrottledTooLong() {
    server.create(stream, 1);
    server.control(
        "{\"operation\": \"ListShards\", \"times\": 100000,"
            + " \"error\": \"ProvisionedThroughputExceededException\"}");
    try (Source source = harness.open("requestTimeout", "50ms")) {
      assertThatThrownBy(source::initialOffset)
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("listing the shards")
          .hasMessageContaining("ProvisionedThroughputExceeded");
    } finally {
      server.control("{\"operation\": \"ListShards\", \"times\": 0}");
    }
  }

  @Test
  void dataThatAreGoneAreALossUnlessItIsAllowed() {
    server.create(stream, 1);
    put("a", 0, 3);
    Offset read;
    try (Source source = harness.open()) {
      read = until(source, source.initialOffset(), 3);
    }
    put("lost", 0, 3);
    harness.shift(25 * 3_600_000L);
    put("b", 0, 3);
    try (Source source = harness.open()) {
      assertThatThrownBy(() -> source.latestOffset(read, ReadLimit.CONFIGURED))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("may be lost: it was read 25 hours ago")
          .hasMessageContaining("failOnDataLoss: false");
    }
    try (Source source = harness.open("failOnDataLoss", "false")) {
      Offset end = until(source, read, 3);
      assertThat(SourceHarness.rows(source, read, end, "data")).isEqualTo(named("b", 0, 3));
      assertThat(source.metrics()).containsEntry("dataLoss", "1");
    }
  }

  @Test
  void anIdleShardIsNotedNowAndThenSoThatNothingSeemsLost() {
    server.create(stream, 1);
    put("a", 0, 3);
    try (Source source = harness.open()) {
      Offset read = until(source, source.initialOffset(), 3);
      assertThat(source.latestOffset(read, ReadLimit.CONFIGURED)).isEqualTo(read);
      harness.shift(7 * 3_600_000L);
      Offset noted = source.latestOffset(read, ReadLimit.CONFIGURED);
      while (noted.equals(read)) {
        Wait.aMoment();
        noted = source.latestOffset(read, ReadLimit.CONFIGURED);
      }
      assertThat(SourceHarness.rows(source, read, noted)).isEmpty();
    }
  }

  @Test
  void anUnfinishedBatchWhoseRecordsAreGoneIsALoss() {
    server.create(stream, 1);
    put("a", 0, 3);
    Offset from;
    Offset to;
    try (Source source = harness.open()) {
      from = source.initialOffset();
      to = until(source, from, 3);
    }
    harness.shift(25 * 3_600_000L);
    put("b", 0, 3);
    try (Source source = harness.open()) {
      assertThatThrownBy(() -> SourceHarness.rows(source, from, to))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("unfinished batch");
    }
    try (Source source = harness.open("failOnDataLoss", "false")) {
      assertThat(SourceHarness.rows(source, from, to)).isEmpty();
    }
  }

  @Test
  void takesApartWhatTheProducerLibraryJoined() {
    server.create(stream, 1);
    server.put(stream, "a", AggregationTest.joined(List.of("k1", "k2"), List.of("one", "two")));
    server.put(stream, "b", "plain");
    try (Source source = harness.open()) {
      Offset from = source.initialOffset();
      Offset to = until(source, from, 3);
      assertThat(SourceHarness.rows(source, from, to, "partitionKey", "data"))
          .containsExactly("k1|one", "k2|two", "b|plain");
    }
  }

  @Test
  void decodesDataByTheSchema() {
    server.create(stream, 1);
    server.put(stream, "a", "{\"n\": 1}");
    server.put(stream, "a", "no json");
    server.put(stream, "b", "{\"n\": 3}");
    harness.declared(Schema.of(new Field("n", AtomicType.INT)));
    try (Source source = harness.open("valueFormat", "json", "mode", "DROPMALFORMED")) {
      Offset from = source.initialOffset();
      Offset to = until(source, from, 2);
      assertThat(SourceHarness.rows(source, from, to, "n", "_metadata"))
          .hasSize(2)
          .anyMatch(row -> row.startsWith("1|") && row.contains("a, " + stream))
          .anyMatch(row -> row.startsWith("3|") && row.contains("b, " + stream));
    }
    try (Source source = harness.open("valueFormat", "json", "mode", "FAILFAST")) {
      Offset from = source.initialOffset();
      assertThatThrownBy(() -> until(source, from, 3))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining(stream + " shardId-000000000000 record ");
    }
  }

  @Test
  void aTableHasAllThereIsEvenIfItDoesNotFitIntoMemory() {
    server.create(stream, 1);
    put("a", 0, 10);
    server
        .client()
        .splitShard(
            request ->
                request
                    .streamName(stream)
                    .shardToSplit("shardId-000000000000")
                    .newStartingHashKey("170141183460469231731687303715884105728"));
    server.awaitActive(stream);
    put("a", 10, 20);
    harness.table();
    for (String buffer : List.of("1", "1000000")) {
      try (Source source = harness.open("fetchBufferSize", buffer, "maxRecordsPerFetch", "3")) {
        assertThat(
                flat(
                    SourceHarness.read(
                        source.snapshot(), new Schema(List.of(source.schema().field(1))))))
            .isEqualTo(named("a", 0, 20));
      }
    }
  }

  @Test
  void aSmallBufferHoldsUpTheReaderAndLosesNothing() {
    server.create(stream, 2);
    for (int i = 0; i < 30; i++) {
      server.put(stream, "key" + i, "row" + i);
    }
    try (Source source = harness.open("fetchBufferSize", "1", "maxRecordsPerFetch", "2")) {
      List<List<String>> batches = SourceHarness.batches(source, source.initialOffset(), "data");
      assertThat(batches).hasSizeGreaterThan(5).allMatch(batch -> batch.size() <= 4);
      assertThat(flat(batches)).hasSize(30).doesNotHaveDuplicates();
    }
  }

  @Test
  void namesWhatCannotBeReached() {
    assertThatThrownBy(() -> harness.open())
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("there is no stream '" + stream + "' at '" + server.url() + "'");
    assertThatThrownBy(() -> harness.open("endpoint", "http://127.0.0.1:1"))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("no connection at 'http://127.0.0.1:1'");
  }

  @Test
  void anotherStreamsCheckpointIsRefused() {
    server.create(stream, 1);
    try (Source source = harness.open()) {
      assertThatThrownBy(
              () ->
                  source.latestOffset(
                      new Offset("{\"clicks\":{\"shardId-000000000000\":\"TRIM_HORIZON\"}}"),
                      ReadLimit.CONFIGURED))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("belongs to the stream [clicks]");
    }
  }
}
