package dev.sluice.connectors.parquet;

import static org.apache.parquet.filter2.predicate.FilterApi.and;
import static org.apache.parquet.filter2.predicate.FilterApi.binaryColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.doubleColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.eq;
import static org.apache.parquet.filter2.predicate.FilterApi.gtEq;
import static org.apache.parquet.filter2.predicate.FilterApi.intColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.longColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.lt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.file.RandomRows;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.NullTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files pass both ways between us and the library's own record writer and reader. */
class ReferenceParquetTest {
  private static final List<CompressionCodecName> CODECS =
      List.of(
          CompressionCodecName.UNCOMPRESSED,
          CompressionCodecName.SNAPPY,
          CompressionCodecName.GZIP,
          CompressionCodecName.LZ4_RAW,
          CompressionCodecName.ZSTD);

  private static final Schema CLUSTERED =
      Schema.of(
          new Field("id", AtomicType.BIGINT),
          new Field("text", AtomicType.STRING),
          new Field("real", AtomicType.DOUBLE),
          new Field("maybe", AtomicType.INT),
          new Field("list", new ArrayType(AtomicType.STRING)));

  @TempDir Path folder;

  static Stream<Arguments> ways() {
    List<Arguments> ways = new ArrayList<>();
    int seed = 100;
    for (CompressionCodecName codec : CODECS) {
      for (WriterVersion version : WriterVersion.values()) {
        for (boolean dictionary : new boolean[] {true, false}) {
          ways.add(Arguments.of(codec, version, dictionary, seed++));
        }
      }
    }
    return ways.stream();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void readsWhatTheLibraryWrites(
      CompressionCodecName codec, WriterVersion version, boolean dictionary, int seed)
      throws IOException {
    Random random = new Random(seed);
    Schema schema = RandomRows.schema(random);
    List<List<@Nullable Object>> rows =
        RandomRows.rows(RandomRows.batch(schema, random, 1 + random.nextInt(3000)));
    Path file = folder.resolve("theirs.parquet");

    Groups.write(
        file,
        schema,
        rows,
        writer ->
            writer
                .withCompressionCodec(codec)
                .withWriterVersion(version)
                .withDictionaryEncoding(dictionary)
                .withPageRowCountLimit(1 + random.nextInt(1000))
                .withRowGroupRowCountLimit(1 + random.nextInt(2000)));

    assertThat(ParquetFiles.infer(file).catalogString()).isEqualTo(schema.catalogString());
    assertSame(ParquetFiles.read(file, schema, 1 + random.nextInt(1000)), rows);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void theLibraryReadsWhatWeWrite(
      CompressionCodecName codec, WriterVersion version, boolean dictionary, int seed)
      throws IOException {
    Random random = new Random(1000 + seed);
    Schema schema = RandomRows.schema(random);
    List<Batch> batches = new ArrayList<>();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Batch batch = RandomRows.batch(schema, random, random.nextInt(2000));
      batches.add(batch);
      rows.addAll(RandomRows.rows(batch));
    }
    Path file = folder.resolve("ours.parquet");

    ParquetFiles.write(
        file,
        schema,
        batches,
        Map.of(
            "compression", codec.name(),
            "parquet.enable.dictionary", Boolean.toString(dictionary),
            "parquet.page.row.count.limit", Integer.toString(1 + random.nextInt(1000)),
            "parquet.block.size", Integer.toString(1024 + random.nextInt(100_000))));

    assertSame(Groups.read(file, schema, FilterCompat.NOOP), rows);
  }

  private static void assertSame(
      List<List<@Nullable Object>> actual, List<List<@Nullable Object>> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int row = 0; row < expected.size(); row++) {
      assertThat(RandomRows.comparable(actual.get(row)))
          .isEqualTo(RandomRows.comparable(expected.get(row)));
    }
  }

  @Test
  void theLibraryFiltersByOurStatisticsAndPageIndexes() throws IOException {
    List<List<@Nullable Object>> rows = clustered(new Random(1), 20_000);
    Path file = folder.resolve("ours.parquet");
    writeOurs(file, rows);

    assertFound(file, rows, eq(longColumn("id"), 12_345L), row -> (Long) row.get(0) == 12_345L);
    assertFound(
        file,
        rows,
        and(gtEq(longColumn("id"), 5_990L), lt(longColumn("id"), 6_010L)),
        row -> (Long) row.get(0) >= 5_990 && (Long) row.get(0) < 6_010);
    assertFound(
        file,
        rows,
        eq(binaryColumn("text"), Binary.fromString("text 77")),
        row -> "text 77".equals(row.get(1)));
    assertFound(file, rows, lt(doubleColumn("real"), 10.0), row -> (Double) row.get(2) < 10.0);
    assertFound(file, rows, eq(intColumn("maybe"), null), row -> row.get(3) == null);
    assertFound(
        file, rows, eq(intColumn("maybe"), 19), row -> row.get(3) != null && row.get(3).equals(19));
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
      int pages = 0;
      for (BlockMetaData group : reader.getRowGroups()) {
        for (ColumnChunkMetaData chunk : group.getColumns()) {
          assertThat(reader.readOffsetIndex(chunk)).isNotNull();
          assertThat(reader.readColumnIndex(chunk)).isNotNull();
          assertThat(chunk.getStatistics().isNumNullsSet()).isTrue();
          pages += reader.readOffsetIndex(chunk).getPageCount();
        }
      }
      assertThat(reader.getRowGroups()).hasSizeGreaterThan(1);
      assertThat(pages).isGreaterThan(100);
    }
  }

  private static void assertFound(
      Path file,
      List<List<@Nullable Object>> rows,
      FilterPredicate filter,
      Predicate<List<@Nullable Object>> expected)
      throws IOException {
    assertSame(
        Groups.read(file, CLUSTERED, FilterCompat.get(filter)),
        rows.stream().filter(expected).toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesOutRowsByStatisticsAndPageIndexesAndNoneThatMatters(boolean ours) throws IOException {
    List<List<@Nullable Object>> rows = clustered(new Random(2), 20_000);
    Path file = folder.resolve("f.parquet");
    if (ours) {
      writeOurs(file, rows);
    } else {
      Groups.write(
          file,
          CLUSTERED,
          rows,
          writer -> writer.withPageRowCountLimit(300).withRowGroupRowCountLimit(7_000));
    }
    Random random = new Random(3);
    long delivered = 0;
    for (int i = 0; i < 60; i++) {
      long from = random.nextInt(20_000);
      long to = from + random.nextInt(300);
      Condition condition =
          switch (random.nextInt(5)) {
            case 0 -> Condition.compare(0, Comparison.Operator.EQUAL, from, row -> id(row) == from);
            case 1 ->
                Condition.compare(0, Comparison.Operator.GREATER_OR_EQUAL, from, r -> id(r) >= from)
                    .and(Condition.compare(0, Comparison.Operator.LESS, to, r -> id(r) < to));
            case 2 -> {
              String text = "text " + from / 100;
              yield Condition.compare(
                  1, Comparison.Operator.EQUAL, text, row -> text.equals(row.get(1)));
            }
            case 3 ->
                Condition.compare(
                    2, Comparison.Operator.LESS, from / 10.0, r -> (Double) r.get(2) < from / 10.0);
            default ->
                new Condition(
                        new NullTest(column(3), NullTest.Kind.NULL, false, ""),
                        row -> row.get(3) == null)
                    .and(Condition.compare(0, Comparison.Operator.LESS, to, r -> id(r) < to));
          };
      List<List<@Nullable Object>> found =
          ParquetFiles.read(
              file, new ScanRequest(CLUSTERED, List.of(condition.filter), 1 + random.nextInt(900)));
      delivered += found.size();
      Set<Long> ids = new HashSet<>();
      for (List<@Nullable Object> row : found) {
        ids.add(id(row));
        assertThat(RandomRows.comparable(row))
            .isEqualTo(RandomRows.comparable(rows.get((int) id(row))));
      }
      assertThat(ids).hasSameSizeAs(found);
      for (List<@Nullable Object> row : rows) {
        assertThat(ids.contains(id(row)) || !condition.matches.test(row)).isTrue();
      }
    }
    assertThat(delivered).isLessThan(60 * 20_000 / 3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesOutRowGroupsByBloomFilters(boolean ours) throws IOException {
    List<List<@Nullable Object>> rows = clustered(new Random(4), 6_000);
    for (List<@Nullable Object> row : rows) {
      // Every value is between those of other groups, so that only a Bloom filter can tell.
      row.set(0, id(row) * 7919 % 6_000 * 2);
      row.set(1, "text " + row.get(0));
    }
    Path file = folder.resolve("bloom.parquet");
    if (ours) {
      writeOurs(
          file,
          rows,
          Map.of(
              "parquet.bloom.filter.enabled#ID", "true",
              "parquet.bloom.filter.expected.ndv#id", "2000",
              "parquet.bloom.filter.enabled#text", "true",
              "parquet.enable.dictionary", "false",
              "parquet.block.size", "60000"));
      assertFound(file, rows, eq(longColumn("id"), 4_000L), row -> id(row) == 4_000);
      try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
        assertThat(reader.getRowGroups()).hasSizeGreaterThan(1);
        for (BlockMetaData group : reader.getRowGroups()) {
          assertThat(reader.readBloomFilter(group.getColumns().get(0))).isNotNull();
          assertThat(reader.readBloomFilter(group.getColumns().get(1))).isNotNull();
          assertThat(reader.readBloomFilter(group.getColumns().get(2))).isNull();
        }
      }
    } else {
      Groups.write(
          file,
          CLUSTERED,
          rows,
          writer ->
              writer
                  .withRowGroupRowCountLimit(2_000)
                  .withBloomFilterEnabled("id", true)
                  .withBloomFilterNDV("id", 2_000)
                  .withBloomFilterEnabled("text", true)
                  .withDictionaryEncoding(false));
    }

    Condition known = Condition.compare(0, Comparison.Operator.EQUAL, 4_000L, row -> true);
    Condition odd = Condition.compare(0, Comparison.Operator.EQUAL, 4_001L, row -> true);
    Condition text = Condition.compare(1, Comparison.Operator.EQUAL, "text 4001", row -> true);

    assertThat(ParquetFiles.read(file, new ScanRequest(CLUSTERED, List.of(known.filter), 100)))
        .hasSizeLessThan(6_000)
        .anyMatch(row -> id(row) == 4_000);
    assertThat(ParquetFiles.read(file, new ScanRequest(CLUSTERED, List.of(odd.filter), 100)))
        .isEmpty();
    assertThat(ParquetFiles.read(file, new ScanRequest(CLUSTERED, List.of(text.filter), 100)))
        .isEmpty();
  }

  /** A condition, as the query has it and as Java. */
  private record Condition(Expression filter, Predicate<List<@Nullable Object>> matches) {
    static Condition compare(
        int column,
        Comparison.Operator operator,
        Object value,
        Predicate<List<@Nullable Object>> matches) {
      DataType type = CLUSTERED.field(column).type();
      return new Condition(
          new Comparison(operator, column(column), new Literal(type, value, value.toString())),
          matches);
    }

    Condition and(Condition other) {
      return new Condition(
          new Logic(true, List.of(filter, other.filter)), matches.and(other.matches));
    }
  }

  private static ColumnReference column(int index) {
    Field field = CLUSTERED.field(index);
    return new ColumnReference(index, field.name(), field.type(), true);
  }

  private static long id(List<@Nullable Object> row) {
    Object id = row.get(0);
    return id instanceof Long number ? number : -1;
  }

  /** Rows whose values lie near each other, so that pages can be told apart. */
  private static List<List<@Nullable Object>> clustered(Random random, int count) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<@Nullable Object> row = new ArrayList<>();
      row.add((long) i);
      row.add("text " + i / 100);
      row.add(i / 5 * 0.5 - (i % 7 == 0 ? 0.25 : 0));
      row.add(i / 2000 % 2 == 1 && random.nextBoolean() ? null : i / 1000);
      List<@Nullable Object> list = new ArrayList<>();
      for (int k = random.nextInt(5); k > 0; k--) {
        list.add(random.nextInt(4) == 0 ? null : "element " + random.nextInt(1000));
      }
      row.add(random.nextInt(10) == 0 ? null : list);
      rows.add(row);
    }
    return rows;
  }

  private static void writeOurs(Path file, List<List<@Nullable Object>> rows) throws IOException {
    writeOurs(
        file, rows, Map.of("parquet.page.row.count.limit", "300", "parquet.block.size", "200000"));
  }

  private static void writeOurs(
      Path file, List<List<@Nullable Object>> rows, Map<String, String> options)
      throws IOException {
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += 1500) {
      List<List<@Nullable Object>> some = rows.subList(from, Math.min(rows.size(), from + 1500));
      List<dev.sluice.operators.data.Column> columns = new ArrayList<>();
      for (int i = 0; i < CLUSTERED.size(); i++) {
        ColumnBuilder builder = ColumnBuilder.of(CLUSTERED.field(i).type(), some.size());
        for (List<@Nullable Object> row : some) {
          builder.appendValue(row.get(i));
        }
        columns.add(builder.build());
      }
      batches.add(new Batch(CLUSTERED, columns, some.size()));
    }
    ParquetFiles.write(file, CLUSTERED, batches, options);
  }
}
