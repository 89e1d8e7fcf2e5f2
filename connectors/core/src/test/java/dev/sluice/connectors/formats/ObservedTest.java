package dev.sluice.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.FileFormat;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Odd texts and what Spark 4.1.3 was observed to read from them: quoting, malformed records,
 * projection, inference. Values are compared as texts.
 */
class ObservedTest {
  private final Registry<FileFormat> formats = Registry.load(FileFormat.class);
  @TempDir Path folder;

  @TestFactory
  List<DynamicTest> readsAsObserved() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (InputStream in =
        Objects.requireNonNull(ObservedTest.class.getResourceAsStream("/observed/cases.jsonl"))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isEmpty()) {
          Map<String, @Nullable Object> one = Json.parseObject(line);
          tests.add(DynamicTest.dynamicTest(String.valueOf(one.get("id")), () -> check(one)));
        }
      }
    }
    return tests;
  }

  private void check(Map<String, @Nullable Object> one) throws IOException {
    FileFormat format = formats.find(String.valueOf(one.get("format"))).orElseThrow();
    Path file = Files.createTempFile(folder, "in", ".txt");
    Files.writeString(file, String.valueOf(one.get("text")));
    Map<String, String> options = new LinkedHashMap<>();
    ((Map<?, ?>) Objects.requireNonNull(one.get("options")))
        .forEach((k, v) -> options.put(String.valueOf(k), String.valueOf(v)));
    Object given = one.get("schema");
    Schema schema =
        given == null
            ? FormatFiles.infer(format, file, options)
            : TypeParser.parseSchema(String.valueOf(given));
    if (one.containsKey("inferred")) {
      assertThat(schema.catalogString()).isEqualTo(one.get("inferred"));
    }
    Schema wanted = schema;
    if (one.get("select") instanceof List<?> names) {
      wanted =
          schema.select(
              names.stream()
                  .mapToInt(name -> schema.indexesOf(String.valueOf(name)).get(0))
                  .toArray());
    }
    Schema selected = wanted;
    if (one.containsKey("fails")) {
      assertThatThrownBy(() -> FormatFiles.read(format, file, schema, selected, options))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining(file.toString());
    } else if (one.get("rows") instanceof List<?> rows) {
      assertThat(texts(FormatFiles.read(format, file, schema, selected, options))).isEqualTo(rows);
    }
  }

  private static List<List<@Nullable String>> texts(List<List<@Nullable Object>> rows) {
    List<List<@Nullable String>> texts = new ArrayList<>();
    for (List<@Nullable Object> row : rows) {
      List<@Nullable String> values = new ArrayList<>();
      row.forEach(value -> values.add(value == null ? null : value.toString()));
      texts.add(values);
    }
    return texts;
  }
}
