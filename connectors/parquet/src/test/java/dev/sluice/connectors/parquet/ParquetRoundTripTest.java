package dev.sluice.connectors.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.file.RandomRows;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read back, whatever its shape. */
class ParquetRoundTripTest {
  @TempDir Path folder;

  @Test
  void readsBackTimesOfDayAndCollatedStrings() throws IOException {
    Schema schema =
        Schema.of(new Field("t", TimeType.DEFAULT), new Field("c", new CollatedType("UTF8_LCASE")));
    ColumnBuilder times = ColumnBuilder.of(TimeType.DEFAULT, 3);
    ColumnBuilder texts = ColumnBuilder.of(new CollatedType("UTF8_LCASE"), 3);
    for (Long micros : Arrays.asList(0L, null, 86_399_999_999L)) {
      times.appendValue(micros == null ? null : micros * 1000);
      texts.appendValue(micros == null ? null : "x" + micros);
    }
    Path file = folder.resolve("f.parquet");

    ParquetFiles.write(
        file, schema, List.of(new Batch(schema, List.of(times.build(), texts.build()), 3)), "none");

    assertThat(ParquetFiles.infer(file).catalogString())
        .isEqualTo("struct<t:time(6),c:string collate UTF8_LCASE>");
    assertThat(ParquetFiles.read(file, schema, 10))
        .containsExactly(
            List.of(0L, "x0"),
            Arrays.asList(null, null),
            List.of(86_399_999_999_000L, "x86399999999"));
    Schema seconds = Schema.of(new Field("t", new TimeType(0)));
    assertThat(ParquetFiles.read(file, seconds, 10))
        .containsExactly(List.of(0L), Arrays.asList((Object) null), List.of(86_399_000_000_000L));
  }

  @Test
  void leavesTheDictionaryWhenItDoesNotPay() throws IOException {
    Schema schema =
        Schema.of(
            new Field("unique", AtomicType.BIGINT),
            new Field("text", AtomicType.STRING),
            new Field("late", AtomicType.STRING));
    int rows = 200_000;
    ColumnBuilder unique = ColumnBuilder.of(AtomicType.BIGINT, rows);
    ColumnBuilder text = ColumnBuilder.of(AtomicType.STRING, rows);
    ColumnBuilder late = ColumnBuilder.of(AtomicType.STRING, rows);
    for (int i = 0; i < rows; i++) {
      unique.appendValue((long) i * i);
      text.appendValue("value number " + i);
      late.appendValue(i < 30_000 ? "same" : "value number " + i);
    }
    Batch batch = new Batch(schema, List.of(unique.build(), text.build(), late.build()), rows);
    Path file = folder.resolve("f.parquet");

    ParquetFiles.write(file, schema, List.of(batch), "snappy");

    List<List<@Nullable Object>> read = ParquetFiles.read(file, schema, 4096);
    for (int i = 0; i < rows; i++) {
      assertThat(read.get(i))
          .containsExactly(
              (long) i * i, "value number " + i, i < 30_000 ? "same" : "value number " + i);
    }
  }

  @Test
  void readsColumnsByNameWithoutCaseAndMissingOnesAsNull() throws IOException {
    Schema schema = Schema.of(new Field("Aa", AtomicType.INT), new Field("b", AtomicType.STRING));
    Path file = folder.resolve("f.parquet");
    ParquetFiles.write(
        file, schema, List.of(RandomRows.batch(schema, new Random(1), 10)), "snappy");
    List<List<@Nullable Object>> all = ParquetFiles.read(file, schema, 100);

    List<List<@Nullable Object>> some =
        ParquetFiles.read(
            file,
            Schema.of(new Field("new", AtomicType.DATE), new Field("aA", AtomicType.BIGINT)),
            100);

    for (int i = 0; i < 10; i++) {
      Object value = all.get(i).get(0);
      assertThat(some.get(i))
          .isEqualTo(Arrays.asList(null, value == null ? null : ((Integer) value).longValue()));
    }
    assertThat(ParquetFiles.read(file, Schema.EMPTY, 3)).hasSize(10);
  }

  @Test
  void readsSomeFieldsOfAStruct() throws IOException {
    StructType inner =
        StructType.of(
            new Field("x", AtomicType.INT),
            new Field("l", new ArrayType(AtomicType.STRING)),
            new Field("y", AtomicType.STRING));
    Schema schema = Schema.of(new Field("s", new ArrayType(inner)));
    Path file = folder.resolve("f.parquet");
    Batch batch = RandomRows.batch(schema, new Random(3), 500);
    ParquetFiles.write(file, schema, List.of(batch), "snappy");
    StructType wanted =
        StructType.of(new Field("z", AtomicType.INT), new Field("Y", AtomicType.STRING));

    List<List<@Nullable Object>> rows =
        ParquetFiles.read(file, Schema.of(new Field("s", new ArrayType(wanted))), 64);

    for (int i = 0; i < 500; i++) {
      List<?> before = (List<?>) batch.column(0).value(i);
      List<?> after = (List<?>) rows.get(i).get(0);
      if (before == null) {
        assertThat(after).isNull();
        continue;
      }
      assertThat(after).hasSameSizeAs(before);
      for (int k = 0; k < before.size(); k++) {
        Object element = before.get(k);
        Object expected = element == null ? null : Arrays.asList(null, ((List<?>) element).get(2));
        assertThat(after.get(k)).isEqualTo(expected);
      }
    }
  }

  @Test
  void writesFilesWithoutRows() throws IOException {
    Schema schema = Schema.of(new Field("a", new ArrayType(AtomicType.INT)));
    Path file = folder.resolve("f.parquet");

    ParquetFiles.write(file, schema, List.of(), "snappy");

    assertThat(ParquetFiles.infer(file).catalogString()).isEqualTo(schema.catalogString());
    assertThat(ParquetFiles.read(file, schema, 10)).isEmpty();
  }

  @Test
  void failsCleanlyWhereverAFileIsCutOrDamaged() throws IOException {
    Schema schema =
        Schema.of(
            new Field("n", AtomicType.BIGINT),
            new Field("s", AtomicType.STRING),
            new Field("l", new ArrayType(AtomicType.INT)));
    Path file = folder.resolve("f.parquet");
    ParquetFiles.write(
        file, schema, List.of(RandomRows.batch(schema, new Random(5), 300)), "snappy");
    byte[] whole = Files.readAllBytes(file);
    Path broken = folder.resolve("broken.parquet");
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(broken, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> ParquetFiles.read(broken, schema, 100))
          .isInstanceOf(IOException.class);
    }
    Random random = new Random(9);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(broken, damaged);
      try {
        ParquetFiles.read(broken, schema, 100);
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank().isNotEqualTo("null");
      }
    }
  }

  @Test
  void refusesPagesOfAnotherChecksumWhenAsked() throws IOException {
    Schema schema = Schema.of(new Field("b", AtomicType.BINARY));
    ColumnBuilder builder = ColumnBuilder.of(AtomicType.BINARY, 1);
    builder.appendValue("a text of some length".getBytes(StandardCharsets.US_ASCII));
    Path file = folder.resolve("f.parquet");
    ParquetFiles.write(
        file, schema, List.of(new Batch(schema, List.of(builder.build()), 1)), "none");
    byte[] bytes = Files.readAllBytes(file);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("some");
    ScanRequest all = new ScanRequest(schema, List.of(), 10);
    Map<String, String> verify = Map.of("parquet.page.verify-checksum.enabled", "true");
    assertThat(ParquetFiles.read(file, all, verify)).hasSize(1);

    bytes[at] ^= 1;
    Files.write(file, bytes);

    assertThat(ParquetFiles.read(file, all)).hasSize(1);
    assertThatThrownBy(() -> ParquetFiles.read(file, all, verify))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("column 'b' has a page with another checksum");
  }

  @Test
  void readsIntervalsBack() throws IOException {
    Schema schema = Schema.of(new Field("i", DayTimeIntervalType.DEFAULT));
    ColumnBuilder builder = ColumnBuilder.of(DayTimeIntervalType.DEFAULT, 1);
    builder.appendValue(5L);
    Path file = folder.resolve("f.parquet");

    ParquetFiles.write(
        file, schema, List.of(new Batch(schema, List.of(builder.build()), 1)), "snappy");

    assertThat(ParquetFiles.read(file, schema, 10)).containsExactly(List.of(5L));
  }
}
