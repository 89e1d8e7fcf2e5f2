package dev.sluice.connectors.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateSourceTest {
  @TempDir Path folder;
  private long now = 1_000_000;

  private final Clock clock =
      new Clock() {
        @Override
        public long millis() {
          return now;
        }

        @Override
        public long nanos() {
          return now * 1_000_000;
        }

        @Override
        public void sleep(long millis) {
          now += millis;
        }
      };

  private SourceContext context() {
    LocalFileStore local = new LocalFileStore();
    return new SourceContext(
        "r", any -> local, clock, folder + "/sources/0", folder.toString(), 2, Session.DEFAULT);
  }

  private Source rate(Map<String, String> options) {
    RateSourceType type = new RateSourceType();
    return type.open(Options.of(type.options(), options), Optional.empty(), context());
  }

  private Source rateMicroBatch(Map<String, String> options) {
    RateMicroBatchSourceType type = new RateMicroBatchSourceType();
    return type.open(Options.of(type.options(), options), Optional.empty(), context());
  }

  /** Each row as {@code value@milliseconds}, split by split. */
  private static List<List<String>> rows(Source source, Offset from, Offset to) throws IOException {
    List<List<String>> splits = new ArrayList<>();
    for (Split split : source.splits(from, to)) {
      List<String> rows = new ArrayList<>();
      try (BatchReader reader = split.open(new ScanRequest(source.schema(), List.of(), 2))) {
        for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
          assertThat(batch.rows()).isLessThanOrEqualTo(2);
          for (int i = 0; i < batch.rows(); i++) {
            long micros = ((LongColumn) batch.column(0)).get(i);
            rows.add(batch.column(1).value(i) + "@" + micros / 1000);
          }
        }
      }
      splits.add(rows);
    }
    return splits;
  }

  @Test
  void rampUpGivesSparksValues() {
    assertThat(LongStream.range(0, 7).map(s -> RateSource.valueBefore(s, 10, 4)))
        .containsExactly(0L, 2L, 6L, 12L, 20L, 30L, 40L);
    assertThat(LongStream.range(0, 4).map(s -> RateSource.valueBefore(s, 5, 0)))
        .containsExactly(0L, 5L, 10L, 15L);
  }

  @Test
  void countsWholeSecondsSinceTheFirstStartOfTheQuery() throws IOException {
    Source source = rate(Map.of("rowsPerSecond", "4"));
    Offset zero = source.initialOffset();
    assertThat(source.latestOffset(zero, ReadLimit.CONFIGURED)).isEqualTo(new Offset("0"));
    assertThat(folder.resolve("sources/0/0")).hasContent("v1\n1000000");
    now += 1_999;
    assertThat(source.latestOffset(zero, ReadLimit.CONFIGURED)).isEqualTo(new Offset("1"));
    now += 5_000;
    Source restarted = rate(Map.of("rowsPerSecond", "4"));
    assertThat(restarted.latestOffset(new Offset("1"), ReadLimit.CONFIGURED))
        .isEqualTo(new Offset("6"));
  }

  @Test
  void clockSetBackTakesNothingBack() {
    Source source = rate(Map.of());
    source.latestOffset(source.initialOffset(), ReadLimit.CONFIGURED);
    now += 10_000;
    Offset ten = source.latestOffset(source.initialOffset(), ReadLimit.CONFIGURED);
    now -= 3_600_000;
    assertThat(source.latestOffset(ten, ReadLimit.CONFIGURED)).isEqualTo(ten);
  }

  @Test
  void dealsARangeOutInTurnWithTimesSpreadEvenly() throws IOException {
    Source source = rate(Map.of("rowsPerSecond", "3", "numPartitions", "2"));
    source.latestOffset(source.initialOffset(), ReadLimit.CONFIGURED);
    assertThat(rows(source, new Offset("1"), new Offset("3")))
        .containsExactly(
            List.of("3@1001000", "5@1001667", "7@1002333"),
            List.of("4@1001333", "6@1002000", "8@1002667"));
  }

  @Test
  void damagedStartNamesTheFile() throws IOException {
    Files.createDirectories(folder.resolve("sources/0"));
    Files.writeString(folder.resolve("sources/0/0"), "v1\n");
    Source source = rate(Map.of());
    assertThatThrownBy(() -> source.latestOffset(source.initialOffset(), ReadLimit.CONFIGURED))
        .hasMessageContaining("sources/0/0");
  }

  @Test
  void microBatchesAreTheSameInEveryRun() throws IOException {
    Source source = rateMicroBatch(Map.of("rowsPerBatch", "3", "startTimestamp", "50"));
    Offset start = source.initialOffset();
    Offset first = source.latestOffset(start, ReadLimit.CONFIGURED);
    Offset second = source.latestOffset(first, ReadLimit.CONFIGURED);
    assertThat(second).isEqualTo(new Offset("{\"offset\":6,\"timestamp\":2050}"));
    assertThat(rows(source, first, second))
        .containsExactly(List.of("3@1050", "5@1050"), List.of("4@1050"));
    assertThat(source.description())
        .isEqualTo(
            "RatePerMicroBatchStream[rowsPerBatch=3, numPartitions=2, startTimestamp=50,"
                + " advanceMsPerBatch=1000]");
    assertThat(source.backlog()).contains(new Source.Backlog(3, "rows"));
  }

  @Test
  void availableNowIsOneMicroBatch() {
    Source source = rateMicroBatch(Map.of("rowsPerBatch", "3"));
    ((SupportsAvailableNow) source).prepareForAvailableNow();
    Offset end = source.latestOffset(source.initialOffset(), ReadLimit.CONFIGURED);
    assertThat(source.latestOffset(end, ReadLimit.CONFIGURED)).isEqualTo(end);
    assertThat(source.backlog()).contains(new Source.Backlog(0, "rows"));
  }
}
