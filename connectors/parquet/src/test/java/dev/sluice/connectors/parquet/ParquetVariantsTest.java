package dev.sluice.connectors.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.file.FormatFixture;
import dev.sluice.operators.codec.json.JsonVariants;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.variant.Variant;
import dev.sluice.operators.variant.VariantText;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Parquet's own schema does not say: variants, intervals, collations. */
class ParquetVariantsTest {
  private static final List<@Nullable String> TEXTS =
      Arrays.asList("{\"a\":1,\"b\":[true,null,\"x\"]}", null, "-1.25", "\"text\"", "null", "[]");

  @TempDir Path folder;

  @Test
  void readsBackVariantsInAnyPlace() throws IOException {
    BytesColumn variants = variants();
    ArrayType arrays = new ArrayType(AtomicType.VARIANT);
    Schema schema = Schema.of(new Field("v", AtomicType.VARIANT), new Field("a", arrays));
    ArrayColumn lists =
        new ArrayColumn(
            arrays,
            variants,
            new int[] {0, 2, 2, 3, 6, 0},
            new int[] {2, 0, 1, 3, 0, 6},
            Validity.ofNulls(new boolean[] {false, false, false, false, true, false}, 6),
            6);
    Path file = folder.resolve("f.parquet");

    FormatFixture.write(
        new ParquetFormat(),
        file,
        schema,
        List.of(new Batch(schema, List.of(variants, lists), 6)),
        Map.of());

    assertThat(FormatFixture.infer(new ParquetFormat(), file).catalogString())
        .isEqualTo(schema.catalogString());
    List<List<@Nullable Object>> rows = FormatFixture.read(new ParquetFormat(), file, schema, 4);
    assertThat(rows).extracting(row -> text(row.get(0))).isEqualTo(TEXTS);
    assertThat(rows)
        .extracting(row -> text(row.get(1)))
        .containsExactly(
            TEXTS.subList(0, 2).toString(),
            "[]",
            TEXTS.subList(2, 3).toString(),
            TEXTS.subList(3, 6).toString(),
            null,
            TEXTS.toString());
  }

  @Test
  void readsWhatSparkHasShredded() throws IOException {
    Path file = resource("spark-variants.parquet");

    Schema schema = FormatFixture.infer(new ParquetFormat(), file);
    assertThat(schema.catalogString())
        .isEqualTo(
            "struct<id:bigint,v:variant,v_text:string,s:variant,s_text:string,a:array<variant>,n:struct<in:variant>>");
    List<List<@Nullable Object>> rows = FormatFixture.read(new ParquetFormat(), file, schema, 7);

    assertThat(rows).hasSize(40);
    for (List<@Nullable Object> row : rows) {
      assertThat(text(row.get(1))).isEqualTo(row.get(2));
      assertThat(text(row.get(3))).isEqualTo(row.get(4));
      assertThat(text(row.get(5))).isEqualTo("[" + row.get(2) + ", " + row.get(4) + ", null]");
      assertThat(text(row.get(6))).isEqualTo("[" + row.get(2) + "]");
    }
  }

  @Test
  void readsShreddedKeysThatDifferOnlyInCase() throws IOException {
    Path file = folder.resolve("f.parquet");
    GroupType key =
        Types.requiredGroup()
            .optional(PrimitiveTypeName.BINARY)
            .named("value")
            .optional(PrimitiveTypeName.INT64)
            .named("typed_value")
            .named("id");
    GroupType typed =
        new GroupType(
            Type.Repetition.OPTIONAL,
            "typed_value",
            key,
            new GroupType(Type.Repetition.REQUIRED, "ID", key.getFields()));
    MessageType message =
        new MessageType(
            "rows",
            Types.optionalGroup()
                .as(LogicalTypeAnnotation.variantType((byte) 1))
                .required(PrimitiveTypeName.BINARY)
                .named("metadata")
                .optional(PrimitiveTypeName.BINARY)
                .named("value")
                .addField(typed)
                .named("v"));
    // Version 1, sorted, two names.
    byte[] metadata = {0x11, 2, 0, 2, 4, 'I', 'D', 'i', 'd'};
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(message).build()) {
      Group row = new SimpleGroup(message);
      Group variant = row.addGroup("v");
      variant.add("metadata", Binary.fromConstantByteArray(metadata));
      Group object = variant.addGroup("typed_value");
      object.addGroup("id").add("typed_value", 1L);
      object.addGroup("ID").add("typed_value", 2L);
      writer.write(row);
    }

    Schema schema = FormatFixture.infer(new ParquetFormat(), file);
    assertThat(schema.catalogString()).isEqualTo("struct<v:variant>");
    assertThat(FormatFixture.read(new ParquetFormat(), file, schema, 4))
        .extracting(row -> text(row.get(0)))
        .containsExactly("{\"ID\":2,\"id\":1}");
  }

  @Test
  void readsArraysOfNoTypeThatSparkWroteByTheTypesOfTheFile() throws IOException {
    Path file = resource("spark-empty-arrays.parquet");

    Schema schema = FormatFixture.infer(new ParquetFormat(), file);

    assertThat(schema.catalogString())
        .isEqualTo("struct<c:array<boolean>,b:map<string,int>,a:array<boolean>>");
    List<List<@Nullable Object>> rows = FormatFixture.read(new ParquetFormat(), file, schema, 3);
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get(0)).isEqualTo(List.of());
  }

  @Test
  void restoresIntervalsAndCollationsThatSparkWrote() throws IOException {
    Path file = resource("spark-intervals.parquet");

    Schema schema = FormatFixture.infer(new ParquetFormat(), file);

    assertThat(schema.catalogString())
        .isEqualTo(
            "struct<ym:interval year to month,ym_text:string,ds:interval day to"
                + " second,ds_text:string,h:interval day to second,a:array<interval day to"
                + " second>,m:map<string,interval year to month>,s:struct<y:interval year to"
                + " month>,lcase:string collate UTF8_LCASE,la:array<string collate"
                + " UTF8_LCASE>,ntz:timestamp_ntz>");
    List<List<@Nullable Object>> rows = FormatFixture.read(new ParquetFormat(), file, schema, 3);
    assertThat(rows).hasSize(4);
    assertThat(rows.get(2).get(0)).isEqualTo(21);
    assertThat(rows.get(2).get(2)).isEqualTo(180_184_500_000L);
    assertThat(rows.get(1).get(0)).isNull();
  }

  @Test
  void writesTheTypesThatTheFileLacksAsSparkDoes() throws IOException {
    Schema schema =
        TypeParser.parseSchema(
            "m interval month, d interval day to second, c string collate UTF8_LCASE,"
                + " a array<string collate UTF8_LCASE>, s struct<c: string collate UTF8_LCASE>,"
                + " k map<string, interval hour>, v variant");
    Path file = folder.resolve("f.parquet");

    FormatFixture.write(new ParquetFormat(), file, schema, List.of(), Map.of());

    assertThat(FormatFixture.infer(new ParquetFormat(), file).catalogString())
        .isEqualTo(schema.catalogString());
  }

  private static BytesColumn variants() {
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.VARIANT, TEXTS.size());
    JsonVariants variants = new JsonVariants();
    for (String text : TEXTS) {
      if (text == null) {
        out.appendNull();
      } else {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(variants.append(bytes, 0, bytes.length, out)).isTrue();
      }
    }
    return out.build();
  }

  private static @Nullable String text(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(ParquetVariantsTest::text).toList().toString();
    }
    return value == null ? null : VariantText.json(Variant.of((byte[]) value, 0), ZoneOffset.UTC);
  }

  private static Path resource(String name) {
    URL found = Objects.requireNonNull(ParquetVariantsTest.class.getResource(name), name);
    try {
      return Path.of(found.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
