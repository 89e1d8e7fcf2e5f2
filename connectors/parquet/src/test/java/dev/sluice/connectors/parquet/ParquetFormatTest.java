package dev.sluice.connectors.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.file.FileFormatContract;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParquetFormatTest extends FileFormatContract {
  private static final ColumnReference ID = new ColumnReference(0, "id", AtomicType.BIGINT, true);

  private static final ColumnReference NAME =
      new ColumnReference(1, "name", AtomicType.STRING, true);

  @TempDir Path files;

  @Override
  protected FileFormat format() {
    return new ParquetFormat();
  }

  @Override
  protected List<String> compressions() {
    return List.of("none", "snappy", "gzip", "lz4", "lz4_raw", "zstd");
  }

  @Test
  void passesOverRowGroupsThatCannotMatch() throws IOException {
    assertThat(rows(compare(ID, Comparison.Operator.LESS, 10L))).isZero();
    assertThat(rows(compare(ID, Comparison.Operator.LESS, 11L))).isEqualTo(100);
    assertThat(rows(compare(ID, Comparison.Operator.GREATER, 109L))).isZero();
    assertThat(rows(compare(ID, Comparison.Operator.GREATER_OR_EQUAL, 109L))).isEqualTo(100);
    assertThat(rows(compare(ID, Comparison.Operator.EQUAL, 110L))).isZero();
    assertThat(rows(text(Comparison.Operator.EQUAL, "x"))).isZero();
    assertThat(rows(text(Comparison.Operator.EQUAL, "n5"))).isEqualTo(100);
    assertThat(
            rows(
                new Comparison(
                    Comparison.Operator.GREATER, new Literal(AtomicType.BIGINT, 5L, "5"), ID)))
        .isZero();
    assertThat(rows(new NullTest(ID, NullTest.Kind.NULL, false, ""))).isZero();
    assertThat(rows(new NullTest(ID, NullTest.Kind.NULL, true, ""))).isEqualTo(100);
    Expression never = compare(ID, Comparison.Operator.EQUAL, 0L);
    Expression perhaps = text(Comparison.Operator.EQUAL, "n5");
    assertThat(rows(new Logic(true, List.of(perhaps, never)))).isZero();
    assertThat(rows(new Logic(false, List.of(perhaps, never)))).isEqualTo(100);
    assertThat(rows(new Logic(false, List.of(never, never)))).isZero();
  }

  @Test
  void checksOptionsOfColumns() {
    Schema schema = Schema.of(new Field("id", AtomicType.BIGINT));
    Options options =
        Options.of(
            format().writeOptions(),
            Map.of(
                "parquet.bloom.filter.enabled#ie", "true",
                "parquet.bloom.filter.enabled#ID", "perhaps",
                "parquet.bloom.filter.expected.ndv#id", "0"));
    Problems problems = new Problems();

    format().checkWrite(schema, options, problems);

    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactlyInAnyOrder(
            "unknown-column", "invalid-option-value", "invalid-option-value");
  }

  private static Expression compare(
      ColumnReference column, Comparison.Operator operator, long value) {
    return new Comparison(
        operator, column, new Literal(AtomicType.BIGINT, value, Long.toString(value)));
  }

  private static Expression text(Comparison.Operator operator, String value) {
    return new Comparison(operator, NAME, new Literal(AtomicType.STRING, value, value));
  }

  /** How many rows are delivered of 100 with ids from 10 to 109. */
  private long rows(Expression filter) throws IOException {
    Schema schema =
        Schema.of(new Field("id", AtomicType.BIGINT), new Field("name", AtomicType.STRING));
    ColumnBuilder ids = ColumnBuilder.of(AtomicType.BIGINT, 100);
    ColumnBuilder names = ColumnBuilder.of(AtomicType.STRING, 100);
    for (int i = 0; i < 100; i++) {
      ids.appendValue(10L + i);
      names.appendValue("n" + i % 10);
    }
    Path file = files.resolve(UUID.randomUUID() + ".parquet");
    ParquetFiles.write(
        file,
        schema,
        List.of(new Batch(schema, List.of(ids.build(), names.build()), 100)),
        "snappy");
    FileStatus status = ParquetFiles.STORE.status(file.toString()).orElseThrow();
    long rows = 0;
    try (BatchReader reader =
        format()
            .reader(schema, Options.of(format().options(), Map.of()), Session.DEFAULT)
            .open(
                status,
                ParquetFiles.STORE.open(status.location()),
                0,
                status.length(),
                new ScanRequest(schema, List.of(filter), 1000))) {
      for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
        rows += batch.rows();
      }
    }
    return rows;
  }

  /** Facts of Spark 4.1.3: where both calendars might be meant, EXCEPTION reads nothing. */
  @ParameterizedTest
  @CsvSource({
    "-141428, 0, 0, a date before 1582-10-15",
    "0, -2208988800000001, 0, a time before 1900-01-01",
    "-141427, -2208988800000000, -62135596800000000,"
  })
  void refusesDaysThatNobodySaysHowToCount(
      int day, long instant, long local, @Nullable String refusal) throws IOException {
    Path file = files.resolve("old.parquet");
    Schema schema = TypeParser.parseSchema("d date, t timestamp, n timestamp_ntz");
    List<@Nullable Object> row = List.of(day, instant, local);
    Groups.write(file, schema, List.of(row), settings -> settings);
    ScanRequest request = new ScanRequest(schema, List.of(), 10);
    // Times are INT96 here, which have a mode of their own.
    Map<String, String> asked =
        Map.of("datetimeRebaseMode", "EXCEPTION", "int96RebaseMode", "EXCEPTION");

    if (refusal == null) {
      assertThat(ParquetFiles.read(file, request, asked)).containsExactly(row);
      return;
    }
    assertThatThrownBy(() -> ParquetFiles.read(file, request, asked))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(refusal)
        .hasMessageContaining("LEGACY")
        .hasMessageContaining("CORRECTED");
    assertThat(ParquetFiles.read(file, request, Map.of())).containsExactly(row);
  }

  @Test
  void aFileOfWhichNobodySaysHowToCountIsNotCalledDamaged() throws IOException {
    Path file = files.resolve("old.parquet");
    Schema schema = TypeParser.parseSchema("d date");
    Groups.write(file, schema, List.of(List.of(-141428)), settings -> settings);
    SourceType type = FormatComponents.source(new ParquetFormat());
    Source source =
        type.open(
            Options.of(
                type.options(), Map.of("path", file.toString(), "datetimeRebaseMode", "EXCEPTION")),
            Optional.of(schema),
            new SourceContext(
                "in",
                location -> new LocalFileStore(),
                Clock.SYSTEM,
                files.resolve("log").toString(),
                files.toString(),
                1,
                Session.DEFAULT));
    Offset end = source.latestOffset(Offset.NONE, ReadLimit.ALL);
    assertThatThrownBy(
            () -> {
              for (Split split : source.splits(Offset.NONE, end)) {
                try (BatchReader reader = split.open(new ScanRequest(schema, List.of(), 10))) {
                  reader.next();
                }
              }
            })
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("old.parquet': a date before 1582-10-15")
        .hasMessageContaining("LEGACY")
        .hasMessageNotContaining("ignoreCorruptFiles");
  }
}
