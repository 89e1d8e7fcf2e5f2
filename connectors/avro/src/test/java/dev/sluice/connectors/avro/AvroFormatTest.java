package dev.sluice.connectors.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.file.FileFormatContract;
import dev.sluice.connectors.file.FormatFixture;
import dev.sluice.connectors.file.RandomRows;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroFormatTest extends FileFormatContract {
  private static final Schema TWO =
      Schema.of(new Field("n", AtomicType.BIGINT), new Field("s", AtomicType.STRING));

  @TempDir Path files;

  @Override
  protected FileFormat format() {
    return new AvroFormat();
  }

  /** Avro has no smaller whole numbers than int. */
  @Override
  protected String inferred(Schema written) {
    return written.catalogString().replace("tinyint", "int").replace("smallint", "int");
  }

  @Override
  protected List<String> compressions() {
    return List.of("none", "uncompressed", "snappy", "deflate", "bzip2", "xz", "zstandard");
  }

  @Test
  void doesNotNameTheCompression() {
    for (String compression : compressions()) {
      Options options = Options.of(format().writeOptions(), Map.of("compression", compression));
      assertThat(format().writer(TWO, options, Session.DEFAULT).suffix()).isEqualTo("-c000.avro");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "deflate"})
  void theLibraryReadsWhatIsWrittenHere(String compression) throws IOException {
    Schema schema = TypeParser.parseSchema("i int, d decimal(10,2), a array<string>, t timestamp");
    Path file = files.resolve("f.avro");
    write(
        file,
        schema,
        Map.of("compression", compression),
        List.of(7, new BigDecimal("-1.50"), List.of("x"), 1_000_001L));

    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
      GenericRecord record = reader.next();
      assertThat(record.get("i")).isEqualTo(7);
      assertThat(record.get("t")).isEqualTo(1_000_001L);
      assertThat(record.get("a")).hasToString("[x]");
      assertThat(decimal(record.get("d"))).isEqualTo(new BigDecimal("-1.50"));
      assertThat(reader.hasNext()).isFalse();
      assertThat(reader.getMetaString("org.apache.spark.version")).isEqualTo("4.1.3");
      assertThat(reader.getSchema().toString())
          .contains("\"name\":\"topLevelRecord\"")
          .contains("[\"int\",\"null\"]")
          .contains("{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}")
          .contains("\"namespace\":\"topLevelRecord.d\"")
          .contains("\"size\":5");
    }
  }

  private static BigDecimal decimal(Object fixed) {
    return new BigDecimal(new BigInteger(((GenericData.Fixed) fixed).bytes()), 2);
  }

  @Test
  void readsWhatTheLibraryWrites() throws IOException {
    String json =
        """
        {"type": "record", "name": "r", "fields": [
          {"name": "e", "type": {"type": "enum", "name": "color", "symbols": ["RED", "BLUE"]}},
          {"name": "f", "type": {"type": "fixed", "name": "four", "size": 4}},
          {"name": "ms", "type": {"type": "long", "logicalType": "timestamp-millis"}},
          {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-millis"}},
          {"name": "d", "type": {"type": "int", "logicalType": "date"}},
          {"name": "m", "type": {"type": "bytes", "logicalType": "decimal",
                                 "precision": 5, "scale": 2}},
          {"name": "u", "type": ["null", "int", "string"]},
          {"name": "n", "type": ["long", "int"]},
          {"name": "x", "type": ["null", "double"]},
          {"name": "uid", "type": {"type": "string", "logicalType": "uuid"}}]}\
        """;
    org.apache.avro.Schema schema = new org.apache.avro.Schema.Parser().parse(json);
    Path file = files.resolve("f.avro");
    GenericRecord record = new GenericData.Record(schema);
    record.put("e", new GenericData.EnumSymbol(schema.getField("e").schema(), "BLUE"));
    record.put("f", new GenericData.Fixed(schema.getField("f").schema(), new byte[] {1, 2, 3, 4}));
    record.put("ms", 5L);
    record.put("local", 6L);
    record.put("d", 19_000);
    record.put("m", ByteBuffer.wrap(new byte[] {(byte) 0xff, 0x38}));
    record.put("u", "text");
    record.put("n", 9);
    record.put("x", null);
    record.put("uid", "0-1");
    writeRecords(file, schema, List.of(record));

    Schema found = FormatFixture.infer(format(), file);

    assertThat(found.catalogString())
        .isEqualTo(
            "struct<e:string,f:binary,ms:timestamp,local:timestamp_ntz,d:date,m:decimal(5,2),"
                + "u:struct<member0:int,member1:string>,n:bigint,x:double,uid:string>");
    List<@Nullable Object> row = FormatFixture.read(format(), file, found, 10).get(0);
    assertThat(row.get(0)).isEqualTo("BLUE");
    assertThat((byte[]) row.get(1)).containsExactly(1, 2, 3, 4);
    assertThat(row.subList(2, 10))
        .isEqualTo(
            Arrays.asList(
                5000L,
                6000L,
                19_000,
                new BigDecimal("-2.00"),
                Arrays.asList(null, "text"),
                9L,
                null,
                "0-1"));
    assertThat(read(file, "n bigint, E string")).isEqualTo(List.of(List.of(9L, "BLUE")));
  }

  @Test
  void readsByAnotherSchemaAsAvroResolvesIt() throws IOException {
    Path file = files.resolve("f.avro");
    write(
        file, TypeParser.parseSchema("a int, b string, c double"), Map.of(), List.of(1, "x", 2.5));
    String as =
        """
        {"type": "record", "name": "topLevelRecord", "fields": [
          {"name": "c2", "aliases": ["c"], "type": ["null", "double"]},
          {"name": "added", "type": "string", "default": "none"},
          {"name": "a", "type": ["long", "null"]}]}\
        """;
    Map<String, String> options = Map.of("avroSchema", as);
    Schema found = FormatFixture.infer(format(), options, file);

    assertThat(found.catalogString()).isEqualTo("struct<c2:double,added:string,a:bigint>");
    assertThat(
            FormatFixture.read(
                format(), file, found, new ScanRequest(found, List.of(), 10), options))
        .isEqualTo(List.of(List.of(2.5, "none", 1L)));
  }

  @Test
  void writesByAGivenSchema() throws IOException {
    String as =
        """
        {"type": "record", "name": "order", "namespace": "shop", "fields": [
          {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
          {"name": "color", "type": ["null", {"type": "enum", "name": "c", "symbols": ["RED"]}]},
          {"name": "more", "type": ["null", "string"], "default": null}]}\
        """;
    Schema schema = TypeParser.parseSchema("color string, at timestamp");
    Path file = files.resolve("f.avro");

    write(
        file, schema, Map.of("avroSchema", as, "compression", "none"), List.of("RED", 1_234_567L));

    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
      assertThat(reader.getSchema().getFullName()).isEqualTo("shop.order");
    }
    assertThat(read(file, "at timestamp, color string, more string"))
        .isEqualTo(List.of(Arrays.asList(1_234_000L, "RED", null)));
    assertThatThrownBy(
            () ->
                write(
                    files.resolve("g.avro"),
                    schema,
                    Map.of("avroSchema", as),
                    List.of("GREEN", 1L)))
        .hasMessageContaining("'GREEN' in column 'color' is none of the symbols [RED]");
  }

  @Test
  void checksTheSchemaToWriteBeforeAnyRow() {
    Problems problems = new Problems();
    String as =
        "{\"type\": \"record\", \"name\": \"r\","
            + " \"fields\": [{\"name\": \"id\", \"type\": \"string\"}]}";

    format()
        .checkWrite(
            Schema.of(new Field("id", AtomicType.BIGINT)),
            Options.of(format().writeOptions(), Map.of("avroSchema", as)),
            problems);
    format().check(Options.of(format().options(), Map.of("avroSchema", "{")), problems);

    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactly("invalid-option-value", "invalid-option-value");
    assertThat(problems.all().get(0).fact()).contains("column 'id' of type bigint");
  }

  @Test
  void matchesFieldsByPositionIfTold() throws IOException {
    Path file = files.resolve("f.avro");
    write(file, TypeParser.parseSchema("a int, b string"), Map.of(), List.of(1, "x"));
    Schema other = TypeParser.parseSchema("x int, y string");

    assertThat(
            FormatFixture.read(
                format(),
                file,
                other,
                new ScanRequest(other, List.of(), 10),
                Map.of("positionalFieldMatching", "true")))
        .isEqualTo(List.of(List.of(1, "x")));
  }

  @Test
  void readsEveryRowOnceHoweverTheFileIsCut() throws IOException {
    Path file = files.resolve("f.avro");
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      batches.add(RandomRows.batch(TWO, new Random(i), 4000));
    }
    FormatFixture.write(format(), file, TWO, batches, Map.of());
    long length = Files.size(file);
    ScanRequest all = new ScanRequest(TWO, List.of(), 4096);
    List<List<@Nullable Object>> whole = FormatFixture.read(format(), file, TWO, all, Map.of());

    assertThat(whole).hasSize(80_000);
    for (int parts : new int[] {2, 7, 100}) {
      List<List<@Nullable Object>> pieces = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        pieces.addAll(
            FormatFixture.read(
                format(),
                file,
                TWO,
                all,
                Map.of(),
                Session.DEFAULT,
                length * i / parts,
                length * (i + 1) / parts));
      }
      assertThat(pieces).isEqualTo(whole);
    }
  }

  @Test
  void refusesRecordsThatHoldThemselves() throws IOException {
    String json =
        "{\"type\": \"record\", \"name\": \"list\", \"fields\": ["
            + "{\"name\": \"v\", \"type\": \"int\"},"
            + "{\"name\": \"next\", \"type\": [\"null\", \"list\"]}]}";
    org.apache.avro.Schema schema = new org.apache.avro.Schema.Parser().parse(json);
    GenericRecord inner = new GenericData.Record(schema);
    inner.put("v", 2);
    GenericRecord outer = new GenericData.Record(schema);
    outer.put("v", 1);
    outer.put("next", inner);
    Path file = files.resolve("f.avro");
    writeRecords(file, schema, List.of(outer, inner));

    assertThatThrownBy(() -> FormatFixture.infer(format(), file))
        .hasMessageContaining("the record 'list' holds itself");
    assertThat(read(file, "v int")).isEqualTo(List.of(List.of(1), List.of(2)));
  }

  @Test
  void saysWhichFieldHasAnotherType() throws IOException {
    Path file = files.resolve("f.avro");
    write(file, TypeParser.parseSchema("a struct<b:string>"), Map.of(), List.of(List.of("x")));

    assertThatThrownBy(() -> read(file, "a struct<b:int>"))
        .hasMessageContaining("the field 'a.b' is")
        .hasMessageContaining("cannot be read as int");
    assertThat(read(file, "nope int")).isEqualTo(List.of(Arrays.asList((Object) null)));
  }

  @ParameterizedTest
  @CsvSource({
    ", CORRECTED, 0",
    ", LEGACY, 2",
    "2.4.8, CORRECTED, 2",
    "4.1.3, LEGACY, 0",
    "marked, CORRECTED, 2"
  })
  void countsOldDaysByTheCalendarOfTheWriter(@Nullable String writer, String mode, int fewer)
      throws IOException {
    org.apache.avro.Schema schema =
        new org.apache.avro.Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "r", "fields": [
                 {"name": "d", "type": {"type": "int", "logicalType": "date"}},
                 {"name": "t", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
                 {"name": "n", "type": {"type": "long", "logicalType": "local-timestamp-micros"}}]}
                """);
    Path file = files.resolve("f.avro");
    int year1 = -719_164;
    try (OutputStream out = Files.newOutputStream(file);
        DataFileWriter<GenericRecord> records =
            new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
      if (writer != null) {
        boolean marked = writer.equals("marked");
        records.setMeta("org.apache.spark.version", marked ? "4.1.3" : writer);
        if (marked) {
          records.setMeta("org.apache.spark.legacyDateTime", "");
        }
      }
      records.create(schema, out);
      GenericRecord record = new GenericData.Record(schema);
      record.put("d", year1);
      record.put("t", year1 * 86_400_000L + 1);
      record.put("n", year1 * 86_400_000_000L);
      records.append(record);
    }

    Schema columns = TypeParser.parseSchema("d date, t timestamp, n timestamp_ntz");
    List<List<@Nullable Object>> rows =
        FormatFixture.read(
            format(),
            file,
            columns,
            new ScanRequest(columns, List.of(), 10),
            Map.of("datetimeRebaseMode", mode));

    // The first of January of the year 1 by the Julian calendar is two days earlier.
    long day = year1 + fewer;
    assertThat(rows)
        .containsExactly(List.of((int) day, day * 86_400_000_000L + 1000, year1 * 86_400_000_000L));
  }

  @Test
  void takesTheSchemaFromItsPlaceUnlessOneIsGiven() throws IOException {
    String schema = "{\"type\": \"record\", \"name\": \"r\", \"fields\": []}";
    Files.writeString(files.resolve("r.avsc"), schema);
    LocalFileStore store = new LocalFileStore();
    for (List<Option> declared : List.of(format().options(), format().writeOptions())) {
      Options url = Options.of(declared, Map.of("avroSchemaUrl", "r.avsc"));
      assertThat(format().resolved(url, at -> store, files.toString()).text("avroSchema"))
          .isEqualTo(schema);
      Options both = url.with("avroSchema", "other");
      assertThat(format().resolved(both, at -> store, files.toString()).text("avroSchema"))
          .isEqualTo("other");
      Options gone = Options.of(declared, Map.of("avroSchemaUrl", "gone.avsc"));
      assertThatThrownBy(() -> format().resolved(gone, at -> store, files.toString()))
          .hasMessageContaining("gone.avsc' of 'avroSchemaUrl' cannot be read: no such file");
    }
  }

  @Test
  void refusesDaysThatNobodySaysHowToCount() throws IOException {
    Path file = files.resolve("f.avro");
    Schema columns = TypeParser.parseSchema("d date");
    org.apache.avro.Schema schema =
        new org.apache.avro.Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "r", "fields": [
                 {"name": "d", "type": {"type": "int", "logicalType": "date"}}]}
                """);
    for (int day : new int[] {-141_428, -141_427}) {
      try (OutputStream out = Files.newOutputStream(file);
          DataFileWriter<GenericRecord> records =
              new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
        records.create(schema, out);
        GenericRecord record = new GenericData.Record(schema);
        record.put("d", day);
        records.append(record);
      }
      ScanRequest request = new ScanRequest(columns, List.of(), 10);
      Map<String, String> asked = Map.of("datetimeRebaseMode", "EXCEPTION");
      if (day < -141_427) {
        assertThatThrownBy(() -> FormatFixture.read(format(), file, columns, request, asked))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("a date before 1582-10-15")
            .hasMessageContaining("LEGACY");
      } else {
        assertThat(FormatFixture.read(format(), file, columns, request, asked))
            .containsExactly(List.of(day));
      }
    }
  }

  @Test
  void readsOrRefusesDamagedFiles() throws IOException {
    Schema schema = TypeParser.parseSchema("n bigint, s string, l array<int>, d decimal(30,2)");
    Path file = files.resolve("f.avro");
    FormatFixture.write(
        format(), file, schema, List.of(RandomRows.batch(schema, new Random(5), 500)), Map.of());
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(9);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(i % 2 == 0 ? whole.length : 600)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try {
        FormatFixture.read(format(), file, schema, 1000);
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
    Files.writeString(file, "hello world");
    assertThatThrownBy(() -> FormatFixture.infer(format(), file)).hasMessageContaining("no Avro");
  }

  @Test
  void refusesTypesThatAvroLacks() {
    for (String type : List.of("interval", "time", "map<int,string>", "array<interval>")) {
      assertThat(format().canWrite(TypeParser.parseType(type))).as(type).isFalse();
    }
    for (String type : List.of("interval day to second", "map<string,int>", "timestamp_ntz")) {
      assertThat(format().canWrite(TypeParser.parseType(type))).as(type).isTrue();
    }
  }

  private void write(Path file, Schema schema, Map<String, String> options, List<?> row)
      throws IOException {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(i).type(), 1);
      builder.appendValue(row.get(i));
      columns.add(builder.build());
    }
    FormatFixture.write(format(), file, schema, List.of(new Batch(schema, columns, 1)), options);
  }

  private static void writeRecords(
      Path file, org.apache.avro.Schema schema, List<GenericRecord> records) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        DataFileWriter<GenericRecord> writer =
            new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
      writer.create(schema, out);
      for (GenericRecord record : records) {
        writer.append(record);
      }
    }
  }

  private List<List<@Nullable Object>> read(Path file, String schema) throws IOException {
    return FormatFixture.read(format(), file, TypeParser.parseSchema(schema), 100);
  }
}
