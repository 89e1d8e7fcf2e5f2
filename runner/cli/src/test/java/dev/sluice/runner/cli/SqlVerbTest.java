package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.expression.Session;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.runner.sql.SqlLines;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlVerbTest {
  @TempDir Path folder;

  @Test
  void printsNamesAndValuesBetweenTabs() {
    Command.Result result =
        Command.run(folder, "sql", "SELECT 1 + 1, upper('a') AS u, NULL, array(1, 2)");
    assertThat(result.code()).isZero();
    assertThat(result.out()).isEqualTo("(1 + 1)\tu\tNULL\tarray(1, 2)\n2\tA\tNULL\t[1, 2]\n");
  }

  @Test
  void tellsAllMistakesWithTheirPlaces() {
    Command.Result result = Command.run(folder, "sql", "SELECT a,\n  uper('x')");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains("sql:1:8: error[unknown-column]: unknown column 'a'")
        .contains(
            "sql:2:3: error[unknown-function]: unknown function 'uper'; did you mean 'upper'?");
  }

  @Test
  void tellsQueriesInsideExpressionsApart() {
    Command.Result result =
        Command.run(
            folder,
            "sql",
            "SELECT sum(x + (SELECT min(id) FROM range(5))) AS a,"
                + " sum(x + (SELECT max(id) FROM range(5))) AS b FROM VALUES (1), (2) AS t(x)");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("a\tb\n3\t11\n");
  }

  @Test
  void failsWithoutATraceWhenAValueBreaksTheQuery() {
    Command.Result result = Command.run(folder, "sql", "SELECT 1 / 0");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("division by zero").doesNotContain("\tat ");
  }

  @Test
  void answersEachLineWhateverIsWrongWithIt() {
    SqlLines lines = new SqlLines(Session.DEFAULT, FunctionRegistry.load());
    assertThat(lines.answer("{\"id\":\"a\",\"sql\":\"SELECT 1 AS x\"}"))
        .isEqualTo("{\"id\":\"a\",\"columns\":[{\"name\":\"x\",\"type\":\"int\"}],\"rows\":[[1]]}");
    assertThat(lines.answer("{\"id\":\"b\",\"sql\":\"SELECT CAST('x' AS INT)\"}"))
        .contains("\"code\":\"CAST_INVALID_INPUT\",\"phase\":\"runtime\"");
    assertThat(lines.answer("{\"id\":\"c\",\"sql\":\"SELEC 1\"}"))
        .contains("\"code\":\"syntax\",\"phase\":\"parse\"");
    assertThat(lines.answer("not json")).contains("\"code\":\"bad-request\"");
    String table =
        "{\"id\":\"d\",\"sql\":\"SELECT sum(a) FROM t\",\"tables\":{\"t\":{\"schema\":\"a INT\",\"rows\":[[1],[2]]}}}";
    assertThat(lines.answer(table)).contains("\"rows\":[[3]]");
  }
}
