package dev.sluice.connectors.foreach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ForeachSinkTest {
  private static final Schema SCHEMA = Schema.of(new Field("n", AtomicType.BIGINT));

  /** What writers were told, in order; rows as numbers. */
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());

  /** Fails when it gets this number. */
  private long bad = -1;

  private boolean takes = true;

  private final class Telling implements ForeachWriter {
    private String partition = "";

    @Override
    public boolean open(long number, long batchId) {
      partition = batchId + "." + number + " ";
      told.add(partition + "open");
      return takes;
    }

    @Override
    public void process(Row row) {
      if (row.getLong(0) == bad) {
        throw new IllegalStateException("bad row");
      }
      told.add(partition + row.getLong(row.indexOf("n")));
    }

    @Override
    public void close(@Nullable Throwable failure) {
      told.add(partition + "close " + (failure == null ? "" : failure.getMessage()));
    }
  }

  private ForeachSink sink(int partitions) {
    return new ForeachSink("telling", SCHEMA, partitions, Telling::new);
  }

  private static void write(ForeachSink sink, long epoch, Batch... parts) {
    try (Write write = sink.begin(epoch)) {
      for (int i = 0; i < parts.length; i++) {
        Write.Part part = write.part(i);
        part.write(parts[i]);
        part.finish();
      }
      write.commit();
    }
  }

  @Test
  void aWriterIsOpenedGivenItsRowsAndClosedForEachBatch() {
    ForeachSink sink = sink(1);
    write(sink, 4, Rows.numbered(SCHEMA, 0, 2), Rows.numbered(SCHEMA, 2, 1));
    write(sink, 5);
    assertThat(told)
        .containsExactly(
            "4.0 open", "4.0 0", "4.0 1", "4.0 2", "4.0 close ", "5.0 open", "5.0 close ");
  }

  @Test
  void aWriterThatKnowsTheBatchGetsNoRows() {
    takes = false;
    write(sink(1), 4, Rows.numbered(SCHEMA, 0, 2));
    assertThat(told).containsExactly("4.0 open", "4.0 close ");
  }

  @Test
  void aRowIsInTheSamePartitionHoweverItComes() {
    write(sink(3), 0, Rows.numbered(SCHEMA, 0, 500), Rows.numbered(SCHEMA, 500, 500));
    Map<String, List<String>> first = partitions();
    told.clear();
    write(
        sink(3),
        0,
        Rows.numbered(SCHEMA, 900, 100),
        Rows.numbered(SCHEMA, 0, 10),
        Rows.numbered(SCHEMA, 10, 890)
            .select(java.util.stream.IntStream.range(0, 890).toArray(), 890));
    assertThat(partitions()).isEqualTo(first);
    assertThat(first).hasSize(3).allSatisfy((p, rows) -> assertThat(rows).hasSizeGreaterThan(200));
  }

  private Map<String, List<String>> partitions() {
    Map<String, List<String>> rows = new TreeMap<>();
    for (String line : told) {
      String[] words = line.split(" ");
      if (words.length > 1 && Character.isDigit(words[1].charAt(0))) {
        rows.computeIfAbsent(words[0], p -> new ArrayList<>()).add(words[1]);
      }
    }
    rows.values().forEach(Collections::sort);
    return rows;
  }

  @Test
  void whatARowBreaksIsToldToTheWriterAndFailsTheBatch() {
    bad = 1;
    assertThatThrownBy(() -> write(sink(1), 7, Rows.numbered(SCHEMA, 0, 3)))
        .isInstanceOf(PipelineException.class)
        .hasMessage(
            "the writer 'telling' failed in 'process' for batch 7, partition 0, with"
                + " IllegalStateException: bad row");
    assertThat(told).containsExactly("7.0 open", "7.0 0", "7.0 close bad row");
    told.clear();
    assertThatThrownBy(() -> write(sink(2), 8, Rows.numbered(SCHEMA, 0, 3)))
        .isInstanceOf(PipelineException.class);
    assertThat(told)
        .contains("8.0 open", "8.1 open")
        .filteredOn(t -> t.contains("close"))
        .hasSize(2);
  }

  @Test
  void aRowGivesItsValuesByTypes() {
    Schema schema =
        Schema.of(
            new Field("d", AtomicType.DATE),
            new Field("t", AtomicType.TIMESTAMP),
            new Field("s", AtomicType.STRING),
            new Field("i", AtomicType.INT));
    Row row = new Row(Rows.batch(schema, List.of(Arrays.asList(1, -1L, null, 5))), 0);
    assertThat(row.getDate(0)).isEqualTo(LocalDate.of(1970, 1, 2));
    assertThat(row.getTimestamp(1)).isEqualTo(Instant.parse("1969-12-31T23:59:59.999999Z"));
    assertThat(row.isNull(2)).isTrue();
    assertThat(row.getLong(3)).isEqualTo(5);
    assertThat(row).hasToString("{d: 1, t: -1, s: null, i: 5}");
    assertThatThrownBy(() -> row.getString(2)).hasMessage("'s' is null");
    assertThatThrownBy(() -> row.getTimestamp(0)).hasMessage("'d' is DATE, not TIMESTAMP");
    assertThatThrownBy(() -> row.indexOf("x")).hasMessageContaining("no column 'x'");
  }
}
