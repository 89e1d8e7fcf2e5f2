package dev.sluice.connectors.inline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Split;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InlineSourceTest {
  private static final Schema SCHEMA =
      Schema.of(new Field("id", AtomicType.INT), new Field("name", AtomicType.STRING));

  private static InlineSource parse(Schema schema, String json) {
    return InlineSource.parse(schema, json, ZoneOffset.UTC);
  }

  private static List<List<Object>> rows(InlineSource source, Offset from, Offset to)
      throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    for (Split split : source.splits(from, to)) {
      try (BatchReader reader = split.open(new ScanRequest(source.schema(), List.of(), 2))) {
        for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
          for (int i = 0; i < batch.rows(); i++) {
            int row = i;
            rows.add(
                new ArrayList<>(
                    Arrays.asList(batch.columns().stream().map(c -> c.value(row)).toArray())));
          }
        }
      }
    }
    return rows;
  }

  @Test
  void givesOneListedBatchATrigger() throws IOException {
    InlineSource source =
        parse(SCHEMA, "[[{\"id\":1,\"name\":\"a\"},{\"ID\":2}],[],[{\"id\":3,\"name\":\"c\"}]]");
    Offset start = source.initialOffset();
    Offset first = source.latestOffset(start, ReadLimit.CONFIGURED);
    assertThat(first).isEqualTo(new Offset("{\"batch\":1}"));
    assertThat(rows(source, start, first)).containsExactly(List.of(1, "a"), Arrays.asList(2, null));
    assertThat(source.backlog()).contains(new Source.Backlog(2, "batches"));
    Offset all = source.latestOffset(start, ReadLimit.ALL);
    assertThat(rows(source, start, all)).hasSize(3);
    assertThat(source.backlog()).contains(new Source.Backlog(0, "batches"));
    assertThat(source.latestOffset(all, ReadLimit.CONFIGURED)).isEqualTo(all);
  }

  @Test
  void readsEveryKindOfValue() throws IOException {
    Schema schema =
        Schema.of(
            new Field("t", AtomicType.TIMESTAMP),
            new Field("d", AtomicType.DATE),
            new Field("m", new DecimalType(5, 2)),
            new Field("x", AtomicType.DOUBLE),
            new Field("b", AtomicType.BINARY),
            new Field("a", new ArrayType(AtomicType.BIGINT, true)),
            new Field("s", new StructType(List.of(new Field("k", AtomicType.BOOLEAN)))));
    InlineSource source =
        parse(
            schema,
            "[[{\"t\":\"2024-02-29 00:00:01.5\",\"d\":\"1970-01-02\",\"m\":1.5,\"x\":\"NaN\","
                + "\"b\":\"0aff\",\"a\":[1,null],\"s\":{\"k\":true}}]]");
    List<Object> row =
        rows(source, Offset.NONE, source.latestOffset(Offset.NONE, ReadLimit.CONFIGURED)).get(0);
    assertThat(row.get(0)).isEqualTo(1709164801500000L);
    assertThat(row.get(1)).isEqualTo(1);
    assertThat(row.get(2)).isEqualTo(new BigDecimal("1.50"));
    assertThat(row.get(3)).isEqualTo(Double.NaN);
    assertThat((byte[]) row.get(4)).containsExactly(10, -1);
    assertThat(row.get(5)).isEqualTo(Arrays.asList(1L, null));
    assertThat(row.get(6)).isEqualTo(List.of(true));
  }

  @Test
  void valueThatDoesNotFitNamesBatchRowAndColumn() {
    assertThatThrownBy(() -> parse(SCHEMA, "[[],[{\"id\":1},{\"id\":\"x\"}]]"))
        .hasMessage("batch 2, row 2, column 'id': 'x' is no INT");
    assertThatThrownBy(() -> parse(SCHEMA, "[[{\"id\":3000000000}]]"))
        .hasMessageContaining("'3000000000' is no INT");
    assertThatThrownBy(() -> parse(SCHEMA, "[[{\"nam\":1}]]"))
        .hasMessageContaining("did you mean 'name'?");
    assertThatThrownBy(() -> parse(SCHEMA, "[{\"id\":1}]")).hasMessageContaining("batch 1");
  }

  @Test
  void refusesACheckpointThatHasSeenMore() {
    InlineSource source = parse(SCHEMA, "[[]]");
    assertThatThrownBy(() -> source.splits(Offset.NONE, new Offset("{\"batch\":2}")))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("has seen 2 batches");
  }

  @Test
  void mistakesThatAreNotToldAreCounted() {
    InlineValues.Mistakes mistakes = new InlineValues.Mistakes();
    for (int i = 0; i < 25; i++) {
      mistakes.add("row " + i);
    }
    assertThat(mistakes.all()).hasSize(21);
    assertThat(mistakes).hasMessageEndingWith("row 19; and 5 more like these");
  }
}
