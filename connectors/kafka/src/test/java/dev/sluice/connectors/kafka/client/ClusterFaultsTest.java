package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kafka.testing.Broker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers, of which one at a time is killed while a query reads and writes. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class ClusterFaultsTest {
  @TempDir Path folder;

  @Test
  void eachRowIsThereOnceWhenPartitionsChangeTheirLeaders() {
    List<Broker> brokers = Broker.cluster(folder, 3);
    try {
      Broker first = brokers.get(0);
      String servers = String.join(",", brokers.stream().map(Broker::servers).toList());
      first.create("moving", 2, Map.of());
      SourceHarness harness = new SourceHarness(first, folder.resolve("checkpoint"));
      try (Source source =
              harness.open(
                  "kafka.bootstrap.servers",
                  servers,
                  "subscribe",
                  "moving",
                  "startingOffsets",
                  "earliest",
                  "kafka.isolation.level",
                  "read_committed");
          Sink sink = SinkHarness.open(servers, "moving")) {
        Offset from = source.initialOffset();
        write(sink, 0, "a", () -> {});
        // Whoever leads the partition dies between two records of one transaction.
        int leader = first.leader("moving", 0);
        Broker killed = brokers.get(leader - 1);
        write(sink, 1, "b", killed::kill);
        Offset middle = awaitRows(source, from, List.of("a1", "a2", "b1", "b2"));
        write(sink, 2, "c", () -> {});
        killed.start();
        write(sink, 3, "d", () -> {});
        awaitRows(source, middle, List.of("c1", "c2", "d1", "d2"));
        assertThat(source.latestOffset(from, ReadLimit.ALL)).isNotEqualTo(from);
      }
    } finally {
      brokers.forEach(Broker::close);
    }
  }

  private static void write(Sink sink, long epoch, String name, Runnable between) {
    try (Write write = sink.begin(epoch)) {
      Write.Part part = write.part(0);
      part.write(SinkHarness.value(name + "1"));
      part.finish();
      between.run();
      part.write(SinkHarness.value(name + "2"));
      part.finish();
      write.commit();
    }
  }

  private static Offset awaitRows(Source source, Offset from, List<String> rows) {
    return SourceHarness.news(
        source,
        from,
        to ->
            !to.equals(from)
                && SourceHarness.rows(source, from, to, "value").stream()
                    .sorted()
                    .toList()
                    .equals(rows));
  }
}
