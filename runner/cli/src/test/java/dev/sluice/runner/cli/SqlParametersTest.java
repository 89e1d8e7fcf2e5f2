package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parameters as values of SQL: {@code :name}. */
class SqlParametersTest {
  @TempDir Path folder;

  @BeforeEach
  void writesAPipeline() throws IOException {
    Files.writeString(
        folder.resolve("p.yaml"),
        """
        name: p
        parameters:
          who: {type: string, default: nobody}
          least: {type: bigint, default: 0x10}
          part: {type: double, default: .5}
          on: {type: boolean, default: true}
        source:
          format: inline
          schema: {name: string, n: bigint}
          options: {batches: [[{name: "O'Brien", n: 20}, {name: Ann, n: 15}, {name: Bob, n: 30}]]}
        steps:
          - where: (name = :who OR :who = 'all') AND n >= :least AND :on
          - select: [name, "n * :part AS half", "typeof(:least) AS t"]
        trigger: availableNow
        sink: {format: console, options: {style: json}}
        """);
  }

  private String rows(String... words) {
    String[] all = new String[words.length + 2];
    all[0] = "run";
    all[1] = "p.yaml";
    System.arraycopy(words, 0, all, 2, words.length);
    Command.Result result = Command.run(folder, all);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void areValuesOfTheirTypes() {
    assertThat(rows("--set", "who=all"))
        .contains("{\"name\":\"O'Brien\",\"half\":10.0,\"t\":\"bigint\"}")
        .contains("Bob")
        .doesNotContain("Ann");
    assertThat(rows("--set", "who=all", "--set", "on=false")).doesNotContain("name");
  }

  @Test
  void areNeverReadAsSql() {
    assertThat(rows("--set", "who=O'Brien")).contains("O'Brien").doesNotContain("Bob");
    assertThat(rows("--set", "who=x' OR 'a'='a")).doesNotContain("name");
  }

  @Test
  void numbersOfAnyLengthAreDoubles() {
    assertThat(rows("--set", "who=all", "--set", "part=0x10000000000000000"))
        .contains("\"half\":3.68934881474191");
    assertThat(rows("--set", "who=all", "--set", "part=-00012345678901234567890"))
        .contains("\"half\":-2.46913578024691");
    assertThat(Command.run(folder, "run", "p.yaml", "--set", "least=0x10000000000000000").err())
        .contains("error[invalid-parameter-value]");
  }

  @Test
  void namesThatDifferInCaseOnlyAreRefused() throws IOException {
    Path file = folder.resolve("p.yaml");
    Files.writeString(
        file, Files.readString(file).replace("  part:", "  WHO: {default: x}\n  part:"));
    assertThat(Command.run(folder, "validate", "p.yaml").out())
        .contains("p.yaml:5:3: error[duplicate-parameter]", "'who' and 'WHO' differ in case only");
  }

  @Test
  void areNotSuggestedAsFunctions() throws IOException {
    Path file = folder.resolve("p.yaml");
    Files.writeString(file, Files.readString(file).replace(":least)", "leats(:least))"));
    assertThat(Command.run(folder, "validate", "p.yaml").out())
        .contains("error[unknown-function]", "'least'?")
        .doesNotContain("':least'");
  }

  @Test
  void oneThatDoesNotFitItsTypeIsRefused() {
    for (String wrong : new String[] {"least=many", "least=99999999999999999999", "on=2"}) {
      assertThat(Command.run(folder, "run", "p.yaml", "--set", wrong).err())
          .contains("error[invalid-parameter-value]");
    }
    assertThat(Command.run(folder, "run", "p.yaml", "--set", "who=a", "--set", "who=b").err())
        .contains("'--set' gives 'who' twice");
  }
}
