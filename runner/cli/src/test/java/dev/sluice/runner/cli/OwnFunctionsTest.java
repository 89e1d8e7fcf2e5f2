package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code functions:} of the pipeline file. */
class OwnFunctionsTest {
  @TempDir Path folder;

  private Command.Result run(String functions, String steps) throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("in/a.csv"), "id,qty,amount\n1,2,10.0\n2,4,8.0\n");
    Files.writeString(
        folder.resolve("p.yaml"),
        """
        name: p
        source:
          format: csv
          path: in
          options: {header: true}
          schema: {id: int, qty: int, amount: double}
        functions:
        """
            + functions.indent(2)
            + "steps:\n"
            + steps.indent(2)
            + "trigger: availableNow\nsink: {format: console, options: {truncate: false}}\n");
    return Command.run(folder, "run", "p.yaml");
  }

  private String out(String functions, String steps) throws IOException {
    Command.Result result = run(functions, steps);
    assertThat(result.err()).isEmpty();
    return result.out();
  }

  @Test
  void stepsCallThemLikeOthers() throws IOException {
    assertThat(
            out(
                "\"net(gross double, rate double)\": gross / (1 + rate)\n",
                """
                - where: NET(amount, 1) > 1
                - withColumns: {n: 'net(amount, 0.25)'}
                - sql: SELECT id, net(n, 0) AS m FROM input
                """))
        .contains("|1  |8.0|", "|2  |6.4|");
  }

  @Test
  void callEachOtherAndCastWhatGoesInAndOut() throws IOException {
    assertThat(
            out(
                """
                "outer(n bigint) RETURNS decimal(10,2)": inner(n) + 1
                "inner(n double)": n / 2
                """,
                "- select: [id, outer(qty) AS o, typeof(outer(qty)) AS t]\n"))
        .contains("|1  |2.00|decimal(10,2)|", "|2  |3.00|decimal(10,2)|");
  }

  @Test
  void parametersAreNoColumnsAndColumnsNoParameters() throws IOException {
    // The parameter 'id' is the argument, whatever the column 'id' is; a lambda's own name wins.
    assertThat(
            out(
                "\"f(id int, xs array<int>)\": transform(xs, x -> x + id)\n"
                    + "\"g(x int)\": transform(array(1, 2), x -> x * 10)\n",
                "- select: ['f(qty, array(id, 100)) AS f', 'g(qty) AS g',"
                    + " 'transform(array(1), y -> f(y, array(qty))[0]) AS h']\n"))
        .contains("|[3, 102]|[10, 20]|[3]|", "|[6, 104]|[10, 20]|[5]|");
    assertThat(run("\"f(a int)\": a + qty\n", "- select: [f(id)]\n").err())
        .contains("p.yaml:8:19: error[unknown-column]: unknown column 'qty'; available: a");
  }

  @Test
  void aggregatesAndKeysMayUseThem() throws IOException {
    assertThat(
            out(
                "\"bucket(n int)\": n % 2\n",
                "- groupBy: {keys: [bucket(id) AS b], agg: {s: sum(bucket(qty) + 1)}, perBatch: true}\n"))
        .contains("|0  |1  |", "|1  |1  |");
  }

  @Test
  void aFailureInsideIsToldWithItsPlaceInTheBody() throws IOException {
    Command.Result result =
        run(
            "\"ratio(a double, b double)\": >-\n  a\n  / b\n",
            "- select: [id, 'ratio(amount, qty - 4) AS r']\n");
    assertThat(result.err())
        .startsWith("p.yaml:9:5: error[DIVIDE_BY_ZERO]")
        .contains("in/a.csv:3\n", "row:  id: 2, qty: 4, amount: 8.0");
  }

  @Test
  void aChangedBodyIsAChangedState() throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("in/a.csv"), "id\n1\n");
    String file =
        """
        name: p
        source: {format: csv, path: in, options: {header: true}, schema: {id: int}}
        functions: {"bucket(n int)": n %% %d}
        steps:
          - groupBy: {keys: [bucket(id) AS b], agg: {n: count(*)}}
        trigger: availableNow
        sink: {format: console, outputMode: complete}
        checkpointLocation: ck
        """;
    Files.writeString(folder.resolve("p.yaml"), file.formatted(2));
    assertThat(Command.run(folder, "run", "p.yaml").code()).isZero();
    Files.writeString(folder.resolve("p.yaml"), file.formatted(3));
    assertThat(Command.run(folder, "run", "p.yaml").code()).isEqualTo(Main.UNFIT);
  }
}
