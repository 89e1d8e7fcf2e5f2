package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the default of a parameter is put in as everywhere else. */
class ParameterDefaultsTest {
  @TempDir Path folder;
  private PipelineFolder bench;

  @BeforeEach
  void opens() throws IOException {
    bench = new PipelineFolder(folder);
    bench.put("in/a.csv", "1,US\n2,DE\n9,all\n");
    bench.put("other/a.csv", "7,FR\n");
  }

  private void pipeline(String parameters, String steps) throws IOException {
    bench.pipeline(
        """
        name: q
        parameters: {%s}
        source: {format: csv, path: "${dir}", schema: {id: bigint, country: string}}
        steps: [%s]
        trigger: availableNow
        sink: {format: console, options: {style: json}}
        """
            .formatted(
                parameters.contains("dir:") ? parameters : parameters + ", dir: {default: in}",
                steps));
  }

  private String rows(Map<String, String> environment, String... flags) {
    String[] words = new String[flags.length + 2];
    words[0] = "run";
    words[1] = "pipeline.yaml";
    System.arraycopy(flags, 0, words, 2, flags.length);
    Command.Result result = Command.run(folder, environment, words);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  private String checked(int code, Map<String, String> environment) {
    Command.Result result = Command.run(folder, environment, "validate", "pipeline.yaml");
    assertThat(result.code()).as(result.out()).isEqualTo(code);
    return result.out();
  }

  @Test
  void aVariableOfTheEnvironmentIsRead() throws IOException {
    pipeline("who: {type: string, default: \"${env:WHO:-all}\"}", "where: 'country = :who'");
    assertThat(rows(Map.of())).contains("\"id\":9").doesNotContain("US");
    assertThat(rows(Map.of("WHO", "DE"))).contains("\"id\":2").doesNotContain("all");
    assertThat(rows(Map.of("WHO", "DE"), "--set", "who=US")).contains("\"id\":1");
    pipeline("who: {default: \"${env:WHO:-}\"}", "where: \"country = :who OR :who = ''\"");
    assertThat(rows(Map.of())).contains("US", "DE", "all");
  }

  @Test
  void aReferenceToTheParameterGetsWhatTheDefaultStandsFor() throws IOException {
    pipeline("dir: {default: \"${env:DIR:-in}\"}", "where: 'true'");
    assertThat(rows(Map.of())).contains("US");
    assertThat(rows(Map.of("DIR", "other"))).contains("FR");
  }

  @Test
  void theTypeIsThatOfWhatWasPutIn() throws IOException {
    pipeline("n: {type: int, default: \"${env:N:-2}\"}", "where: 'id >= :n'");
    assertThat(rows(Map.of())).contains("DE", "all").doesNotContain("US");
    assertThat(rows(Map.of("N", "9"))).contains("all").doesNotContain("DE");
    assertThat(checked(Main.WRONG, Map.of("N", "many")))
        .contains("pipeline.yaml:2:38: error[invalid-parameter-value]", "'many' is not");
  }

  @Test
  void aFileIsReadAtARunAndNotWhileThePipelineIsChecked() throws IOException {
    pipeline(
        "limit: {type: int, default: \"${file:limit.txt}\"}",
        "where: 'id > :LIMIT', select: [\"elt(:limit, 'a', 'b') AS e\", id]");
    assertThat(checked(Main.DONE, Map.of())).isEqualTo("pipeline.yaml: valid\n");
    bench.put("limit.txt", "2\n");
    assertThat(rows(Map.of())).contains("{\"e\":\"b\",\"id\":9}").doesNotContain("\"id\":1,");
    bench.put("limit.txt", "much\n");
    assertThat(checked(Main.DONE, Map.of())).isEqualTo("pipeline.yaml: valid\n");
    assertThat(Command.run(folder, Map.of(), "run", "pipeline.yaml").err())
        .contains("error[invalid-parameter-value]", "'***' is not")
        .doesNotContain("much");
  }

  @Test
  void aWatermarkThatIsOnlyKnownAtARunIsNotMissed() throws IOException {
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: in, schema: {id: bigint, at: timestamp}}
        steps:
          - watermark: {column: at, delay: "${file:delay.txt}"}
          - groupBy: {window: {column: at, duration: 1 minute}, agg: {n: count(*)}}
        trigger: availableNow
        sink: {format: json, path: out}
        checkpointLocation: cp
        """);
    assertThat(checked(Main.DONE, Map.of())).isEqualTo("pipeline.yaml: valid\n");
  }

  @Test
  void aVariableThatIsNotSetIsReportedOnceAndOnlyWhereTheDefaultCounts() throws IOException {
    pipeline("who: {default: \"${env:WHO}\"}", "where: 'country = :who'");
    assertThat(checked(Main.WRONG, Map.of()))
        .containsOnlyOnce("error[")
        .contains("error[missing-variable]");
    assertThat(rows(Map.of(), "--set", "who=US")).contains("\"id\":1");
    pipeline("db_password: {default: \"${env:WHO}\"}", "where: 'country = :db_password'");
    assertThat(checked(Main.DONE, Map.of())).isEqualTo("pipeline.yaml: valid\n");
  }

  @Test
  void aParameterMayBeMadeOfThoseAboveIt() throws IOException {
    pipeline("d: {default: oth}, dir: {default: \"${d}er\"}", "where: 'true'");
    assertThat(rows(Map.of())).contains("FR");
    assertThat(rows(Map.of(), "--set", "dir=in")).contains("US");
    pipeline("dir: {default: \"${d}er\"}, d: {default: oth}", "where: 'true'");
    assertThat(checked(Main.WRONG, Map.of()))
        .contains("the parameter 'd' is declared below this default; declare it above");
  }
}
