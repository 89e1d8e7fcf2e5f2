package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.operators.diagnostics.PipelineException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics that are made anew while their first records are read. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class TopicMadeAnewTest {
  private static final Broker BROKER = Broker.shared();

  @TempDir Path folder;
  private String topic = "";

  @BeforeEach
  void nameTopic(TestInfo test) {
    topic = Broker.named(test);
    BROKER.create(topic, 1);
  }

  private Source open() {
    return new SourceHarness(BROKER, folder)
        .stopped()
        .open("subscribe", topic, "startingOffsets", "earliest");
  }

  private static String[] numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toArray(String[]::new);
  }

  private Offset offset(int next) {
    return new Offset("{\"" + topic + "\":{\"0\":" + next + "}}");
  }

  /** More records than before, so that only the topic's id tells. */
  private void makeAnew() {
    BROKER.delete(topic);
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, numbers(100, 107));
  }

  private static Offset extended(Source source, Offset to, Offset wanted) {
    long deadline = System.nanoTime() + 240_000_000_000L;
    Offset grown = source.extend(to);
    while (!grown.equals(wanted)) {
      assertThat(System.nanoTime()).as(grown.json()).isLessThan(deadline);
      grown = source.extend(to);
    }
    return grown;
  }

  @Test
  void whileTheFirstBatchIsOpenStopsTheQueryWhichThenBeginsAgain() {
    Offset from;
    try (Source source = open()) {
      from = source.initialOffset();
      SourceHarness.news(source, from, offset(0)::equals);
      BROKER.send(topic, 0, numbers(0, 2));
      Offset to = SourceHarness.news(source, from, offset(2)::equals);
      assertThat(SourceHarness.rows(source, from, to, "value")).containsExactly(numbers(0, 2));
      BROKER.send(topic, 0, numbers(2, 5));
      Offset grown = extended(source, to, offset(5));
      assertThat(source.splits(to, grown)).hasSize(1);
      makeAnew();
      assertThatThrownBy(source::confirm)
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("the topic '" + topic + "' is another one")
          .hasMessageContaining("read up to offset 5");
    }
    // Nothing of the batch counts.
    try (Source again = open()) {
      Offset end = again.latestOffset(from, ReadLimit.ALL);
      assertThat(SourceHarness.rows(again, from, end, "value")).containsExactly(numbers(100, 107));
    }
  }

  /** The batch's own beginning was an empty range. */
  @Test
  void whereABatchOnlyGrowsStopsTheQueryToo() {
    BROKER.send(topic, 0, numbers(0, 5));
    try (Source source = open()) {
      Offset to = offset(5);
      SourceHarness.news(source, to, to::equals);
      BROKER.send(topic, 0, "5");
      Offset grown = offset(6);
      awaitKnown(source, to);
      assertThat(extended(source, to, grown)).isEqualTo(grown);
      assertThat(source.splits(to, grown)).hasSize(1);
      makeAnew();
      assertThatThrownBy(source::confirm)
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("the topic '" + topic + "' is another one");
    }
  }

  /** The source has begun to read ahead, which is what extends batches. */
  private static void awaitKnown(Source source, Offset to) {
    SourceHarness.news(source, to);
  }

  /** What was read ahead is that of the old one. */
  @Test
  void beforeTheFirstBatchIsReadFromItsBegin() {
    BROKER.send(topic, 0, numbers(0, 5));
    try (Source source = open()) {
      Offset from = source.initialOffset();
      Offset known = SourceHarness.news(source, from, offset(5)::equals);
      // So that the fetcher, which was sent there by the first question, has them too.
      assertThat(extended(source, from, offset(5))).isEqualTo(known);
      makeAnew();
      Offset end = source.latestOffset(from, ReadLimit.CONFIGURED);
      int next = end.equals(offset(5)) ? 5 : 7;
      assertThat(SourceHarness.rows(source, from, end, "value"))
          .containsExactly(numbers(100, 100 + next));
      assertThat(source.metrics()).doesNotContainKey("dataLoss");
    }
  }
}
