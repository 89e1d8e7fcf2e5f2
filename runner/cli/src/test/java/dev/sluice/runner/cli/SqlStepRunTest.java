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
    assertThat(keys.err()).contains("error[state-changed]", "steps[0] (sql) changed from");
    Command.Result aggregates =
        run("sql: SELECT country, max(amount) AS total FROM input GROUP BY country");
    assertThat(aggregates.code()).isEqualTo(Main.UNFIT);
    assertThat(aggregates.err()).contains("steps[0] (sql) changed from");
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
}
