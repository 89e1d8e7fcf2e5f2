package dev.sluice.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every file format must do, through the file source and the file sink. A format's test
 * extends this and names the format; switches tell of honest differences.
 */
public abstract class FileFormatContract {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("id", AtomicType.BIGINT),
          new Field("name", AtomicType.STRING),
          new Field("amount", AtomicType.DOUBLE));

  @TempDir Path folder;

  /** The format under test. */
  protected abstract FileFormat format();

  /** Options that make the format read what it writes. */
  protected Map<String, String> readOptions() {
    return Map.of();
  }

  /** False for formats whose files may end anywhere. */
  protected boolean noticesCutFiles() {
    return true;
  }

  /** False for formats of text, in which some values are not told from others. */
  protected boolean keepsEveryValue() {
    return true;
  }

  /** The columns that are found in a file which was written with these. */
  protected String inferred(Schema written) {
    return written.catalogString();
  }

  /** What the option {@code compression} may say. */
  protected List<String> compressions() {
    return List.of();
  }

  @Test
  void readsBackWhatItWrote() {
    write(0, rows(0, 10_000));

    assertThat(read(SCHEMA)).isEqualTo(expected(0, 10_000));
  }

  @Test
  void columnsThatItReadsPassItsCheck() {
    Problems problems = new Problems();
    SourceType type = FormatComponents.source(format());
    format().checkRead(SCHEMA, Options.of(type.options(), readOptions()), problems);
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void readsBackNulls() {
    ColumnBuilder ids = ColumnBuilder.of(AtomicType.BIGINT, 3);
    ColumnBuilder names = ColumnBuilder.of(AtomicType.STRING, 3);
    ColumnBuilder amounts = ColumnBuilder.of(AtomicType.DOUBLE, 3);
    for (Long id : Arrays.asList(1L, null, 3L)) {
      ids.appendValue(id);
      names.appendValue(id == null ? "only a name" : null);
      amounts.appendValue(id == null ? null : 0.5);
    }
    write(0, new Batch(SCHEMA, List.of(ids.build(), names.build(), amounts.build()), 3));

    assertThat(read(SCHEMA))
        .isEqualTo(
            List.of(
                List.of("1", "null", "0.5"),
                List.of("null", "only a name", "null"),
                List.of("3", "null", "0.5")));
  }

  @Test
  void deliversOnlyTheColumnsAskedForInTheirOrder() {
    write(0, rows(0, 100));

    List<Object> rows = read(Schema.of(SCHEMA.field(2), SCHEMA.field(0)));

    assertThat(rows).hasSize(100);
    assertThat(rows.get(3)).isEqualTo(List.of("1.5", "3"));
  }

  @Test
  void countsRowsWithoutColumns() {
    write(0, rows(0, 5000));

    assertThat(read(Schema.EMPTY)).hasSize(5000);
  }

  @Test
  void writesSelectedAndConstantRows() {
    Batch batch = rows(0, 100);
    write(0, batch.select(new int[] {7, 3, 50}, 3));

    assertThat(read(Schema.of(SCHEMA.field(0)))).isEqualTo(List.of("7", "3", "50"));
  }

  @Test
  void readsAnEmptyBatchBackAsNoRows() {
    write(0);

    assertThat(read(SCHEMA)).isEmpty();
  }

  @Test
  void readsSeveralBatchesAsOneOutput() {
    write(0, rows(0, 10));
    write(1, rows(10, 10));
    write(1, rows(10, 10));

    assertThat(read(Schema.of(SCHEMA.field(0)))).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void namesTheFileThatIsCutOff() throws IOException {
    assumeThat(noticesCutFiles()).isTrue();
    write(0, rows(0, 1000));
    Path file;
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      file = files.filter(f -> f.toString().contains("part-")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));

    assertThatThrownBy(() -> read(SCHEMA))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining(file.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void readsBackRandomRowsOfRandomTypes(int seed) throws IOException {
    assumeThat(keepsEveryValue()).isTrue();
    Random random = new Random(seed);
    Schema schema = RandomRows.schema(random);
    while (!schema.fields().stream().allMatch(field -> format().canWrite(field.type()))) {
      schema = RandomRows.schema(random);
    }
    List<Batch> batches = new ArrayList<>();
    List<List<@Nullable Object>> expected = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Batch batch = RandomRows.batch(schema, random, random.nextInt(5000));
      batches.add(batch);
      expected.addAll(RandomRows.rows(batch));
    }
    Path file = folder.resolve("random");

    FormatFixture.write(format(), file, schema, batches, Map.of());

    assertThat(FormatFixture.infer(format(), file).catalogString()).isEqualTo(inferred(schema));
    List<List<@Nullable Object>> rows =
        FormatFixture.read(format(), file, schema, 1 + random.nextInt(5000));
    assertThat(rows).hasSameSizeAs(expected);
    for (int row = 0; row < rows.size(); row++) {
      assertThat(RandomRows.comparable(rows.get(row)))
          .as("row %d of %s", row, schema)
          .isEqualTo(RandomRows.comparable(expected.get(row)));
    }
  }

  @Test
  void readsBackEveryCompression() throws IOException {
    Schema schema = Schema.of(SCHEMA.field(0), SCHEMA.field(1));
    Batch batch = RandomRows.batch(schema, new Random(7), 20_000);
    for (String compression : compressions()) {
      Path file = folder.resolve(compression);
      FormatFixture.write(
          format(), file, schema, List.of(batch), Map.of("compression", compression));

      assertThat(FormatFixture.read(format(), file, schema, 4096))
          .as(compression)
          .isEqualTo(RandomRows.rows(batch));
    }
  }

  private static Batch rows(int first, int count) {
    ColumnBuilder ids = ColumnBuilder.of(AtomicType.BIGINT, count);
    ColumnBuilder names = ColumnBuilder.of(AtomicType.STRING, count);
    ColumnBuilder amounts = ColumnBuilder.of(AtomicType.DOUBLE, count);
    for (int i = first; i < first + count; i++) {
      ids.appendValue((long) i);
      names.appendValue("name é " + i % 100);
      amounts.appendValue(i / 2d);
    }
    List<Column> columns = List.of(ids.build(), names.build(), amounts.build());
    return new Batch(SCHEMA, columns, count);
  }

  private static List<Object> expected(int first, int count) {
    List<Object> rows = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      rows.add(List.of(Long.toString(i), "name é " + i % 100, Double.toString(i / 2d)));
    }
    return rows;
  }

  private void write(long epoch, Batch... batches) {
    SinkType type = FormatComponents.sink(format());
    LocalFileStore store = new LocalFileStore();
    try (Sink sink =
            type.open(
                SCHEMA,
                List.of(),
                OutputMode.APPEND,
                Options.of(type.options(), Map.of("path", "out")),
                SinkContexts.of("q", location -> store).baseDirectory(folder.toString()).build());
        Write write = sink.begin(epoch)) {
      Write.Part part = write.part(0);
      for (Batch batch : batches) {
        part.write(batch);
      }
      part.finish();
      write.commit();
    }
  }

  private List<Object> read(Schema wanted) {
    SourceType type = FormatComponents.source(format());
    LocalFileStore store = new LocalFileStore();
    Map<String, String> options = new HashMap<>(readOptions());
    options.put("path", "out");
    try (Source source =
        type.open(
            Options.of(type.options(), options),
            Optional.of(SCHEMA),
            new SourceContext(
                "in",
                location -> store,
                Clock.SYSTEM,
                folder.resolve("log").toString(),
                folder.toString(),
                2,
                Session.DEFAULT))) {
      Offset end = source.latestOffset(Offset.NONE, ReadLimit.ALL);
      return FileSourceHarness.rows(source, Offset.NONE, end, wanted);
    }
  }
}
