package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.ContinuousReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SupportsContinuous;
import dev.sluice.connectors.kafka.testing.Broker;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a source says and asks while it has nothing to read, or not enough. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class IdleSourceTest {
  private static final Broker BROKER = Broker.shared();

  @TempDir Path folder;
  private String topic = "";
  private SourceHarness harness;

  @BeforeEach
  void nameTopic(TestInfo test) {
    topic = Broker.named(test);
    harness = new SourceHarness(BROKER, folder);
  }

  private Offset offset(String partitions) {
    return new Offset("{\"" + topic + "\":{" + partitions + "}}");
  }

  /** As beside another source, whose rows make the first batches after a restart. */
  @Test
  void isNotBehindBecauseItHasNotReadYet() {
    BROKER.create(topic, 1);
    BROKER.send(topic, 0, "a", "b", "c");
    try (Source source = harness.open("subscribe", topic)) {
      Offset end = offset("\"0\":3");
      assertThat(source.latestOffset(end, ReadLimit.CONFIGURED)).isEqualTo(end);
      assertThat(source.backlog().orElseThrow().count()).isZero();
      assertThat(source.metrics())
          .containsEntry("maxOffsetsBehindLatest", "0")
          .containsEntry("minOffsetsBehindLatest", "0");
      BROKER.send(topic, 0, "d");
      SourceHarness.news(source, end);
      assertThat(source.backlog().orElseThrow().count()).isEqualTo(1);
    }
  }

  private long questions() throws Exception {
    Object total =
        ManagementFactory.getPlatformMBeanServer()
            .getAttribute(
                new ObjectName("kafka.admin.client:type=admin-client-metrics,client-id=" + topic),
                "request-total");
    return ((Double) total).longValue();
  }

  @Test
  void asksForNoTopicsWhileABatchIsPutOff() throws Exception {
    BROKER.create(topic, 1);
    try (Source source =
        harness
            .stopped()
            .open(
                "subscribe",
                topic,
                "minOffsetsPerTrigger",
                "100",
                "kafka.client.id",
                topic,
                "kafka.metric.reporters",
                "org.apache.kafka.common.metrics.JmxReporter")) {
      Offset from = source.initialOffset();
      BROKER.send(topic, 0, "a");
      // The first batch never waits.
      Offset first = SourceHarness.news(source, from);
      SourceHarness.rows(source, from, first, "value");
      BROKER.send(topic, 0, "b", "c");
      SourceHarness.news(
          source,
          first,
          any -> offset("\"0\":3").json().equals(source.metrics().get("latestOffset")));
      long before = questions();
      for (int poll = 0; poll < 200; poll++) {
        assertThat(source.latestOffset(first, ReadLimit.CONFIGURED)).isEqualTo(first);
      }
      assertThat(questions() - before).isLessThan(20);
    }
  }

  private static List<Thread> fetchers(String topic) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("sluice-kafka-" + topic + "-0"))
        .toList();
  }

  @Test
  void letsGoOfPartitionsThatAreGoneAlsoWithoutEnd() throws Exception {
    String other = topic + "-other";
    BROKER.create(topic, 1);
    BROKER.create(other, 1);
    try (Source source =
        harness.open("subscribePattern", topic + ".*", "failOnDataLoss", "false")) {
      SupportsContinuous endless = (SupportsContinuous) source;
      ScanRequest request = new ScanRequest(source.schema(), List.of(), 10);
      List<ContinuousReader> readers = endless.readers(Offset.NONE, request);
      assertThat(readers).hasSize(2);
      List<Thread> gone = fetchers(other);
      assertThat(gone).hasSize(1);
      BROKER.delete(other);
      long deadline = System.nanoTime() + 240_000_000_000L;
      while (!endless.needsReconfiguration()) {
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
      List<String> positions = readers.stream().map(ContinuousReader::position).toList();
      Offset end = endless.merge(positions);
      for (ContinuousReader reader : readers) {
        reader.close();
      }
      List<ContinuousReader> left = endless.readers(end, request);
      assertThat(left).hasSize(1);
      for (Thread thread : gone) {
        thread.join(120_000);
        assertThat(thread.isAlive()).isFalse();
      }
      assertThat(fetchers(topic)).hasSize(1);
      for (ContinuousReader reader : left) {
        reader.close();
      }
    }
  }
}
