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

  @Test
  void checkedInReferenceOfFunctionsIsThatOfTheCode(@TempDir Path folder) throws IOException {
    Path page = SharedData.repository().resolve("docs/reference/functions.md");
    assertThat(Files.readString(page))
        .as("run scripts/regenerate")
        .isEqualTo(Command.run(folder, "functions", "--format", "markdown").out());
  }
}
