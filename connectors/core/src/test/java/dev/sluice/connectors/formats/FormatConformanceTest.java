package dev.sluice.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.FileFormat;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.SharedData;
import dev.sluice.operators.testing.SqlTesting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sample files, read as Spark was observed to read them. */
class FormatConformanceTest {
  private static final double LEAST_EQUAL = 0.9;
  private static final Schema TEXT = Schema.of(new Field("value", AtomicType.STRING, true));

  private final Registry<FileFormat> formats = Registry.load(FileFormat.class);

  @Test
  void readsCsvSamplesAsSparkDoes() throws IOException {
    count("csv");
  }

  @Test
  void readsJsonSamplesAsSparkDoes() throws IOException {
    count("json");
  }

  @Test
  void judgesJsonTextsAsSparkDoes() throws IOException {
    Path folder = SharedData.require("conformance/formats");
    Expression judge = SqlTesting.bind("try_parse_json(value) IS NOT NULL", TEXT);
    int cases = 0;
    List<String> differences = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("manifest.jsonl"))) {
      Map<String, @Nullable Object> sample = Json.parseObject(line);
      Map<?, ?> spark = (Map<?, ?>) sample.get("spark");
      if (!String.valueOf(sample.get("path")).contains("JSONTestSuite") || spark == null) {
        continue;
      }
      cases++;
      byte[] text = Files.readAllBytes(folder.resolve(String.valueOf(sample.get("path"))));
      BytesBuilder value = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, 1);
      value.append(text);
      Batch row = new Batch(TEXT, List.of(value.build()), 1);
      Object content = ((List<?>) Objects.requireNonNull(spark.get("content"))).get(0);
      Object accepted = ((Map<?, ?>) Objects.requireNonNull(content)).get("accepted");
      if (!Objects.equals(judge.evaluate(row, EvaluationContext.NONE).value(0), accepted)) {
        differences.add(sample.get("path") + ": Spark says " + accepted);
      }
    }
    System.out.printf(
        "JSON texts judged as by Spark: %d of %d%n", cases - differences.size(), cases);
    assertThat(cases).isPositive();
    assertThat(differences).isEmpty();
  }

  private void count(String format) throws IOException {
    Path folder = SharedData.require("conformance/formats");
    int cases = 0;
    List<String> differences = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("manifest.jsonl"))) {
      Map<String, @Nullable Object> sample = Json.parseObject(line);
      if (!format.equals(sample.get("format"))) {
        continue;
      }
      cases++;
      String difference = difference(folder, sample);
      if (difference != null) {
        differences.add(sample.get("path") + ": " + difference);
      }
    }
    System.out.printf(
        "%s files equal to Spark's reading: %d of %d%n", format, cases - differences.size(), cases);
    differences.forEach(System.out::println);
    assertThat(cases).isPositive();
    assertThat(differences.size()).isLessThanOrEqualTo((int) (cases * (1 - LEAST_EQUAL)));
  }

  private @Nullable String difference(Path folder, Map<String, @Nullable Object> sample)
      throws IOException {
    Path file = folder.resolve(String.valueOf(sample.get("path")));
    FileFormat format = formats.find(String.valueOf(sample.get("format"))).orElseThrow();
    Map<String, String> options = new LinkedHashMap<>();
    map(sample.get("options")).forEach((k, v) -> options.put(k, String.valueOf(v)));
    Map<String, @Nullable Object> spark = map(sample.get("spark"));
    Schema schema = FormatFiles.infer(format, file, options);
    if (!schema.catalogString().equals(spark.get("schema"))) {
      return "schema " + schema.catalogString() + " instead of " + spark.get("schema");
    }
    List<String> rows = new ArrayList<>();
    for (List<@Nullable Object> row : FormatFiles.read(format, file, schema, schema, options)) {
      rows.add(Json.write(shown(row, schema.asStruct())));
    }
    List<String> expected = new ArrayList<>();
    for (Object row : (List<?>) Objects.requireNonNull(spark.get("content"))) {
      expected.add(Json.write(row));
    }
    rows.sort(null);
    expected.sort(null);
    return rows.equals(expected) ? null : rows + " instead of " + expected;
  }

  private static Map<String, @Nullable Object> map(@Nullable Object value) {
    Map<String, @Nullable Object> result = new LinkedHashMap<>();
    ((Map<?, ?>) Objects.requireNonNull(value)).forEach((k, v) -> result.put(String.valueOf(k), v));
    return result;
  }

  private static @Nullable Object shown(@Nullable Object value, DataType type) {
    if (value == null) {
      return null;
    }
    if (type instanceof StructType struct) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      for (int i = 0; i < struct.size(); i++) {
        Field field = struct.field(i);
        fields.put(field.name(), shown(((List<?>) value).get(i), field.type()));
      }
      return fields;
    }
    if (type instanceof ArrayType array) {
      List<@Nullable Object> elements = new ArrayList<>();
      ((List<?>) value).forEach(e -> elements.add(shown(e, array.element())));
      return elements;
    }
    return value;
  }
}
