package dev.sluice.connectors.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read back, whatever its shape. */
class ParquetRoundTripTest {
  private static final List<DataType> LEAVES =
      List.of(
          AtomicType.BOOLEAN,
          AtomicType.TINYINT,
          AtomicType.SMALLINT,
          AtomicType.INT,
          AtomicType.BIGINT,
          AtomicType.FLOAT,
          AtomicType.DOUBLE,
          AtomicType.STRING,
          AtomicType.BINARY,
          AtomicType.DATE,
          AtomicType.TIMESTAMP,
          AtomicType.TIMESTAMP_NTZ,
          new DecimalType(7, 2),
          new DecimalType(18, 0),
          new DecimalType(19, 3),
          new DecimalType(38, 18));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void readsBackRandomRowsOfRandomTypes(int seed) throws IOException {
    Random random = new Random(seed);
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(8); i++) {
      fields.add(new Field("c" + i, type(random, 3)));
    }
    Schema schema = new Schema(fields);
    List<Batch> batches = new ArrayList<>();
    List<List<@Nullable Object>> expected = new ArrayList<>();
    for (int b = 0; b < 3; b++) {
      Batch batch = batch(schema, random, random.nextInt(3000));
      batches.add(batch);
      for (int row = 0; row < batch.rows(); row++) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < schema.size(); i++) {
          values.add(batch.column(i).value(row));
        }
        expected.add(values);
      }
    }
    Path file = folder.resolve("f.parquet");

    ParquetFiles.write(file, schema, batches, "snappy");

    assertThat(ParquetFiles.infer(file).catalogString()).isEqualTo(schema.catalogString());
    List<List<@Nullable Object>> rows = ParquetFiles.read(file, schema, 1 + random.nextInt(5000));
    assertThat(rows).hasSameSizeAs(expected);
    for (int row = 0; row < rows.size(); row++) {
      assertThat(comparable(rows.get(row))).isEqualTo(comparable(expected.get(row)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "snappy", "gzip", "lz4", "lz4_raw", "zstd"})
  void readsBackEveryCompression(String compression) throws IOException {
    Schema schema = Schema.of(new Field("n", AtomicType.BIGINT), new Field("s", AtomicType.STRING));
    Batch batch = batch(schema, new Random(7), 50_000);
    Path file = folder.resolve("f.parquet");

    ParquetFiles.write(file, schema, List.of(batch), compression);

    List<List<@Nullable Object>> rows = ParquetFiles.read(file, schema, 4096);
    assertThat(rows).hasSize(50_000);
    for (int row = 0; row < 50_000; row += 997) {
      assertThat(rows.get(row).get(0)).isEqualTo(batch.column(0).value(row));
      assertThat(rows.get(row).get(1)).isEqualTo(batch.column(1).value(row));
    }
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
    ParquetFiles.write(file, schema, List.of(batch(schema, new Random(1), 10)), "snappy");
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
    Batch batch = batch(schema, new Random(3), 500);
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
    ParquetFiles.write(file, schema, List.of(batch(schema, new Random(5), 300)), "snappy");
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
  void readsIntervalsBack() throws IOException {
    Schema schema = Schema.of(new Field("i", DayTimeIntervalType.DEFAULT));
    ColumnBuilder builder = ColumnBuilder.of(DayTimeIntervalType.DEFAULT, 1);
    builder.appendValue(5L);
    Path file = folder.resolve("f.parquet");

    ParquetFiles.write(
        file, schema, List.of(new Batch(schema, List.of(builder.build()), 1)), "snappy");

    assertThat(ParquetFiles.read(file, schema, 10)).containsExactly(List.of(5L));
  }

  private static DataType type(Random random, int depth) {
    int choice = depth == 0 ? 99 : random.nextInt(10);
    return switch (choice) {
      case 0, 1 -> new ArrayType(type(random, depth - 1));
      case 2 -> new MapType(LEAVES.get(random.nextInt(LEAVES.size())), type(random, depth - 1));
      case 3, 4 -> {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
          fields.add(new Field("f" + i, type(random, depth - 1)));
        }
        yield new StructType(fields);
      }
      default -> LEAVES.get(random.nextInt(LEAVES.size()));
    };
  }

  /** Columns of all shapes: flat, selected, constant. */
  private static Batch batch(Schema schema, Random random, int rows) {
    List<Column> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      int nulls = random.nextInt(3);
      int distinct = random.nextBoolean() ? 10 : 1_000_000;
      if (random.nextInt(8) == 0) {
        columns.add(
            ConstantColumn.of(field.type(), value(field.type(), random, nulls, distinct), rows));
        continue;
      }
      ColumnBuilder builder = ColumnBuilder.of(field.type(), rows);
      for (int i = 0; i < rows; i++) {
        builder.appendValue(value(field.type(), random, nulls, distinct));
      }
      Column column = builder.build();
      if (rows > 0 && random.nextInt(4) == 0) {
        int[] picked = random.ints(rows, 0, rows).toArray();
        column = column.select(picked, rows);
      }
      columns.add(column);
    }
    return new Batch(schema, columns, rows);
  }

  private static @Nullable Object value(DataType type, Random random, int nulls, int distinct) {
    if (nulls > 0 && random.nextInt(nulls * 3) == 0) {
      return null;
    }
    if (type instanceof ArrayType array) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        elements.add(value(array.element(), random, nulls, distinct));
      }
      return elements;
    }
    if (type instanceof MapType map) {
      List<Object> entries = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        Object key = value(map.key(), random, 0, distinct);
        entries.add(
            new SimpleImmutableEntry<@Nullable Object, @Nullable Object>(
                key, value(map.value(), random, nulls, distinct)));
      }
      return entries;
    }
    if (type instanceof StructType struct) {
      List<@Nullable Object> values = new ArrayList<>();
      for (Field field : struct.fields()) {
        values.add(value(field.type(), random, nulls, distinct));
      }
      return values;
    }
    int n = random.nextInt(distinct);
    if (type instanceof DecimalType decimal) {
      BigInteger unscaled =
          new BigInteger(Math.min(120, decimal.precision() * 3), random)
              .mod(BigInteger.TEN.pow(decimal.precision()));
      return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), decimal.scale());
    }
    return switch ((AtomicType) type) {
      case BOOLEAN -> n % 2 == 0;
      case TINYINT -> (int) (byte) n;
      case SMALLINT -> (int) (short) n;
      case INT, DATE -> n - distinct / 2;
      case BIGINT -> (n - distinct / 2) * 1_000_003L;
      case TIMESTAMP, TIMESTAMP_NTZ -> (n - distinct / 2) * 1_000_000_003L;
      case FLOAT -> n % 50 == 0 ? Float.NaN : n / 3f;
      case DOUBLE -> n % 50 == 0 ? -0.0 : n / 3d;
      case STRING -> n % 10 == 0 ? "" : "text é " + n;
      case BINARY -> new byte[] {(byte) n, (byte) (n >> 8), 0};
      case NULL, CALENDAR_INTERVAL -> null;
    };
  }

  private static @Nullable Object comparable(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof Map.Entry<?, ?> entry) {
      Map<String, @Nullable Object> pair = new LinkedHashMap<>();
      pair.put("key", comparable(entry.getKey()));
      pair.put("value", comparable(entry.getValue()));
      return pair;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> all = new ArrayList<>();
      list.forEach(v -> all.add(comparable(v)));
      return all;
    }
    return value;
  }
}
