package dev.sluice.connectors.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.connectors.program.ForeachBatchSinkType;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.plan.OutputMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that gets its rows as Parquet files. */
class ForeachBatchParquetTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("id", AtomicType.BIGINT),
          new Field("name", AtomicType.STRING),
          new Field("at", AtomicType.TIMESTAMP),
          new Field("amount", new DecimalType(20, 4)));

  @TempDir Path folder;

  @Test
  void rowsLieAsParquetInTheBatchsFolder() {
    ForeachBatchSinkType type = new ForeachBatchSinkType();
    LocalFileStore files = new LocalFileStore();
    String script = "mkdir got; cp $SLUICE_BATCH_DIR/*.parquet got; cat > input";
    Map<String, String> options =
        Map.of("command", Json.write(List.of("sh", "-c", script)), "rowFormat", "parquet");
    SinkContext context =
        SinkContexts.of("q", any -> files).baseDirectory(folder.toString()).build();
    try (Sink sink =
            type.open(
                SCHEMA,
                List.of(),
                OutputMode.APPEND,
                Options.of(type.options(), options),
                context);
        Write write = sink.begin(3)) {
      List<Write.Part> parts = List.of(write.part(0), write.part(1), write.part(2));
      parts.get(0).write(Rows.numbered(SCHEMA, 0, 100));
      parts.get(2).write(Rows.numbered(SCHEMA, 100, 1));
      parts.forEach(Write.Part::finish);
      write.commit();
    }
    assertThat(folder.resolve("input")).isEmptyFile();
    assertThat(folder.resolve("got").toFile().list()).hasSize(2);
    assertThat(Rows.sorted(read()))
        .isEqualTo(Rows.sorted(Rows.texts(Rows.numbered(SCHEMA, 0, 101))));
  }

  private List<String> read() {
    SourceType type = FormatComponents.source(new ParquetFormat());
    LocalFileStore files = new LocalFileStore();
    List<String> rows = new ArrayList<>();
    try (Source source =
        type.open(
            Options.of(type.options(), Map.of("path", "got")),
            Optional.of(SCHEMA),
            new SourceContext(
                "s",
                any -> files,
                Clock.SYSTEM,
                "none",
                folder.toString(),
                2,
                false,
                Session.DEFAULT))) {
      source
          .snapshot()
          .forEach(
              split -> rows.addAll(Rows.read(split, new ScanRequest(SCHEMA, List.of(), 1000))));
    }
    return rows;
  }
}
