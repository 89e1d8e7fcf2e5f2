package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaInferTest {
  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    write("orders/day=2026-01-01/a.csv", "id,made at,yes,amount\n1,2026-01-01T10:00:00,x,1.5\n");
    write("events/a.jsonl", "{\"id\": 1, \"items\": [{\"Sku\": \"a\"}], \"tags\": [\"x\"]}\n");
    write("notes", "hello\n");
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Command.Result infer(String... words) {
    List<String> all = new ArrayList<>(List.of("schema", "infer"));
    all.addAll(List.of(words));
    return Command.run(folder, all.toArray(String[]::new));
  }

  @Test
  void printsTypesOfCsvAndOfItsFoldersReadyForAPipeline() {
    assertThat(infer("orders", "--option", "header=true").out())
        .isEqualTo(
            """
            schema:
              id: int
              "made at": timestamp
              "yes": string
              amount: double
              day: date
            """);
  }

  @Test
  void quotesNestedTypesAndKeepsTheirNames() throws IOException {
    String schema = infer("events/a.jsonl").out();
    assertThat(schema)
        .isEqualTo(
            """
            schema:
              id: bigint
              items: "ARRAY<STRUCT<Sku: STRING>>"
              tags: ARRAY<STRING>
            """);
    write(
        "p.yaml",
        "name: p\nsource:\n  format: json\n  path: events\n"
            + schema.indent(2)
            + "sink: {format: console}\n");
    assertThat(Command.run(folder, "validate", "p.yaml").code()).isZero();
  }

  @Test
  void aFolderIsWhatItsFilesAreWhateverItsName() throws IOException {
    write("log/a.json", "{\"n\":1}\n");
    Command.Result result = Command.run(folder, "schema", "infer", "log");
    assertThat(result.out()).contains("\"n\": bigint").doesNotContain("value");
  }

  @Test
  void tellsWhatIsMissingOrMisspelt() {
    assertThat(infer("notes").err())
        .contains("the name 'notes' does not tell what the files are; say it with --format: ");
    assertThat(infer("orders", "--format", "cvs").err()).contains("did you mean 'csv'?");
    assertThat(infer("orders", "--option", "heder=true").err()).contains("did you mean 'header'?");
    assertThat(infer("nothing/*.csv").err()).contains("there is no file at 'nothing/*.csv'");
    assertThat(infer("nothing/*.csv").code()).isEqualTo(Main.WRONG);
    assertThat(infer("notes", "--format", "text").out()).isEqualTo("schema:\n  value: string\n");
  }
}
