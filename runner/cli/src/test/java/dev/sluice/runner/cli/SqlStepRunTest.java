package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The step {@code sql}, from the file to the rows and over restarts. */
class SqlStepRunTest {
  private static final String FILES =
      """
      name: q
      source:
        format: csv
        path: in
        options: {header: true}
        schema: {country: string, amount: int}
      steps:
        - %s
      trigger: availableNow
      sink: {format: console, outputMode: complete}
      checkpointLocation: ck
      """;

  private static final String TOTALS =
      "sql: SELECT country, sum(amount) AS total FROM input GROUP BY country ORDER BY country";

  @TempDir Path folder;

  private Command.Result run(String step) throws IOException {
    Files.writeString(folder.resolve("p.yaml"), FILES.formatted(step));
    return Command.run(folder, "run", "p.yaml");
  }

  private void arrive(String name, String rows) throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("in").resolve(name), "country,amount\n" + rows);
  }

  @Test
  void keepsItsGroupsOverRestarts() throws IOException {
    arrive("a.csv", "DE,1\nFR,2\n");
    assertThat(run(TOTALS).out()).contains("|     DE|    1|", "|     FR|    2|");
    arrive("b.csv", "DE,5\n");
    Command.Result second = run(TOTALS);
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).contains("|     DE|    6|\n|     FR|    2|");
  }

  @Test
  void goesOnWhereTheStepsThatSayTheSameStopped() throws IOException {
    arrive("a.csv", "DE,1\nFR,2\n");
    assertThat(run("groupBy: {keys: [country], agg: {total: sum(amount)}}").code()).isZero();
    arrive("b.csv", "DE,5\n");
    assertThat(run(TOTALS).out()).contains("|     DE|    6|\n|     FR|    2|");
  }

  @Test
  void refusesOtherKeysOrAggregatesNamingTheStep() throws IOException {
    arrive("a.csv", "DE,1\n");
    assertThat(run(TOTALS).code()).isZero();
    Command.Result keys =
        run("sql: SELECT upper(country) AS c, sum(amount) AS total FROM input GROUP BY 1");
    assertThat(keys.code()).isEqualTo(Main.UNFIT);
    assertThat(keys.err()).contains("error[state-changed]", "steps[0] (sql) changed its keys from");
    Command.Result aggregates =
        run("sql: SELECT country, max(amount) AS total FROM input GROUP BY country");
    assertThat(aggregates.code()).isEqualTo(Main.UNFIT);
    assertThat(aggregates.err()).contains("steps[0] (sql) changed its aggregates from");
  }

  @Test
  void bindsToColumnsThatOnlyOpeningTells() throws IOException {
    arrive("a.csv", "DE,1\n");
    Files.writeString(
        folder.resolve("p.yaml"),
        """
        name: q
        sources:
          main: {format: csv, path: in, options: {header: true, inferSchema: true}}
          more: {format: csv, path: in, options: {header: true, inferSchema: true}}
        steps:
          - from: main
          - sql: |
              SELECT country, amount FROM input
              UNION ALL
              SELECT lower(country), amount + 10 FROM more
          - where: amount > 0
        trigger: availableNow
        sink: {format: console}
        """);
    Command.Result result = Command.run(folder, "run", "p.yaml");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("|     DE|     1|", "|     de|    11|");
  }

  @Test
  void pivotsAStream() throws IOException {
    arrive("a.csv", "DE,1\nFR,2\n");
    String pivot = "sql: SELECT * FROM input PIVOT (sum(amount) FOR country IN ('DE', 'FR' AS fr))";
    assertThat(run(pivot).out()).contains("| DE| fr|", "|  1|  2|");
    arrive("b.csv", "DE,5\n");
    assertThat(run(pivot).out()).contains("|  6|  2|");
  }

  @Test
  void joinsRecursiveRowsToAStream() throws IOException {
    arrive("a.csv", "DE,1\nFR,2\n");
    Command.Result result =
        run(
            "sql: 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2)"
                + " SELECT country, count(*) AS n FROM input JOIN n ON i <= amount GROUP BY"
                + " country'");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("|     DE|  1|", "|     FR|  2|");
  }

  @Test
  void refusesWhatAStreamCannotDo() throws IOException {
    arrive("a.csv", "DE,1\n");
    assertThat(run("sql: SELECT * FROM input TABLESAMPLE (10 PERCENT)").err())
        .contains("a stream cannot be sampled by TABLESAMPLE", "WHERE rand() < 0.1");
    assertThat(
            run("sql: 'WITH RECURSIVE r AS (SELECT amount FROM input UNION ALL SELECT amount - 1"
                    + " FROM r WHERE amount > 0) SELECT * FROM r'")
                .err())
        .contains("error[unsupported-feature]", "cannot read its sources");
    assertThat(
            run("sql: SELECT country, count(*) AS n FROM input WHERE current_date() <"
                    + " (SELECT current_date()) GROUP BY country")
                .err())
        .contains("cannot ask for the time");
    assertThat(run("sql: SELECT a.country FROM input a JOIN input b ON rand() < 0.5").err())
        .contains("the condition of a join cannot be random");
  }

  @Test
  void drawsTheSameNumbersWhenABatchIsReplayed() throws IOException {
    arrive("a.csv", "DE,1\nFR,2\n");
    Files.writeString(
        folder.resolve("p.yaml"),
        FILES
            .formatted("withColumns: {id: uuid()}")
            .replace("{format: console, outputMode: complete}", "{format: json, path: out}"));
    assertThat(Command.run(folder, "run", "p.yaml").err()).isEmpty();
    String once = written();
    // As if the process had died before the batch was committed.
    try (var names = Files.walk(folder.resolve("ck/commits"))) {
      for (Path file : names.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    try (var names = Files.walk(folder.resolve("out"))) {
      for (Path file : names.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    assertThat(Command.run(folder, "run", "p.yaml").err()).isEmpty();
    assertThat(written()).isEqualTo(once).contains("\"id\":\"");
  }

  private String written() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var names = Files.list(folder.resolve("out"))) {
      for (Path file : names.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
