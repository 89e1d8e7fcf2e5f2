package dev.sluice.connectors.orc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.file.FileFormatContract;
import dev.sluice.connectors.file.FormatFixture;
import dev.sluice.connectors.file.RandomRows;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.InList;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.expression.Session;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrcFormatTest extends FileFormatContract {
  private static final int ROWS = 30_000;

  @TempDir Path files;

  @Override
  protected FileFormat format() {
    return new OrcFormat();
  }

  @Override
  protected List<String> compressions() {
    return List.of("none", "uncompressed", "snappy", "zlib", "lzo", "lz4", "zstd");
  }

  @Test
  void namesFilesByTheirCompression() {
    Schema schema = Schema.of(new Field("n", AtomicType.BIGINT));
    for (String compression : compressions()) {
      Options options = Options.of(format().writeOptions(), Map.of("orc.compress", compression));
      String codec = compression.equals("uncompressed") ? "none" : compression;
      assertThat(format().writer(schema, options, Session.DEFAULT).suffix())
          .isEqualTo(codec.equals("none") ? "-c000.orc" : "-c000." + codec + ".orc");
    }
  }

  @Test
  void readsEveryRowOnceHoweverTheFileIsCut() throws IOException {
    Schema schema = Schema.of(new Field("n", AtomicType.BIGINT), new Field("s", AtomicType.STRING));
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      batches.add(RandomRows.batch(schema, new Random(i), 4000));
    }
    Path file = files.resolve("f.orc");
    FormatFixture.write(format(), file, schema, batches, Map.of("orc.stripe.size", "20000"));
    long length = Files.size(file);
    ScanRequest all = new ScanRequest(schema, List.of(), 4096);
    List<List<@Nullable Object>> whole = FormatFixture.read(format(), file, schema, all, Map.of());

    for (int parts : new int[] {2, 7, 100}) {
      List<List<@Nullable Object>> pieces = new ArrayList<>();
      int empty = 0;
      for (int i = 0; i < parts; i++) {
        List<List<@Nullable Object>> piece =
            FormatFixture.read(
                format(),
                file,
                schema,
                all,
                Map.of(),
                Session.DEFAULT,
                length * i / parts,
                length * (i + 1) / parts);
        empty += piece.isEmpty() ? 1 : 0;
        pieces.addAll(piece);
      }
      assertThat(pieces).isEqualTo(whole);
      assertThat(empty).isLessThan(parts - 1);
    }
  }

  @Test
  void passesOverGroupsOfRowsThatCannotMatch() throws IOException {
    ColumnReference id = reference(0, AtomicType.BIGINT);
    assertThat(read(compare(id, Comparison.Operator.LESS, 0L))).isZero();
    assertThat(read(compare(id, Comparison.Operator.LESS, 1L))).isEqualTo(10_000);
    assertThat(read(compare(id, Comparison.Operator.GREATER_OR_EQUAL, 25_000L))).isEqualTo(10_000);
    assertThat(read(compare(id, Comparison.Operator.GREATER, (long) ROWS))).isZero();
    assertThat(read(compare(id, Comparison.Operator.EQUAL, 15_000L))).isEqualTo(10_000);
    Expression five = new Literal(AtomicType.BIGINT, 5L, "5");
    assertThat(read(new Comparison(Comparison.Operator.GREATER, five, id))).isEqualTo(10_000);
    assertThat(
            read(new InList(id, List.of(five, new Literal(AtomicType.BIGINT, 29_999L, "29999")))))
        .isEqualTo(20_000);
    assertThat(read(new NullTest(id, NullTest.Kind.NULL, false, ""))).isZero();
    assertThat(read(new NullTest(id, NullTest.Kind.NULL, true, ""))).isEqualTo(ROWS);
    Expression never = compare(id, Comparison.Operator.LESS, 0L);
    Expression first = compare(id, Comparison.Operator.LESS, 5L);
    assertThat(read(new Logic(true, List.of(first, never)))).isZero();
    assertThat(read(new Logic(false, List.of(first, never)))).isEqualTo(10_000);
  }

  @Test
  void passesOverGroupsByColumnsOfEveryType() throws IOException {
    ColumnReference text = reference(1, AtomicType.STRING);
    ColumnReference real = reference(2, AtomicType.DOUBLE);
    ColumnReference day = reference(3, AtomicType.DATE);
    ColumnReference time = reference(4, AtomicType.TIMESTAMP);
    ColumnReference money = reference(5, new DecimalType(10, 2));
    assertThat(read(compare(text, Comparison.Operator.EQUAL, "t115000"))).isEqualTo(10_000);
    assertThat(read(compare(real, Comparison.Operator.LESS_OR_EQUAL, -1d))).isZero();
    assertThat(read(compare(real, Comparison.Operator.LESS, 2d))).isEqualTo(10_000);
    assertThat(read(compare(day, Comparison.Operator.EQUAL, 15_000))).isEqualTo(10_000);
    assertThat(read(compare(time, Comparison.Operator.GREATER_OR_EQUAL, 29_999_000_000L)))
        .isEqualTo(10_000);
    assertThat(read(compare(money, Comparison.Operator.EQUAL, new BigDecimal("150.00"))))
        .isEqualTo(10_000);
  }

  @Test
  void convertsColumnsOfOtherTypesAsSparkDoes() throws IOException {
    Schema schema =
        TypeParser.parseSchema("i int, s string, d double, b boolean, dec decimal(10,2)");
    Path file = files.resolve("f.orc");
    write(file, schema, Arrays.asList(3, "x", 2.5, true, new BigDecimal("1.50")));

    assertThat(readAll(file, "i bigint, d string, s int, dec decimal(12,4), nope int, B string"))
        .isEqualTo(List.of(Arrays.asList(3L, "2.5", null, new BigDecimal("1.5000"), null, "TRUE")));
    assertThat(readAll(file, "i string")).isEqualTo(List.of(List.of("3")));
    assertThatThrownBy(() -> readAll(file, "i array<int>"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("array");
  }

  @Test
  void fillsFieldsThatAStructLacks() throws IOException {
    Schema schema = TypeParser.parseSchema("st struct<a:int,b:string>");
    Path file = files.resolve("f.orc");
    write(file, schema, List.of(List.of(1, "x")));

    assertThat(readAll(file, "st struct<x:int,A:bigint>"))
        .isEqualTo(List.of(List.of(Arrays.asList(null, 1L))));
  }

  @Test
  void readsOldDatesAndTimesByTheirCalendarDay() throws IOException {
    Schema schema = TypeParser.parseSchema("d date, t timestamp, n timestamp_ntz");
    Path file = files.resolve("f.orc");
    int day = (int) LocalDate.of(1200, 1, 1).toEpochDay();
    long micros = day * 86_400_000_000L + 123_456;
    write(file, schema, List.of(day, micros, micros));

    assertThat(FormatFixture.read(format(), file, schema, 10))
        .isEqualTo(List.of(List.of(day, micros, micros)));
  }

  @Test
  void timesWithoutZoneKeepTheirWallClock() throws IOException {
    Schema schema = TypeParser.parseSchema("t timestamp, n timestamp_ntz");
    Session berlin = new Session(ZoneId.of("Europe/Berlin"), true);
    Path file = files.resolve("f.orc");
    long noon = 1_720_000_000_000_000L;
    ColumnBuilder times = ColumnBuilder.of(AtomicType.TIMESTAMP, 1);
    times.appendValue(noon);
    ColumnBuilder plain = ColumnBuilder.of(AtomicType.TIMESTAMP_NTZ, 1);
    plain.appendValue(noon);
    Batch batch = new Batch(schema, List.of(times.build(), plain.build()), 1);
    FormatFixture.write(format(), file, schema, List.of(batch), Map.of(), berlin);
    ScanRequest request = new ScanRequest(schema, List.of(), 10);

    assertThat(FormatFixture.read(format(), file, schema, request, Map.of(), berlin, 0, 1000))
        .isEqualTo(List.of(List.of(noon, noon)));
    assertThat(FormatFixture.read(format(), file, schema, 10))
        .isEqualTo(List.of(List.of(noon + 7_200_000_000L, noon)));
  }

  @Test
  void mergesTheColumnsOfAllFiles() throws IOException {
    Path one = files.resolve("1.orc");
    Path two = files.resolve("2.orc");
    Path three = files.resolve("3.orc");
    write(one, TypeParser.parseSchema("a int, st struct<x:int>"), List.of(1, List.of(1)));
    write(
        two,
        TypeParser.parseSchema("a int, st struct<y:int>, b string"),
        List.of(1, List.of(1), ""));
    write(three, TypeParser.parseSchema("a bigint"), List.of(1L));
    Map<String, String> merge = Map.of("mergeSchema", "true");

    assertThat(FormatFixture.infer(format(), merge, one, two).catalogString())
        .isEqualTo("struct<a:int,st:struct<x:int,y:int>,b:string>");
    assertThat(FormatFixture.infer(format(), one, two).catalogString())
        .isEqualTo("struct<a:int,st:struct<x:int>>");
    assertThatThrownBy(() -> FormatFixture.infer(format(), merge, one, three))
        .hasMessageContaining("3.orc")
        .hasMessageContaining("column 'a' is bigint here, but int in another file");
  }

  @Test
  void matchesColumnsByPositionWhereTheFileHasNoNames() throws IOException {
    Path file = files.resolve("f.orc");
    write(file, TypeParser.parseSchema("_col0 int, _col1 string"), List.of(1, "a"));

    assertThat(readAll(file, "x int, y string")).isEqualTo(List.of(List.of(1, "a")));
    Schema columns = TypeParser.parseSchema("x int, y string, z int");
    Schema wanted = Schema.of(columns.field(2), columns.field(1));
    assertThat(
            FormatFixture.read(
                format(), file, columns, new ScanRequest(wanted, List.of(), 10), Map.of()))
        .isEqualTo(List.of(Arrays.asList(null, "a")));
    assertThatThrownBy(() -> readAll(file, "x int"))
        .hasMessageContaining("2 columns without names and the schema 1");
  }

  @Test
  void matchesColumnsByPositionIfTold() throws IOException {
    Path file = files.resolve("f.orc");
    write(file, TypeParser.parseSchema("a int, b string"), List.of(1, "x"));
    Schema columns = TypeParser.parseSchema("b int, a string");

    assertThat(
            FormatFixture.read(
                format(),
                file,
                columns,
                new ScanRequest(columns, List.of(), 10),
                Map.of("orc.force.positional.evolution", "true")))
        .isEqualTo(List.of(List.of(1, "x")));
  }

  @Test
  void takesAFileWithoutAByteForOneWithoutRows() throws IOException {
    Path file = files.resolve("f.orc");
    Files.createFile(file);

    assertThat(readAll(file, "x int")).isEmpty();
    assertThatThrownBy(() -> FormatFixture.infer(format(), file))
        .hasMessageContaining("there is no ORC file to take the schema from");
  }

  @Test
  void refusesWhatIsNoOrcFile() throws IOException {
    Path file = files.resolve("f.orc");
    Files.writeString(file, "hello world");

    assertThatThrownBy(() -> readAll(file, "x int"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no ORC file");
  }

  @Test
  void readsOrRefusesDamagedFiles() throws IOException {
    Schema schema = TypeParser.parseSchema("n bigint, s string, l array<int>, d decimal(30,2)");
    Path file = files.resolve("f.orc");
    FormatFixture.write(
        format(), file, schema, List.of(RandomRows.batch(schema, new Random(5), 500)), Map.of());
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(9);
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      byte[] damaged = whole.clone();
      int at = i % 2 == 0 ? random.nextInt(whole.length) : whole.length - 1 - random.nextInt(800);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try {
        FormatFixture.read(format(), file, schema, 1000);
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      }
    }
    assertThat(refused).isPositive();
    for (int length = 1; length < whole.length; length += 512) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> FormatFixture.read(format(), file, schema, 1000))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesTypesThatSparkRefuses() {
    for (String type : List.of("void", "interval", "time", "array<interval>")) {
      assertThat(format().canWrite(TypeParser.parseType(type))).as(type).isFalse();
    }
    assertThat(format().canWrite(new StructType(List.of()))).isFalse();
    for (String type : List.of("interval day to second", "interval year", "timestamp_ntz")) {
      assertThat(format().canWrite(TypeParser.parseType(type))).as(type).isTrue();
    }
  }

  @Test
  void keepsIntervals() throws IOException {
    Schema schema = TypeParser.parseSchema("d interval day to second, y interval year to month");
    Path file = files.resolve("f.orc");
    write(file, schema, List.of(26L * 3_600_000_000L, 14));

    assertThat(FormatFixture.infer(format(), file).catalogString())
        .isEqualTo(schema.catalogString());
    assertThat(FormatFixture.read(format(), file, schema, 10))
        .isEqualTo(List.of(List.of(26L * 3_600_000_000L, 14)));
  }

  @Test
  void checksOptionsOfColumns() {
    Problems problems = new Problems();

    format()
        .checkWrite(
            Schema.of(new Field("id", AtomicType.BIGINT)),
            Options.of(format().writeOptions(), Map.of("orc.bloom.filter.columns", "id,ie")),
            problems);

    assertThat(problems.all()).extracting(Problem::code).containsExactly("unknown-column");
  }

  private void write(Path file, Schema schema, List<?> row) throws IOException {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(i).type(), 1);
      builder.appendValue(row.get(i));
      columns.add(builder.build());
    }
    FormatFixture.write(format(), file, schema, List.of(new Batch(schema, columns, 1)), Map.of());
  }

  private List<List<@Nullable Object>> readAll(Path file, String schema) throws IOException {
    return FormatFixture.read(format(), file, TypeParser.parseSchema(schema), 100);
  }

  private static ColumnReference reference(int index, DataType type) {
    return new ColumnReference(index, "c" + index, type, true);
  }

  private static Expression compare(
      ColumnReference column, Comparison.Operator operator, Object value) {
    return new Comparison(operator, column, new Literal(column.type(), value, value.toString()));
  }

  /** How many rows are delivered of 30,000 in three groups, whose values grow. */
  private long read(Expression filter) throws IOException {
    Schema schema =
        TypeParser.parseSchema(
            "c0 bigint, c1 string, c2 double, c3 date, c4 timestamp, c5 decimal(10,2)");
    List<ColumnBuilder> builders = new ArrayList<>();
    for (Field field : schema.fields()) {
      builders.add(ColumnBuilder.of(field.type(), ROWS));
    }
    for (int i = 0; i < ROWS; i++) {
      builders.get(0).appendValue((long) i);
      builders.get(1).appendValue("t" + (100_000 + i));
      builders.get(2).appendValue(i / 2d);
      builders.get(3).appendValue(i);
      builders.get(4).appendValue(i * 1_000_000L);
      builders.get(5).appendValue(BigDecimal.valueOf(i, 2));
    }
    Path file = files.resolve("groups.orc");
    if (!Files.exists(file)) {
      FormatFixture.write(
          format(),
          file,
          schema,
          List.of(new Batch(schema, builders.stream().map(b -> (Column) b.build()).toList(), ROWS)),
          Map.of());
    }
    return FormatFixture.read(
            format(), file, schema, new ScanRequest(schema, List.of(filter), 1000), Map.of())
        .size();
  }
}
