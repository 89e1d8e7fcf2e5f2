package dev.sluice.connectors.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemorySinkTest {
  private static final Schema SCHEMA = Schema.of(new Field("v", AtomicType.INT));
  private static final String QUERY = "memory-sink-test";

  @AfterEach
  void forget() {
    MemoryTable.forget(QUERY);
  }

  private static Sink open(OutputMode mode, boolean recovered) {
    return open(mode, recovered, Map.of());
  }

  private static Sink open(OutputMode mode, boolean recovered, Map<String, String> options) {
    LocalFileStore files = new LocalFileStore();
    PrintStream out = new PrintStream(PrintStream.nullOutputStream());
    SinkContext context =
        SinkContexts.of(QUERY, any -> files).out(out).recovered(recovered).build();
    return new MemorySinkType()
        .open(
            SCHEMA, List.of(), mode, Options.of(new MemorySinkType().options(), options), context);
  }

  private static void write(Sink sink, long epoch, int value, boolean commit) {
    ColumnBuilder builder = ColumnBuilder.of(AtomicType.INT, 1);
    builder.appendValue(value);
    try (Write write = sink.begin(epoch)) {
      Write.Part part = write.part(0);
      part.write(new Batch(SCHEMA, List.of(builder.build()), 1));
      part.finish();
      if (commit) {
        write.commit();
      }
    }
  }

  private static List<?> rows() {
    return MemoryTable.find(QUERY).orElseThrow().rows();
  }

  @Test
  void keepsEachCommittedBatchOnce() {
    try (Sink sink = open(OutputMode.APPEND, false)) {
      write(sink, 0, 1, true);
      write(sink, 1, 2, false);
      write(sink, 1, 2, true);
      write(sink, 1, 2, true);
    }
    assertThat(rows()).isEqualTo(List.of(List.of(1), List.of(2)));
  }

  @Test
  void completeModeHoldsTheLastTable() {
    try (Sink sink = open(OutputMode.COMPLETE, false)) {
      write(sink, 0, 1, true);
      write(sink, 1, 2, true);
    }
    assertThat(rows()).isEqualTo(List.of(List.of(2)));
  }

  @Test
  void appendModeCannotGoOnFromACheckpointWithoutItsRows() {
    assertThatThrownBy(() -> open(OutputMode.APPEND, true))
        .hasMessageContaining("delete 'offsets'");
    open(OutputMode.COMPLETE, true).close();
  }

  private static void write(Sink sink, long epoch, int first, int count) {
    try (Write write = sink.begin(epoch)) {
      Write.Part part = write.part(0);
      part.write(Rows.numbered(SCHEMA, first, count));
      part.finish();
      write.commit();
    }
  }

  private static List<Integer> numbers() {
    return MemoryTable.find(QUERY).orElseThrow().rows().stream()
        .map(row -> (Integer) row.get(0))
        .toList();
  }

  @Test
  void aFullTableLetsItsOldestRowsGo() {
    try (Sink sink = open(OutputMode.APPEND, false, Map.of("maxRows", "5"))) {
      write(sink, 0, 0, 4);
      write(sink, 1, 4, 3);
      assertThat(numbers()).containsExactly(2, 3, 4, 5, 6);
      write(sink, 1, 4, 3);
      write(sink, 2, 7, 100);
      assertThat(numbers()).containsExactly(102, 103, 104, 105, 106);
      write(sink, 0, 0, 4);
      assertThat(numbers()).hasSize(5);
    }
    assertThat(MemoryTable.find(QUERY).orElseThrow().snapshot().dropped()).isEqualTo(102);
  }

  @Test
  void bytesAreBoundedToo() {
    try (Sink sink = open(OutputMode.APPEND, false, Map.of("maxBytes", "20000"))) {
      for (int epoch = 0; epoch < 200; epoch++) {
        write(sink, epoch, epoch * 1000, 1000);
      }
    }
    MemoryTable.Snapshot table = MemoryTable.find(QUERY).orElseThrow().snapshot();
    assertThat(table.packed().stream().mapToLong(b -> b.length).sum()).isBetween(10_000L, 20_000L);
    assertThat(numbers()).last().isEqualTo(199_999);
    assertThat(table.rows() + table.dropped()).isEqualTo(200_000);
  }

  @Test
  void aBatchThatIsLargerThanTheTableHoldsNoMoreThanTheTableWhileItIsUnderWay() {
    try (Sink sink = open(OutputMode.APPEND, false, Map.of("maxRows", "5"));
        Write write = sink.begin(0)) {
      Write.Part first = write.part(0);
      Write.Part second = write.part(1);
      first.write(Rows.numbered(SCHEMA, 0, 4));
      second.write(Rows.numbered(SCHEMA, 100, 3));
      first.write(Rows.numbered(SCHEMA, 4, 4));
      second.write(Rows.numbered(SCHEMA, 103, 1));
      first.finish();
      second.finish();
      write.commit();
    }
    assertThat(numbers()).containsExactly(7, 100, 101, 102, 103);
    assertThat(MemoryTable.find(QUERY).orElseThrow().snapshot().dropped()).isEqualTo(7);
  }

  @Test
  void aBatchThatDoesNotFitFailsBeforeAllOfItHasCome() {
    try (Sink sink = open(OutputMode.APPEND, false, Map.of("maxRows", "5", "whenFull", "fail"));
        Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(Rows.numbered(SCHEMA, 0, 4));
      assertThatThrownBy(() -> part.write(Rows.numbered(SCHEMA, 4, 4)))
          .hasMessageContaining("'maxRows' allows 5");
    }
  }

  @Test
  void aFullTableCanFailTheQueryInstead() {
    try (Sink sink = open(OutputMode.APPEND, false, Map.of("maxRows", "5", "whenFull", "fail"))) {
      write(sink, 0, 0, 4);
      assertThatThrownBy(() -> write(sink, 1, 4, 3))
          .hasMessageContaining("would hold 7 rows with batch 1, and 'maxRows' allows 5");
      assertThat(numbers()).containsExactly(0, 1, 2, 3);
    }
  }

  @Test
  void aCompleteResultIsNeverCut() {
    try (Sink sink = open(OutputMode.COMPLETE, false, Map.of("maxRows", "5"))) {
      write(sink, 0, 0, 5);
      write(sink, 1, 5, 5);
      assertThatThrownBy(() -> write(sink, 2, 0, 6)).hasMessageContaining("would hold 6 rows");
      assertThat(numbers()).containsExactly(5, 6, 7, 8, 9);
    }
  }
}
