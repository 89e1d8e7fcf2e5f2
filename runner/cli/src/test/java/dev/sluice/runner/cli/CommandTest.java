package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandTest {
  private static final String INLINE =
      """
      name: q
      parameters:
        least: {type: int, default: 2}
      source:
        format: inline
        options: {batches: '[[{"a": 1}, {"a": 2}], [{"a": 3}]]'}
        schema: {a: int}
      steps:
        - where: a >= ${least}
      trigger: availableNow
      sink: {format: console}
      """;

  @TempDir Path folder;

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private Command.Result run(String... words) {
    return Command.run(folder, words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rum p.yaml|there is no verb 'rum'; did you mean 'run'?",
        "run|'run' needs FILE; see 'runner run --help'",
        "run a b|'b' is one word too many; see 'runner run --help'",
        "run a --chekpoint d|'run' has no flag '--chekpoint'; did you mean '--checkpoint'?",
        "run a --checkpoint|'--checkpoint' needs a value; write --checkpoint DIR",
        "run a --timeout soon|'--timeout' must be a length of time, not 'soon'; write it as '30s'",
        "run a --timeout 0|'--timeout' must be a length of time, not '0'; write it as '30s'",
        "run a --progress xml|'--progress' cannot be 'xml'; available: json, lines, none",
        "run a --set x|'--set' needs a name and a value, not 'x'; write --set NAME=VALUE",
        "run a --engine spark|the engine 'spark' is not supported yet; leave '--engine' and '--master' out",
        "run a --ui|the web page is not supported yet; see the progress with '--progress json'",
        "validate a --format human --format json|'--format' is given twice; keep one of them",
        "-v|the verb comes first, not '-v'; see 'runner --help'",
        "schema source-cvs|there is no component 'source-cvs'; did you mean 'source-csv'?"
      })
  void refusesAWrongCommandLine(String words, String message) {
    Command.Result result = run(words.split(" "));
    assertThat(result.err()).isEqualTo("runner: error[command-line]: " + message + "\n");
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(Main.WRONG);
  }

  @Test
  void helpsForEveryVerb() {
    assertThat(run("--help").out()).contains("usage: runner VERB");
    assertThat(run().code()).isEqualTo(Main.WRONG);
    for (String verb : Verbs.NAMES) {
      Command.Result result = run(verb, "--help");
      assertThat(result.code()).isZero();
      assertThat(result.err()).isEmpty();
      assertThat(result.out()).startsWith("usage: runner " + verb);
      assertThat(run("help", verb).out()).isEqualTo(result.out());
    }
    assertThat(run("--version").out()).startsWith("sluice ");
  }

  @Test
  void runsAndPrintsDataToStdoutOnly() throws IOException {
    write("p.yaml", INLINE);
    Command.Result result = run("run", "p.yaml", "--set", "least=3", "--progress", "none");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("|  3|").doesNotContain("|  2|");
  }

  @Test
  void tellsProgressAsOneJsonABatch() throws IOException {
    write("p.yaml", INLINE);
    List<String> lines = run("run", "p.yaml", "--progress", "json").err().lines().toList();
    assertThat(lines).isNotEmpty();
    assertThat(lines)
        .allSatisfy(line -> assertThat(Json.parseObject(line)).containsKeys("batchId", "name"));
  }

  @Test
  void setsTriggerAndCheckpoint() throws IOException {
    write("p.yaml", INLINE);
    assertThat(run("run", "p.yaml", "--checkpoint", "ck", "--trigger", "once").code()).isZero();
    assertThat(folder.resolve("ck/commits/0")).exists();
    assertThat(run("run", "p.yaml", "--trigger", "twice").err())
        .isEqualTo(
            "--trigger: error[invalid-trigger]: there is no trigger 'twice'; available:"
                + " default, once, availableNow, processingTime=INTERVAL, continuous=INTERVAL\n");
  }

  @Test
  void exitsWithOneWhenDataFailsAndPrintsNoTrace() throws IOException {
    write("p.yaml", INLINE.replace("a >= ${least}", "1 / (a - a) > 0"));
    Command.Result result = run("run", "p.yaml");
    assertThat(result.code()).isEqualTo(Main.FAILED);
    assertThat(result.err()).contains("DIVIDE_BY_ZERO").doesNotContain("\tat ", "    at ");
  }

  @Test
  void exitsWithFourWhenTheCheckpointIsOfAnotherPipeline() throws IOException {
    write("p.yaml", INLINE + "checkpointLocation: ck\n");
    assertThat(run("run", "p.yaml").code()).isZero();
    write(
        "p.yaml",
        "name: q\nsource: {format: rate}\nsink: {format: noop}\ncheckpointLocation: ck\n");
    Command.Result result = run("run", "p.yaml", "--timeout", "1s");
    assertThat(result.code()).as(result.err()).isEqualTo(Main.UNFIT);
  }

  @Test
  void validatesWithoutTouchingAnything() throws IOException {
    write(
        "p.yaml",
        """
        name: p
        source:
          format: csv
          path: not/there
          options: {inferSchema: true}
        steps:
          - where: nonsense > 1
        sink: {format: csv, path: out}
        checkpointLocation: ck
        """);
    Command.Result result = run("validate", "p.yaml");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .isEqualTo(
            "p.yaml:3:11: note: the columns of source 'source' are known only when it runs; the"
                + " steps that read it are not checked\np.yaml: valid\n");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void bindsStepsToColumnsThatOnlyTheFilesTell() throws IOException {
    Files.createDirectories(folder.resolve("in"));
    write("in/1.csv", "a,b\n1,x\n2,y\n");
    String text =
        """
        name: p
        source:
          format: csv
          path: in
          options: {inferSchema: true, header: true}
        steps:
          - where: a + 1 > 2
        trigger: availableNow
        sink: {format: console}
        """;
    write("p.yaml", text);
    Command.Result result = run("run", "p.yaml");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("|  2|  y|").doesNotContain("|  1|");
    write("p.yaml", text.replace("a + 1", "c + 1"));
    result = run("run", "p.yaml");
    assertThat(result.code()).isEqualTo(Main.WRONG);
    assertThat(result.err())
        .isEqualTo("p.yaml:7:12: error[unknown-column]: unknown column 'c'; available: a, b\n");
  }

  @Test
  void tellsProblemsAsJson() throws IOException {
    write("p.yaml", INLINE.replace("a >=", "b >="));
    Command.Result result = run("validate", "--format", "json", "p.yaml");
    assertThat(result.code()).isEqualTo(Main.WRONG);
    Map<String, ?> answer = Json.parseObject(result.out());
    assertThat(answer.get("valid")).isEqualTo(false);
    assertThat(answer.get("problems").toString())
        .contains("file=p.yaml", "line=9", "column=12", "code=unknown-column")
        .contains("condition=UNRESOLVED_COLUMN.WITH_SUGGESTION");
  }

  @Test
  void warnsOfASourceThatNothingReads() throws IOException {
    write(
        "p.yaml",
        """
        name: p
        sources:
          a: {format: rate}
          b: {format: rate}
        steps:
          - from: a
        sink: {format: console}
        """);
    Command.Result result = run("validate", "p.yaml");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .isEqualTo(
            "p.yaml:4:15: warning[unused-source]: nothing reads the source 'b'; leave it out, or"
                + " read it with 'from: b'\np.yaml: valid\n");
  }

  @Test
  void aSinkWhoseFilesTheSourceMayPassOverIsOnlyWarnedOf() throws IOException {
    String pipeline =
        """
        name: p
        source: {format: csv, path: "%s", schema: {a: int}, options: {%s}}
        sink: {format: parquet, path: in}
        checkpointLocation: in/_checkpoint
        """;
    for (String pattern : new String[] {"in/*.csv|", "in|pathGlobFilter: '*.csv'"}) {
      String[] parts = pattern.split("\\|", -1);
      write("p.yaml", pipeline.formatted(parts[0], parts[1]));
      Command.Result result = run("validate", "p.yaml");
      assertThat(result.out())
          .isEqualTo(
              "p.yaml:3:31: warning[reads-own-output]: sink 'parquet' writes in or below the folder"
                  + " that source 'csv' reads, and may be read again; give it a folder beside it\n"
                  + "p.yaml: valid\n");
      assertThat(result.code()).isZero();
    }
  }

  @Test
  void neverShowsASecret() throws IOException {
    write("secret.txt", "hunter2secret\n");
    write(
        "p.yaml",
        """
        name: p
        source:
          format: csv
          path: ${file:secret.txt}
          schema: {a: int}
        trigger: once
        sink: {format: console, options: {numRows: "${file:secret.txt}"}}
        """);
    Command.Result result = run("run", "p.yaml");
    assertThat(result.code()).isEqualTo(Main.WRONG);
    assertThat(result.err()).contains("***").doesNotContain("hunter2");
    write(
        "p.yaml",
        Files.readString(folder.resolve("p.yaml"))
            .replace(", options: {numRows: \"${file:secret.txt}\"}", ""));
    result = run("run", "p.yaml");
    assertThat(result.code()).isEqualTo(Main.FAILED);
    assertThat(result.err()).contains("***").doesNotContain("hunter2");
    assertThat(run("validate", "p.yaml").out()).isEqualTo("p.yaml: valid\n");
  }

  @Test
  void whatOnlyARunReadsIsNoMistakeYet() throws IOException {
    write(
        "p.yaml",
        """
        name: p
        source:
          format: kafka
          valueFormat: avro
          schema: {id: int}
          options: {kafka.bootstrap.servers: "broker:9092", subscribe: in, avroSchema: "${file:x.avsc}"}
        sink:
          format: kafka
          valueFormat: avro
          options: {kafka.bootstrap.servers: "broker:9092", topic: out, avroSchema: "${file:x.avsc}"}
        checkpointLocation: checkpoint
        """);
    assertThat(run("validate", "p.yaml").out()).isEqualTo("p.yaml: valid\n");
    write("x.avsc", "{not avro\n");
    Command.Result result = run("run", "p.yaml");
    assertThat(result.code()).isEqualTo(Main.WRONG);
    assertThat(result.err()).contains("error[invalid-option-value]: 'avroSchema'");
  }

  @Test
  void escapesWhatCouldMoveTheCursor() throws IOException {
    write("p.yaml", "name: p\n\"a\\e[2Jb\\u202E\": 1\n");
    assertThat(run("validate", "p.yaml").out())
        .contains("'a\\u001b[2Jb\\u202e'")
        .doesNotContain("\u001b");
  }

  @Test
  void readsVariablesAndTheirDefaults() throws IOException {
    write("p.yaml", INLINE.replace("${least}", "${env:LEAST:-3}"));
    assertThat(run("run", "p.yaml").out()).doesNotContain("|  2|");
    assertThat(Command.run(folder, Map.of("LEAST", "2"), "run", "p.yaml").out()).contains("|  2|");
  }

  @Test
  void printsTheSchemaOfAComponent() {
    assertThat(run("schema").out()).contains("\"title\": \"Sluice pipeline\"");
    assertThat(run("schema", "source-csv").out()).contains("\"header\"");
    assertThat(run("schema", "dropDuplicates").out())
        .contains("\"title\": \"step dropDuplicates\"");
    assertThat(run("schema", "csv").err()).contains("say sink-csv or source-csv");
    assertThat(run("schema", "source-cvs").err()).contains("did you mean 'source-csv'?");
  }

  @Test
  void explainsFunctions() {
    assertThat(run("functions").out()).contains("string_funcs\n").contains("  upper ");
    assertThat(run("functions", "UPPER").out()).startsWith("upper(").contains("  SELECT ");
    assertThat(run("functions", "uper").err())
        .isEqualTo(
            "runner: error[command-line]: there is no function 'uper'; did you mean 'upper'?\n");
    assertThat(run("functions", "bigint").err()).contains("bigint(x) is CAST(x AS BIGINT)");
    assertThat(run("functions", "integer").err())
        .contains("'integer' is a type; a value is made one by CAST(x AS INTEGER)")
        .doesNotContain("integer(x)");
    assertThat(Json.parseObject(run("functions", "upper", "--format", "json").out()))
        .containsEntry("name", "upper");
  }
}
