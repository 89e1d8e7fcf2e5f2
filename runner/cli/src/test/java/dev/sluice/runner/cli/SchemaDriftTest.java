package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import dev.sluice.runner.schema.Components;
import dev.sluice.runner.schema.PipelineSchema;
import dev.sluice.runner.schema.SchemaText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaDriftTest {
  @Test
  void checkedInSchemasAreThoseOfTheComponents() throws IOException {
    Path folder = SharedData.repository().resolve("schemas");
    Map<String, String> expected = new TreeMap<>();
    PipelineSchema.files(Components.load())
        .forEach((name, schema) -> expected.put(name, SchemaText.print(schema)));
    Map<String, String> found = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        found.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    assertThat(found.keySet()).as("run scripts/regenerate").isEqualTo(expected.keySet());
    expected.forEach(
        (name, text) ->
            assertThat(found.get(name)).as(name + ": run scripts/regenerate").isEqualTo(text));
  }

  @ParameterizedTest
  @CsvSource({"functions, functions.md", "schema, pipeline-file.md"})
  void checkedInReferenceIsThatOfTheCode(String verb, String page, @TempDir Path folder)
      throws IOException {
    assertThat(Files.readString(SharedData.repository().resolve("docs/reference").resolve(page)))
        .as("run scripts/regenerate")
        .isEqualTo(Command.run(folder, verb, "--format", "markdown").out());
  }

  @Test
  void aPageTellsOneComponent(@TempDir Path folder) {
    String csv = Command.run(folder, "schema", "source-csv", "--format", "markdown").out();
    assertThat(csv)
        .startsWith("### source csv\n")
        .contains("| `sep` (or `delimiter`) | text | `,` |")
        .doesNotContain("sink");
    assertThat(Command.run(folder, "schema", "limit", "--format", "markdown").out())
        .isEqualTo(
            "### step limit\n\nkeeps the first rows only, of the whole stream or of each complete result\n\nIts value: how many rows.\n");
    assertThat(Command.run(folder, "schema", "settings-hadoop", "--format", "markdown").out())
        .contains("`fs.s3a.endpoint`");
  }
}
