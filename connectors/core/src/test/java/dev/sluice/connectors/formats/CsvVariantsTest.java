package dev.sluice.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.csv.CsvFormat;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.variant.Variant;
import dev.sluice.operators.variant.VariantText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VARIANT from CSV files; facts are those of Spark 4.1.3. */
class CsvVariantsTest {
  private static final CsvFormat FORMAT = new CsvFormat();
  @TempDir Path folder;

  @Test
  void wholeRecordsAreObjectsOfTheFieldsTheyHave() throws IOException {
    assertThat(single("1, 2,x\n3\n\"4\",5,6,7,8,9,10,11,12,13\n", Map.of()))
        .containsExactly(
            "{\"_c0\":1,\"_c1\":\" 2\",\"_c2\":\"x\"}",
            "{\"_c0\":3}",
            "{\"_c0\":4,\"_c1\":\"5\",\"_c2\":\"6\",\"_c3\":7,\"_c4\":8,\"_c5\":9,\"_c6\":10,"
                + "\"_c7\":11,\"_c8\":12,\"_c9\":13}");
  }

  @Test
  void headerNamesTheFieldsAndSaysHowManyThereAre() throws IOException {
    Map<String, String> header = Map.of("header", "true");
    assertThat(single("a,,c\n1,2,3\n4\n5,6,7,8\n", header))
        .containsExactly("{\"\":2,\"a\":1,\"c\":3}", "{\"a\":4}", "{\"\":6,\"a\":5,\"c\":7}");
    assertThat(whole("a,b\n1,2\n3\n,x\n", header, "v variant, _corrupt_record string"))
        .containsExactly("{\"a\":1,\"b\":2}|null", "{\"a\":3}|3", "{\"a\":null,\"b\":\"x\"}|null");
  }

  @Test
  void twoFieldsOfOneNameAreMalformed() throws IOException {
    Map<String, String> header = Map.of("header", "true");
    assertThat(whole("a,b,a\n1,2,3\n4\n", header, "v variant, _corrupt_record string"))
        .containsExactly("null|1,2,3", "{\"a\":4}|4");
    assertThatThrownBy(() -> single("a,b,a\n1,2,3\n", Map.of("header", "true", "mode", "FAILFAST")))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining(":2: malformed record '1,2,3' (two of its fields have one name)");
    assertThat(single("a,b,a\n1,2,3\n", Map.of("header", "true", "mode", "DROPMALFORMED")))
        .isEmpty();
  }

  @Test
  void columnNeverGoesBackToAKindBeforeTheLast() throws IOException {
    assertThat(read("1\n1.5\n2\n", Map.of(), "v variant")).containsExactly("1", "1.5", "2");
    assertThat(read("2020-01-01\n2020-01-01 10:00:00\n2020-01-01\n", Map.of(), "v variant"))
        .containsExactly(
            "\"2020-01-01\"", "\"2020-01-01 10:00:00+00:00\"", "\"2020-01-01 00:00:00+00:00\"");
    assertThat(read("true\n1\ntrue\n", Map.of(), "v variant"))
        .containsExactly("true", "\"1\"", "\"true\"");
  }

  @Test
  void fieldThatIsNotThereIsNullAndAnEmptyOneANullValue() throws IOException {
    List<String> rows = new ArrayList<>();
    for (List<@Nullable Object> row : values("1,2\n6\n,x\n", Map.of(), "a variant, b variant")) {
      rows.add((row.get(0) == null) + " " + (row.get(1) == null));
    }
    assertThat(rows).containsExactly("false false", "false true", "false false");
    assertThat(read("1,\n", Map.of(), "a variant, b variant")).containsExactly("1|null");
    assertThat(single("\"\",a\nN,b\n", Map.of("nullValue", "N", "emptyValue", "7")))
        .containsExactly("{\"_c0\":7,\"_c1\":\"a\"}", "{\"_c0\":null,\"_c1\":\"b\"}");
  }

  @Test
  void datesFollowTheirPatterns() throws IOException {
    Map<String, String> patterns =
        Map.of("dateFormat", "yyyy/MM/dd", "timestampFormat", "dd-MM-yyyy HH:mm");
    assertThat(single("2020/01/02,02-03-2021 11:12,2020-01-01\n", patterns))
        .containsExactly(
            "{\"_c0\":\"2020-01-02\",\"_c1\":\"2021-03-02 11:12:00+00:00\","
                + "\"_c2\":\"2020-01-01\"}");
    assertThat(single("2020-01-01\n", Map.of("preferDate", "false")))
        .containsExactly("{\"_c0\":\"2020-01-01 00:00:00+00:00\"}");
  }

  @Test
  void fileIsReadInOnePiece() {
    assertThat(splittable("v variant")).isFalse();
    assertThat(splittable("v string")).isTrue();
  }

  private static boolean splittable(String schema) {
    return FORMAT
        .reader(
            TypeParser.parseSchema(schema), Options.of(FORMAT.options(), Map.of()), Session.DEFAULT)
        .splittable("a.csv");
  }

  @Test
  void noColumnMayStandBesideTheSingleOneButThatOfMalformedRecords() {
    assertThat(problems("v variant")).isEmpty();
    assertThat(problems("v variant, _corrupt_record string")).isEmpty();
    assertThat(problems("v variant, x int"))
        .containsExactly("with 'singleVariantColumn' the column 'x' cannot be declared");
    assertThat(problems("w variant"))
        .containsExactly("with 'singleVariantColumn' the column 'w' cannot be declared");
    assertThat(problems("_corrupt_record string"))
        .containsExactly("no column 'v' of type VARIANT is declared");
  }

  @Test
  void nothingNeedBeDeclared() throws IOException {
    Path file = file("1\n");
    assertThat(FormatFiles.infer(FORMAT, file, Map.of("singleVariantColumn", "v")))
        .isEqualTo(TypeParser.parseSchema("v variant"));
  }

  @Test
  void recordsAreCountedWhereNoColumnIsWanted() throws IOException {
    Path file = file("1,2\n3\n");
    for (String mode : List.of("PERMISSIVE", "DROPMALFORMED", "FAILFAST")) {
      assertThat(
              FormatFiles.read(
                  FORMAT,
                  file,
                  TypeParser.parseSchema("v variant"),
                  Schema.EMPTY,
                  Map.of("singleVariantColumn", "v", "mode", mode)))
          .as(mode)
          .hasSize(2);
    }
  }

  private static List<String> problems(String schema) {
    Problems problems = new Problems();
    FORMAT.checkRead(
        TypeParser.parseSchema(schema),
        Options.of(FORMAT.options(), Map.of("singleVariantColumn", "v")),
        problems);
    return problems.all().stream().map(Problem::fact).toList();
  }

  private List<String> single(String text, Map<String, String> options) throws IOException {
    return whole(text, options, "v variant");
  }

  private List<String> whole(String text, Map<String, String> options, String schema)
      throws IOException {
    Map<String, String> all = new HashMap<>(options);
    all.put("singleVariantColumn", "v");
    return read(text, all, schema);
  }

  private List<String> read(String text, Map<String, String> options, String schema)
      throws IOException {
    List<String> rows = new ArrayList<>();
    for (List<@Nullable Object> row : values(text, options, schema)) {
      rows.add(
          String.join(
              "|",
              row.stream()
                  .map(
                      value ->
                          value instanceof byte[] bytes
                              ? VariantText.json(Variant.of(bytes, 0), ZoneOffset.UTC)
                              : String.valueOf(value))
                  .toList()));
    }
    return rows;
  }

  private List<List<@Nullable Object>> values(
      String text, Map<String, String> options, String schema) throws IOException {
    Schema columns = TypeParser.parseSchema(schema);
    return FormatFiles.read(FORMAT, file(text), columns, columns, options);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "in", ".csv"), text);
  }
}
