package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody may see is not shown, and what is shown cannot steer a terminal. */
class SecretsTest {
  private static final String SECRET = "hunter2-s3cret";
  private static final Map<String, String> ENVIRONMENT =
      Map.of("DB_PASSWORD", SECRET, "API_TOKEN", SECRET, "PLACE", "in");

  @TempDir Path folder;
  private PipelineFolder bench;

  @BeforeEach
  void opens() throws IOException {
    bench = new PipelineFolder(folder);
    bench.put("secret.txt", SECRET + "\n");
    bench.put("in/a.csv", "1,a\n");
  }

  private String everything(String verb, String... flags) {
    String[] words = new String[flags.length + 2];
    words[0] = verb;
    words[1] = "pipeline.yaml";
    System.arraycopy(flags, 0, words, 2, flags.length);
    Command.Result result = Command.run(folder, ENVIRONMENT, words);
    return result.out() + result.err();
  }

  @Test
  void aParameterThatSqlNamesIsStruckOut() throws IOException {
    bench.pipeline(
        """
        name: q
        parameters: {api_token: {type: string, default: none}}
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        steps:
          - select: ["CAST(concat(:api_token, word) AS INT) AS n"]
        trigger: availableNow
        sink: {format: console}
        """);
    assertThat(everything("run", "--set", "api_token=" + SECRET))
        .contains("CAST_INVALID_INPUT")
        .doesNotContain(SECRET);
  }

  @Test
  void theCheckpointHoldsNoSecret() throws IOException {
    bench.pipeline(
        """
        name: q
        parameters: {hash_secret: {type: string, default: none}}
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        steps:
          - groupBy:
              keys: ["sha2(concat(:hash_secret, word), 256) AS who", "'${hash_secret}' AS other"]
              agg: {n: "max(length(concat('${file:secret.txt}', word)))"}
          - select: [who, n, length(:hash_secret)]
        trigger: availableNow
        sink: {format: console, outputMode: complete}
        checkpointLocation: cp
        """);
    // The state has 'other', which is data; all else is written by us.
    assertThat(everything("run", "--set", "hash_secret=" + SECRET))
        .contains("length(:hash_secret)")
        .doesNotContain(SECRET, "error");
    assertThat(everything("run", "--set", "hash_secret=" + SECRET)).isEmpty();
    Map<String, String> kept = PipelineFolder.snapshot(folder.resolve("cp/sluice"));
    assertThat(kept).isNotEmpty();
    assertThat(kept.toString()).contains(":hash_secret", "***").doesNotContain(SECRET);
    Command.Result shown = Command.run(folder, Map.of(), "checkpoint", "show", "cp");
    assertThat(shown.out()).contains(":hash_secret").doesNotContain(SECRET);
    // Those that were written before this, with values in clear, are no other ones.
    for (String written : List.of(":hash_secret", "***")) {
      Path log = folder.resolve("cp/sluice/0");
      Files.writeString(log, Files.readString(log).replace(written, SECRET));
      Files.deleteIfExists(folder.resolve("cp/sluice/.0.crc"));
      Files.deleteIfExists(folder.resolve("cp/sluice/1"));
      assertThat(everything("run", "--set", "hash_secret=" + SECRET)).isEmpty();
    }
  }

  @Test
  void aPasswordInAnAddressIsShownNowhereAndMayBeRenewed() throws IOException {
    String pipeline =
        """
        name: q
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        trigger: availableNow
        sink: {format: jdbc, options: {url: "${env:DATABASE_URL}", dbtable: %s}}
        checkpointLocation: cp
        """;
    bench.pipeline(pipeline.formatted("words"));
    String url = "jdbc:sqlite:" + folder.resolve("words.db") + "?password=" + SECRET;
    assertThat(atAddress(url, "run")).isEmpty();
    Path log = folder.resolve("cp/sluice/0");
    assertThat(Files.readString(log)).contains("jdbc{dbtable=words}").doesNotContain(SECRET);
    assertThat(Command.run(folder, Map.of(), "checkpoint", "show", "cp").out())
        .contains("jdbc{dbtable=words}")
        .doesNotContain("jdbc:", SECRET);

    // As the version before wrote it.
    String old = Files.readString(log).replace("dbtable=words}", "dbtable=words, url=" + url + "}");
    Files.writeString(log, old);
    Files.deleteIfExists(folder.resolve("cp/sluice/.0.crc"));
    assertThat(Command.run(folder, Map.of(), "checkpoint", "show", "cp").out())
        .doesNotContain(SECRET);
    bench.pipeline(pipeline.formatted("others"));
    assertThat(atAddress(url, "run"))
        .contains("error[sink-changed]", "'jdbc{dbtable=words}' to 'jdbc{dbtable=others}'")
        .doesNotContain(SECRET);
    bench.pipeline(pipeline.formatted("words"));
    assertThat(atAddress(url + "-renewed&busy_timeout=5000", "run")).isEmpty();
    assertThat(PipelineFolder.snapshot(folder.resolve("cp/sluice")).toString())
        .contains("jdbc{dbtable=words}")
        .doesNotContain("jdbc:", SECRET);
  }

  private String atAddress(String url, String verb) {
    Command.Result result = Command.run(folder, Map.of("DATABASE_URL", url), verb, "pipeline.yaml");
    return result.out() + result.err();
  }

  @Test
  void aKeyInAWebAddressIsShownNowhere() throws IOException {
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        trigger: availableNow
        sink:
          format: http
          options: {url: "http://localhost:1/services/T0/x4Fq81LmPz0Rb7Kd?api_key=%s", retries: 0}
        checkpointLocation: cp
        """
            .formatted(SECRET));
    assertThat(everything("run"))
        .contains("error[http-failed]", "http://localhost:1/services/T0/***")
        .doesNotContain(SECRET, "x4Fq81LmPz0Rb7Kd");
    assertThat(PipelineFolder.snapshot(folder.resolve("cp/sluice")).toString())
        .doesNotContain(SECRET, "x4Fq81LmPz0Rb7Kd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"${file:secret.txt}", "${env:DB_PASSWORD}", "${db_password}"})
  void aParameterIsAsSecretAsWhatItIsMadeOf(String made) throws IOException {
    bench.pipeline(
        """
        name: q
        parameters:
          db_password: {default: "${env:DB_PASSWORD}"}
          pepper: {default: "%s"}
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        steps:
          - groupBy: {keys: ["length(:pepper)"], agg: {n: "count(sha2(:pepper, 256))"}}
          - select: [n, "length(:pepper) + 1"]
        trigger: availableNow
        sink: {format: console, outputMode: complete}
        checkpointLocation: cp
        """
            .formatted(made));
    assertThat(everything("run")).contains("(length(:pepper) + 1)").doesNotContain(SECRET, "error");
    assertThat(PipelineFolder.snapshot(folder.resolve("cp")).toString())
        .contains("length(:pepper)")
        .doesNotContain(SECRET);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "select: [id, \"length('${file:secret.txt}')\"] | 5:18",
        "select: [id, \"length('${pepper}')\"] | 5:18",
        "groupBy: {keys: [\"length(concat(word, '${env:API_TOKEN}'))\"], agg: {n: count(*)}} | 5:22"
      })
  void aSecretInTheNameOfAColumnIsRefused(String step, String at) throws IOException {
    String pipeline =
        """
        name: q
        parameters: {pepper: {default: "${file:secret.txt}"}}
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        steps:
          - %s
        trigger: availableNow
        sink: {format: console, outputMode: %s}
        checkpointLocation: cp
        """
            .formatted(step.replace("\\,", ","), step.startsWith("select") ? "append" : "complete");
    bench.pipeline(pipeline);
    assertThat(everything("run"))
        .contains("pipeline.yaml:" + at + ": error[secret-in-name]", "give it a name, with AS")
        .doesNotContain(SECRET);
    bench.pipeline(pipeline.replace(")\"]", ") AS named\"]"));
    assertThat(everything("run")).contains("named").doesNotContain(SECRET, "error");
    assertThat(PipelineFolder.snapshot(folder.resolve("cp/sluice")).toString())
        .doesNotContain(SECRET);
  }

  @Test
  void namesThatSqlGivesToKeysAreStruckOutOfTheState() throws IOException {
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        steps:
          - sql: SELECT count(*) AS n FROM input GROUP BY length(concat(word, '${file:secret.txt}'))
        trigger: availableNow
        sink: {format: console, outputMode: complete}
        checkpointLocation: cp
        """);
    assertThat(everything("run")).contains("n|").doesNotContain(SECRET, "error");
    assertThat(PipelineFolder.snapshot(folder.resolve("cp")).toString())
        .contains("***")
        .doesNotContain(SECRET);
    Command.Result rows = Command.run(folder, "checkpoint", "state", "cp");
    assertThat(rows.out()).contains("***").doesNotContain(SECRET);
  }

  @Test
  void wordsAndSignsThatStandEverywhereAreNoSecrets() throws IOException {
    bench.put("key.json", "{\n  \"private_key\": \"" + SECRET + "\"\n}\n");
    bench.pipeline(
        """
        name: q
        parameters: {api_token: {default: x}}
        source:
          format: csv
          path: in
          options: {mode: "${file:key.json} { } null"}
          schema: {id: bigint}
        trigger: availableNow
        sink: {format: noop}
        """);
    assertThat(everything("run", "--set", "api_token=null"))
        .contains("'*** { } null'")
        .doesNotContain(SECRET);
  }

  @Test
  void whatAFileHoldsIsNotJudgedBeforeItIsRead() throws IOException {
    bench.put("query.sql", "SELECT id + 1 AS next FROM input");
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        steps:
          - where: id > 0
          - sql: ${file:query.sql}
          - select: [next]
        trigger: availableNow
        sink: {format: console, options: {style: json}}
        """);
    Command.Result checked = Command.run(folder, Map.of(), "validate", "pipeline.yaml");
    assertThat(checked.code()).as(checked.out()).isZero();
    assertThat(Command.run(folder, Map.of(), "run", "pipeline.yaml").out())
        .contains("{\"next\":2}");
  }

  @Test
  void checkingAFileNeedsNoSecrets() throws IOException {
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: in, schema: {id: bigint}}
        sink:
          format: jdbc
          options: {url: "jdbc:h2:mem:x", dbtable: t, user: u, password: "${env:NOBODY_KNOWS}"}
        checkpointLocation: cp
        """);
    assertThat(Command.run(folder, Map.of(), "validate", "pipeline.yaml").code()).isZero();
    assertThat(Command.run(folder, Map.of(), "run", "pipeline.yaml").err())
        .contains("'NOBODY_KNOWS' is not set; set it")
        .doesNotContain("default");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${file:secret.txt}",
        "x/${file:secret.txt}/y",
        "${env:DB_PASSWORD}",
        "${env:API_TOKEN}",
        "${password}"
      })
  void secretsStandInNoMessage(String reference) throws IOException {
    String pipeline =
        """
        name: q
        parameters: {password: {type: string, default: %s}}
        source: {format: csv, path: "%s", schema: {id: bigint, word: string}}
        trigger: availableNow
        sink: {format: console, options: {numRows: "%s"}}
        """;
    // Wrong at once: a place that is not there, a number that is none.
    bench.pipeline(pipeline.formatted(SECRET, reference, reference));
    for (String verb : new String[] {"run", "validate"}) {
      assertThat(everything(verb)).isNotEmpty().doesNotContain(SECRET);
    }
    assertThat(everything("validate", "--format", "json")).doesNotContain(SECRET);
    bench.pipeline(
        pipeline.replace(", options: {numRows: \"%s\"}", "").formatted(SECRET, reference));
    assertThat(everything("run")).contains("PATH_NOT_FOUND", "***").doesNotContain(SECRET);
  }

  @ParameterizedTest
  @CsvSource({"password", "ssl.truststore.password", "fs.s3a.secret.key", "authToken"})
  void optionsThatSoundSecretAreSecret(String option) throws IOException {
    bench.pipeline(
        """
        name: q
        source:
          format: csv
          path: in
          options: {%s: %s, mode: %s}
          schema: {id: bigint, word: string}
        trigger: availableNow
        sink: {format: noop}
        """
            .formatted(option, SECRET, SECRET));
    assertThat(everything("run")).contains("***").doesNotContain(SECRET);
    assertThat(everything("validate")).contains("***").doesNotContain(SECRET);
  }

  @Test
  void shortSecretIsStruckOutWhereItStandsByItselfAndThatIsSaid() throws IOException {
    bench.put("short.txt", "in\n");
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: "${file:short.txt}/nowhere", schema: {id: bigint, word: string}}
        trigger: availableNow
        sink: {format: noop}
        """);
    assertThat(everything("run"))
        .containsOnlyOnce("warning[short-secret]")
        .contains("pipeline.yaml:2:30", "PATH_NOT_FOUND", "/***/nowhere")
        .doesNotContain("/in/", "pipel***e");
  }

  @Test
  void progressShowsNoSecret() throws IOException {
    bench.put(SECRET + "/a.csv", "1,a\n");
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: "${file:secret.txt}", schema: {id: bigint, word: string}}
        trigger: availableNow
        sink: {format: noop}
        checkpointLocation: cp
        """);
    String all = everything("run", "--progress", "json");
    assertThat(all).contains("\"batchId\":0", "***").doesNotContain(SECRET);
  }

  @Test
  void flagsAndSmallNumbersOfParametersThatSoundSecretAreShown() throws IOException {
    bench.pipeline(
        """
        name: q
        parameters:
          max_tokens: {type: int, default: 0}
          token_limit: {type: bigint, default: 1000}
          use_token: {type: boolean, default: true}
          api_token: {type: string, default: "a1"}
          token_number: {type: bigint, default: 73519462}
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        steps:
          - where: "NOT :use_token OR id > :max_tokens AND :api_token <> word"
          - select: ["id > :max_tokens", "id > :token_number"]
        trigger: availableNow
        sink: {format: console}
        checkpointLocation: cp
        """);
    Command.Result run =
        Command.run(folder, ENVIRONMENT, "run", "pipeline.yaml", "--progress", "json");
    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = run.err().lines().filter(line -> line.startsWith("{")).toList();
    assertThat(lines).isNotEmpty();
    assertThat(run.out()).contains("(id > 0)", "(id > :token_number)");
    Map<String, Object> progress = Json.parseObject(lines.get(0));
    assertThat(progress).containsEntry("batchId", 0L).containsEntry("numInputRows", 1L);
    assertThat(run.err()).contains("warning[short-secret]").doesNotContain("pipeline.yaml:***");
    assertThat(everything("run", "--set", "token_limit=x73519462"))
        .contains("'***' is not")
        .doesNotContain("73519462");
  }

  @Test
  void ordinaryVariablesAreShown() throws IOException {
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: "${env:PLACE}/nowhere", schema: {id: bigint}}
        trigger: availableNow
        sink: {format: noop}
        """);
    assertThat(everything("run")).contains(folder.resolve("in/nowhere").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", options: {style: json}", ", options: {truncate: false}"})
  void rowsOnAConsoleCannotSteerIt(String options) throws IOException {
    bench.pipeline(
        """
        name: q
        source: {format: json, path: in, schema: {"a\\u001b[2J": string}}
        trigger: availableNow
        sink: {format: console%s}
        """
            .formatted(options));
    Files.delete(folder.resolve("in/a.csv"));
    bench.put(
        "in/a.json", "{\"a\\u001b[2J\":\"\\u001b[31m\\r\\n\\b\\u0007\\u009b\\u0000\\u007f\\t\"}\n");
    String out = Command.run(folder, "run", "pipeline.yaml").out();
    assertThat(out).isNotEmpty();
    assertThat(out.chars().filter(c -> c != '\n').filter(Character::isISOControl)).isEmpty();
    assertThat(out).contains("[31m");
  }

  @Test
  void messagesWithDataAreOneLineThatCannotSteerATerminal() throws IOException {
    bench.pipeline("csv", "mode: FAILFAST, multiLine: true", "");
    bench.put("in/a.csv", "x\u001b[2J,\"a\nb\u009b1A\u202e\"\n");
    String told = bench.fails(Main.FAILED, "\\u001b[2J", "\\u202e");
    assertThat(told.strip().chars().filter(Character::isISOControl)).isEmpty();
  }
}
