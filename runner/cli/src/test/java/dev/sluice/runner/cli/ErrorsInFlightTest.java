package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A value that breaks an expression is told with all that finds it again. */
class ErrorsInFlightTest {
  @TempDir Path folder;

  private Command.Result run(String source, String steps) throws IOException {
    return run(source, steps, Map.of());
  }

  private Command.Result run(String source, String steps, Map<String, String> environment)
      throws IOException {
    String file =
        "name: p\nsource:\n"
            + source.indent(2)
            + "steps:\n"
            + steps.indent(2)
            + "trigger: availableNow\nsink: {format: console}\n";
    Files.writeString(folder.resolve("p.yaml"), file);
    return Command.run(folder, environment, "run", "p.yaml");
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static final String CSV =
      """
      format: csv
      path: in
      options: {header: true}
      schema: {id: int, qty: int, amount: string}""";

  @Test
  void tellsExpressionValuesRowFileAndLine() throws IOException {
    write("in/a.csv", "id,qty,amount\n1,2,10\n2,4,8\n\n3,0,5\n");
    Command.Result result =
        run(CSV, "- where: id > 1\n- withColumns:\n    price: round(1 + amount / qty, 2)\n");
    assertThat(result.code()).isEqualTo(Main.FAILED);
    assertThat(result.err())
        .isEqualTo(
            """
            p.yaml:10:24: error[DIVIDE_BY_ZERO]: division by zero; try_divide gives NULL instead
              step: steps[1] (withColumns)
              in:   (amount / qty), where amount = 5.0, qty = 0.0
              row:  id: 3, qty: 0, amount: 5
              from: %s/in/a.csv:5
            """
                .formatted(folder));
  }

  @Test
  void placesAnImplicitCastAtItsOperand() throws IOException {
    write("in/a.csv", "id,qty,amount\n1,2,ten\n");
    assertThat(run(CSV, "- select:\n    - id\n    - qty +\n      amount AS sum\n").err())
        .startsWith(
            "p.yaml:11:9: error[CAST_INVALID_INPUT]: the value 'ten' of the type STRING cannot be"
                + " cast to BIGINT")
        .contains("  in:   (qty + amount)", "  row:  id: 1, qty: 2, amount: ten\n", "in/a.csv:2\n");
  }

  @Test
  void seesThroughBranchesThatAreNotTaken() throws IOException {
    write("in/a.csv", "id,qty,amount\n1,0,x\n");
    assertThat(
            run(CSV, "- select: ['CASE WHEN qty = 0 THEN CAST(amount AS INT) ELSE 1 / qty END']\n")
                .err())
        .contains("p.yaml:8:38: error[CAST_INVALID_INPUT]", "in:   CAST(amount AS INT)");
  }

  @ParameterizedTest
  @CsvSource({"json, true", "text, true", "csv, true", "csv, false"})
  void findsTheLineInEveryTextFormat(String format, boolean plain) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 9000; i++) {
      String value = i == 7777 ? "x" : String.valueOf(i);
      text.append(format.equals("json") ? "{\"value\": \"" + value + "\"}" : value).append('\n');
    }
    String name = "in/a." + format + (plain ? "" : ".gz");
    Files.createDirectories(folder.resolve("in"));
    if (plain) {
      write(name, text.toString());
    } else {
      try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
    String schema = format.equals("text") ? "" : "\nschema: {value: string}";
    assertThat(
            run(
                    "format: " + format + "\npath: in" + schema,
                    "- groupBy: {keys: [int(value) % 10 AS k], agg: {n: count(*)}, perBatch: true}\n")
                .err())
        .contains(
            "error[CAST_INVALID_INPUT]",
            "  row:  value: x\n",
            "  from: " + folder + "/" + name + ":7777\n");
  }

  @Test
  void countsLinesOfQuotedFieldsAndPassedOverRecords() throws IOException {
    write("in/a.csv", "id,qty,amount\n1,1,\"two\nlines\"\nbad,1,x\n3,0,z\n");
    String source =
        CSV.replace("{header: true}", "{header: true, multiLine: true, mode: DROPMALFORMED}");
    assertThat(run(source, "- select: [id, id / qty AS x]\n").err()).contains("in/a.csv:5\n");
  }

  @Test
  void namesTheRowOfAParquetFile() throws IOException {
    write(
        "w.yaml",
        """
        name: w
        source:
          format: inline
          options: {batches: '[[{"a": 1}, {"a": 0}]]'}
          schema: {a: int}
        trigger: availableNow
        sink: {format: parquet, path: in}
        checkpointLocation: ck
        """);
    assertThat(Command.run(folder, "run", "w.yaml").code()).isZero();
    assertThat(run("format: parquet\npath: in\nschema: {a: int}", "- select: [1 / a AS x]\n").err())
        .containsPattern("from: .*\\.parquet, row 2\n");
  }

  @Test
  void namesTheAggregateThatOverflows() throws IOException {
    write("in/a.csv", "id,qty,amount\n1,1,9223372036854775807\n2,1,1\n");
    assertThat(run(CSV, "- groupBy: {agg: {total: sum(bigint(amount))}, perBatch: true}\n").err())
        .contains("p.yaml:8:32: error[ARITHMETIC_OVERFLOW]", "in:   sum(", "step: steps[0]");
  }

  @Test
  void strikesSecretsOutOfRows() throws IOException {
    write("in/a.csv", "id,qty,amount\n1,0,hunter2\n");
    write("secret.txt", "hunter2\n");
    Command.Result result =
        run(CSV, "- select: [\"if(amount = '${file:secret.txt}', 1 / qty, 0) AS x\"]\n");
    assertThat(result.err()).contains("DIVIDE_BY_ZERO", "row:").doesNotContain("hunter2");
  }
}
