package dev.sluice.operators.operator;

import static dev.sluice.operators.data.AtomicType.BIGINT;
import static dev.sluice.operators.data.AtomicType.TIMESTAMP;
import static dev.sluice.operators.operator.TestPlans.row;
import static dev.sluice.operators.operator.TestPlans.schema;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.spill.SpillPlace;
import dev.sluice.operators.spill.SpilledEntries;
import dev.sluice.operators.spill.SpilledState;
import dev.sluice.operators.state.StateStore;
import dev.sluice.operators.step.StepHarness;
import dev.sluice.operators.step.TransformWithStateStep;
import dev.sluice.operators.step.WatermarkStep;
import dev.sluice.operators.testing.TreeLocalStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a fold whose states lie beyond the heap holds in it, and what it leaves by time. */
@NullMarked
class FoldPartitionTest {
  private static final Schema SCHEMA = schema("k", BIGINT, "ts", TIMESTAMP);
  private static final long SECOND = 1_000_000L;
  private static final long HELD = 256 << 10;

  private final TreeLocalStore store = new TreeLocalStore();
  private final List<List<@Nullable Object>> out = new ArrayList<>();
  private int mostKeys;
  private long mostBytes;
  private long logged;
  private long lastSecond;

  private static FoldPartition partition(Map<String, Object> more) {
    StepHarness steps = new StepHarness(SCHEMA);
    steps.over(steps.plan(new WatermarkStep(), Map.of("column", "ts", "delay", "0 seconds")));
    Map<String, Object> value = new TreeMap<>(more);
    value.put("keys", List.of("k"));
    value.putIfAbsent("state", Map.of("n", "bigint", "at", "timestamp"));
    value.putIfAbsent("update", Map.of("n", "coalesce(state.n, 0) + 1", "at", "row.ts"));
    Rel rel = steps.plan(new TransformWithStateStep(), value);
    assertThat(steps.problems()).isEmpty();
    return new FoldPartition(new TransformWithStatePlan((Rel.TransformWithState) rel));
  }

  private static Map<String, Object> timeout(String update) {
    Map<String, Object> then =
        new TreeMap<>(Map.of("emit", Map.of("select", List.of("key.k", "state.n"))));
    if (update.isEmpty()) {
      then.put("remove", "true");
    } else {
      then.put("update", Map.of("n", update));
    }
    return Map.of(
        "timeout", Map.of("eventTime", "state.at + INTERVAL 1 MINUTE"), "onTimeout", then);
  }

  private SpilledState spilled(FoldPartition partition, long held) throws IOException {
    SpillPlace place = new SpillPlace(store, 0, 0, partition.stateSchema(), 1, held);
    SpilledState spilled = partition.spill(place).orElseThrow();
    spilled.restored();
    return spilled;
  }

  /** Runs and commits an epoch at so many seconds of both clocks. */
  private void epoch(FoldPartition partition, SpilledState spilled, long second, Batch... rows) {
    lastSecond = second;
    WorkerContext worker = new WorkerContext(0);
    Epoch epoch = new Epoch(second, second * 1000, second * 1000, second * 1000);
    worker.begin(epoch);
    partition.begin(epoch);
    Emitter counting =
        batch -> {
          mostKeys = Math.max(mostKeys, partition.table().size());
          mostBytes = Math.max(mostBytes, partition.memoryBytes());
          out.addAll(TestPlans.rows(List.of(batch)));
        };
    partition.take(List.of(), new ArrayList<>(List.of(rows)), worker.evaluation, counting);
    partition.end(worker.evaluation, counting);
    for (StateStore.Change change : spilled.take()) {
      logged += change.rows().rows();
    }
    spilled.committed();
  }

  private static Batch keys(long from, long to, long second) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (long key = from; key < to; key++) {
      rows.add(row(key, second * SECOND));
    }
    return TestPlans.batch(SCHEMA, rows);
  }

  /** How many entries by time there are that the last epoch has left to come. */
  private int entries() {
    byte[] prefix = {0, 0, 0, 0, 't'};
    try {
      return SpilledEntries.count(store, prefix, lastSecond * SECOND - 999);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void keysThatAreDueAtOnceComeIntoTheHeapAPieceAtATime() throws IOException {
    FoldPartition partition = partition(timeout(""));
    SpilledState spilled = spilled(partition, HELD);
    for (long from = 0; from < 60_000; from += 4000) {
      epoch(partition, spilled, 1, keys(from, from + 4000, 10));
    }
    assertThat(spilled.size()).isEqualTo(60_000);
    logged = 0;
    epoch(partition, spilled, 1000);
    assertThat(out).hasSize(60_000).doesNotHaveDuplicates();
    assertThat(mostKeys).isBetween(1000, 12_000);
    assertThat(spilled.size()).isZero();
    assertThat(logged).isEqualTo(60_000);
    assertThat(partition.changedCount()).isEqualTo(60_000);
    assertThat(partition.removedCount()).isEqualTo(60_000);
    assertThat(entries()).isZero();
  }

  @Test
  void statesThatStayAfterTheirTimeAreWrittenAPieceAtATime() throws IOException {
    FoldPartition partition = partition(timeout("state.n + 100"));
    SpilledState spilled = spilled(partition, HELD);
    for (long from = 0; from < 60_000; from += 4000) {
      epoch(partition, spilled, 1, keys(from, from + 4000, 10));
    }
    epoch(partition, spilled, 1000);
    assertThat(out).hasSize(60_000).doesNotHaveDuplicates();
    assertThat(mostKeys).isBetween(1000, 12_000);
    assertThat(spilled.size()).isEqualTo(60_000);
    // They wait for nothing any more.
    assertThat(entries()).isZero();
    epoch(partition, spilled, 2000);
    assertThat(out).hasSize(60_000);
  }

  @Test
  void keysOfOneBatchComeIntoTheHeapAShareAtATime() throws IOException {
    Map<String, Object> value = new TreeMap<>(timeout(""));
    value.put("emit", Map.of("each", "batch", "select", List.of("key.k", "state.n")));
    FoldPartition partition = partition(value);
    SpilledState spilled = spilled(partition, HELD);
    List<Batch> rows = new ArrayList<>();
    for (long from = 0; from < 60_000; from += 4000) {
      rows.add(keys(from, from + 4000, 10));
    }
    rows.add(keys(10_000, 14_000, 11));
    epoch(partition, spilled, 1, rows.toArray(Batch[]::new));
    assertThat(mostKeys).isBetween(100, 12_000);
    assertThat(out).hasSize(60_000).doesNotHaveDuplicates();
    assertThat(out).contains(row(9_999L, 1L), row(10_000L, 2L), row(59_999L, 1L));
    assertThat(spilled.size()).isEqualTo(60_000);
    assertThat(logged).isEqualTo(60_000);
    assertThat(entries()).isEqualTo(60_000);
    out.clear();
    epoch(partition, spilled, 2, rows.toArray(Batch[]::new));
    assertThat(out).contains(row(9_999L, 2L), row(10_000L, 4L)).hasSize(60_000);
    assertThat(spilled.size()).isEqualTo(60_000);
    assertThat(entries()).isEqualTo(60_000);
  }

  /** States of a thousand bytes: a kilobyte of texts in an array, in a map, or one text. */
  private static Map<String, Object> large(String type) {
    String kilobyte = "repeat(chr(97 + CAST(key.k % 26 AS INT)), 1000)";
    String update =
        switch (type) {
          case "string" -> kilobyte;
          case "array<string>" -> "array(substr(" + kilobyte + ", 1, 500), repeat('y', 500))";
          default -> "map('a', " + kilobyte + ")";
        };
    Map<String, Object> value = new TreeMap<>(timeout(""));
    value.put("state", Map.of("n", "bigint", "at", "timestamp", "last", type));
    value.put("update", Map.of("n", "coalesce(state.n, 0) + 1", "at", "row.ts", "last", update));
    value.put("emit", Map.of("each", "batch", "select", List.of("key.k", "state.n")));
    return value;
  }

  @ParameterizedTest
  @ValueSource(strings = {"string", "array<string>", "map<string,string>"})
  void whatStatesHoldCountsByItsBytes(String type) throws IOException {
    FoldPartition partition = partition(large(type));
    SpilledState spilled = spilled(partition, HELD);
    // Few enough in each batch to fit, were they numbers.
    for (long from = 0; from < 12_000; from += 2000) {
      epoch(partition, spilled, 1, keys(from, from + 2000, 10));
    }
    assertThat(spilled.size()).isEqualTo(12_000);
    // All but the first, of which nothing was known.
    mostKeys = 0;
    epoch(partition, spilled, 1, keys(0, 2000, 10), keys(5000, 9000, 10));
    assertThat(out).hasSize(18_000).contains(row(1L, 2L), row(8_999L, 2L), row(4_000L, 1L));
    assertThat(mostKeys).isBetween(50, 1500);
    assertThat(mostBytes).isGreaterThan(mostKeys * 1000L);
    out.clear();
    mostKeys = 0;
    epoch(partition, spilled, 1000);
    assertThat(out).hasSize(12_000).doesNotHaveDuplicates();
    assertThat(spilled.size()).isZero();
    assertThat(mostKeys).isBetween(50, 1500);
  }

  @Test
  void theFirstBatchOfLargeStatesIsDealtOutToo() throws IOException {
    FoldPartition partition = partition(large("array<string>"));
    SpilledState spilled = spilled(partition, HELD);
    List<Batch> rows = new ArrayList<>();
    for (long from = 0; from < 20_000; from += 4000) {
      rows.add(keys(from, from + 4000, 10));
    }
    for (int epoch = 1; epoch <= 2; epoch++) {
      mostKeys = 0;
      out.clear();
      epoch(partition, spilled, epoch, rows.toArray(Batch[]::new));
      assertThat(out).hasSize(20_000).contains(row(1L, (long) epoch)).doesNotHaveDuplicates();
      assertThat(mostKeys).as("epoch %s", epoch).isBetween(50, 1500);
    }
  }

  @Test
  void keyThatIsTouchedAThousandTimesHasOneEntryByTime() throws IOException {
    FoldPartition partition = partition(timeout(""));
    SpilledState spilled = spilled(partition, 0);
    for (long second = 1; second <= 1000; second++) {
      epoch(partition, spilled, second, keys(0, 3, second));
      assertThat(entries()).as("after second %s", second).isEqualTo(3);
    }
    epoch(partition, spilled, 1060);
    assertThat(out).isEmpty();
    assertThat(entries()).isEqualTo(3);
    epoch(partition, spilled, 1061);
    assertThat(out).hasSize(3);
    assertThat(entries()).isZero();
  }

  @Test
  void keyWhoseTimeMovesToAnEarlierOneIsDueThen() throws IOException {
    for (long held : new long[] {0, Long.MAX_VALUE}) {
      FoldPartition partition = partition(timeout(""));
      SpilledState spilled = spilled(partition, held);
      out.clear();
      epoch(partition, spilled, 1, keys(0, 2, 500));
      epoch(partition, spilled, 2, keys(0, 1, 100));
      epoch(partition, spilled, 3, keys(0, 1, 200));
      epoch(partition, spilled, 161);
      assertThat(out).isEmpty();
      epoch(partition, spilled, 261);
      assertThat(out).containsExactly(row(0L, 3L));
      epoch(partition, spilled, 561);
      assertThat(out).containsExactly(row(0L, 3L), row(1L, 1L));
      assertThat(entries()).isZero();
    }
  }

  /** By the clock of batches, which is the only one that asks between epochs. */
  @Test
  void keyIsDueAlthoughTheClockWasSetBack() throws IOException {
    for (long held : new long[] {0, Long.MAX_VALUE}) {
      Map<String, Object> value = new TreeMap<>(timeout(""));
      value.put("timeout", Map.of("processingTime", "INTERVAL 10 SECONDS"));
      FoldPartition partition = partition(value);
      SpilledState spilled = spilled(partition, held);
      out.clear();
      epoch(partition, spilled, 1000, keys(0, 1, 1));
      assertThat(partition.anyDue(1_009_000)).isFalse();
      epoch(partition, spilled, 1009, keys(0, 1, 1));
      assertThat(partition.anyDue(1_012_000)).isFalse();
      epoch(partition, spilled, 1012, keys(5, 6, 1));
      // An hour back.
      epoch(partition, spilled, 100, keys(1, 2, 1));
      assertThat(partition.anyDue(110_000)).isFalse();
      assertThat(partition.anyDue(110_001)).isTrue();
      epoch(partition, spilled, 111);
      assertThat(out).containsExactly(row(1L, 1L));
      assertThat(partition.anyDue(1_019_000)).isFalse();
      assertThat(partition.anyDue(1_019_001)).isTrue();
      epoch(partition, spilled, 1023);
      assertThat(out).containsExactlyInAnyOrder(row(1L, 1L), row(0L, 2L), row(5L, 1L));
      assertThat(entries()).isZero();
    }
  }

  @Test
  void keyThatTimesOutWhenOthersExpireWaitsOn() throws IOException {
    Map<String, Object> value = new TreeMap<>(timeout(""));
    value.put("timeout", Map.of("processingTime", "INTERVAL 10 SECONDS"));
    value.put("ttl", "1 hour");
    FoldPartition partition = partition(value);
    SpilledState spilled = spilled(partition, 0);
    epoch(partition, spilled, 100, keys(0, 1, 1));
    // Its time is now, and only what is later than that has waited too long.
    epoch(partition, spilled, 110);
    assertThat(out).isEmpty();
    epoch(partition, spilled, 111);
    assertThat(out).containsExactly(row(0L, 1L));
    assertThat(entries()).isZero();
  }
}
