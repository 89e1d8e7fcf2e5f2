package dev.sluice.connectors.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Write;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
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
    LocalFileStore files = new LocalFileStore();
    PrintStream out = new PrintStream(PrintStream.nullOutputStream());
    SinkContext context =
        new SinkContext(
            QUERY, "id", 0, any -> files, Clock.SYSTEM, out, "/", recovered, Session.DEFAULT);
    return new MemorySinkType()
        .open(SCHEMA, List.of(), mode, Options.of(List.of(), Map.of()), context);
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
}
