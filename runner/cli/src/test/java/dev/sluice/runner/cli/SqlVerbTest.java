package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.expression.Session;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.runner.sql.SqlLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlVerbTest {
  @TempDir Path folder;

  private String out(String... words) {
    List<String> all = new ArrayList<>(List.of("sql"));
    all.addAll(List.of(words));
    Command.Result result = Command.run(folder, all.toArray(String[]::new));
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return result.out();
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void drawsATableAsWideAsItsValues() {
    assertThat(out("SELECT 1 + 1, '東京' AS city, NULL AS n, array(1, NULL) AS a"))
        .isEqualTo(
            """
            +-------+----+----+---------+
            |(1 + 1)|city|n   |a        |
            +-------+----+----+---------+
            |2      |東京|NULL|[1, NULL]|
            +-------+----+----+---------+
            """);
  }

  @Test
  void quotesCsvWhereNeeded() {
    assertThat(
            out(
                "SELECT * FROM VALUES ('a,b', 1.50, NULL), ('say \"hi\"', 2.00, ''),"
                    + " ('two\nlines', 3.00, 'c') AS t(x, `y,z`, w)",
                "--format",
                "csv"))
        .isEqualTo(
            "x,\"y,z\",w\n\"a,b\",1.50,\n\"say \"\"hi\"\"\",2.00,\"\"\n\"two\nlines\",3.00,c\n");
  }

  @Test
  void printsJsonAsSparkDoesAndTellsNamesApart() {
    assertThat(
            out(
                "SELECT 1 AS a, 2 AS a, NULL AS n, named_struct('x', DATE'2024-02-29') AS s",
                "--format",
                "json"))
        .isEqualTo("{\"a\":1,\"a#2\":2,\"s\":{\"x\":\"2024-02-29\"}}\n");
  }

  @Test
  void runsSeveralQueriesOneAfterTheOther() {
    assertThat(out("SELECT 1 AS a; -- one; two\n SELECT ';' AS b;;", "--format", "csv"))
        .isEqualTo("a\n1\nb\n;\n");
  }

  @Test
  void runsNothingIfAnyQueryIsWrong() {
    Command.Result result = Command.run(folder, "sql", "SELECT 1;\nSELECT b");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("sql:2:8: error[unknown-column]");
  }

  @Test
  void readsTheQueryFromAFile() throws IOException {
    write("q/query.sql", "SELECT 1 AS a,\n  b");
    Command.Result result = Command.run(folder, "sql", "--file", "q/query.sql");
    assertThat(result.err()).startsWith("q/query.sql:2:3: error[unknown-column]");
    write("q/query.sql", "SELECT 1 AS a");
    assertThat(out("--file", "q/query.sql", "--format", "csv")).isEqualTo("a\n1\n");
    assertThat(Command.run(folder, "sql", "--file", "no.sql").err())
        .isEqualTo("runner: error[command-line]: there is no file 'no.sql'\n");
  }

  @Test
  void readsFilesFoldersAndPatternsBelowTheWorkingDirectory() throws IOException {
    write("in/day=2024-01-01/a.csv", "a,b\n1,x\n2,\"y, z\"\n");
    write("in/day=2024-01-02/b.csv", "a,b\n3,\n");
    assertThat(out("SELECT * FROM csv.`in/day=2024-01-02`", "--format", "csv"))
        .isEqualTo("_c0,_c1\na,b\n3,\n");
    assertThat(
            out(
                "SELECT sum(a) AS s, day FROM csv.`in` WITH (header = true, inferSchema = true)"
                    + " GROUP BY day ORDER BY day",
                "--format",
                "csv"))
        .isEqualTo("s,day\n3,2024-01-01\n3,2024-01-02\n");
    assertThat(out("SELECT value FROM text.`in/*/b.csv`", "--format", "csv"))
        .isEqualTo("value\n\"a,b\"\n\"3,\"\n");
    write("j.json", "{\"b\": 1, \"a\": [true]}\n{\"b\": 2.5}\n");
    assertThat(out("SELECT *, _metadata.file_name AS f FROM json.`./j.json`", "--format", "json"))
        .isEqualTo("{\"a\":[true],\"b\":1.0,\"f\":\"j.json\"}\n{\"b\":2.5,\"f\":\"j.json\"}\n");
  }

  @Test
  void joinsFilesAndAsksThemInsideExpressions() throws IOException {
    write("a.csv", "k,v\n1,10\n2,20\n");
    write("b.csv", "k,name\n2,two\n");
    String a = "csv.`a.csv` WITH (header = true, inferSchema = true)";
    assertThat(
            out(
                "SELECT name, v FROM "
                    + a
                    + " x JOIN csv.`b.csv` WITH (header = true) y"
                    + " ON x.k = y.k WHERE v > (SELECT avg(v) FROM "
                    + a
                    + ")",
                "--format",
                "csv"))
        .isEqualTo("name,v\ntwo,20\n");
  }

  @Test
  void tellsWhatIsWrongWithFiles() throws IOException {
    write("a.csv", "1\n");
    assertThat(Command.run(folder, "sql", "SELECT *\nFROM csv.`nix`").err())
        .startsWith("sql:2:6: error[path-not-found]: there is no file at 'nix'; relative paths");
    assertThat(Command.run(folder, "sql", "SELECT * FROM csv.`*.txt`").err())
        .startsWith("sql:1:15: error[path-not-found]: there is no file at '*.txt'");
    assertThat(Command.run(folder, "sql", "SELECT * FROM cvs.`a.csv`").err())
        .startsWith("sql:1:15: error[unknown-table]: unknown table 'cvs.a.csv'; files are read");
    assertThat(Command.run(folder, "sql", "SELECT * FROM csv.`a.csv` WITH (heder = true)").err())
        .isEqualTo(
            "sql:1:33: error[unknown-option]: 'csv' files have no option 'heder'; did you mean"
                + " 'header'?\n");
    assertThat(Command.run(folder, "sql", "SELECT * FROM csv.`a.csv` WITH (header = 3)").err())
        .contains("sql:1:42: error[invalid-option-value]", "must be true or false, not '3'");
    assertThat(Command.run(folder, "sql", "SELECT * FROM parquet.`a.csv`").err())
        .startsWith("sql:1:15: error[unable-to-infer-schema]: cannot find the schema of '")
        .endsWith("; is it another format?\n")
        .doesNotContain("declare it");
  }

  @Test
  void keepsTheOrderOfFilesAndStopsWhenItHasEnough() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      rows.append(i).append(',').append("x".repeat(1000)).append('\n');
    }
    write("big/a.csv", rows.toString());
    write("big/b.csv", "last,1\n");
    List<String> lines = out("SELECT _c0 FROM csv.`big`", "--format", "csv").lines().toList();
    assertThat(lines).hasSize(30_002);
    assertThat(lines.subList(0, 3)).containsExactly("_c0", "0", "1");
    assertThat(lines.get(30_000)).isEqualTo("29999");
    assertThat(lines.get(30_001)).isEqualTo("last");
    // Further on a value would break the query.
    assertThat(out("SELECT CAST(_c0 AS INT) AS n FROM csv.`big` LIMIT 2", "--format", "csv"))
        .isEqualTo("n\n0\n1\n");
    assertThat(out("SELECT _c0 FROM csv.`big` LIMIT 2 OFFSET 29999", "--format", "csv"))
        .isEqualTo("_c0\n29999\nlast\n");
  }

  @Test
  void endsQuietlyWhenNobodyReadsAnyMore() {
    List<String> written = new ArrayList<>();
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            written.add("once");
            throw new IOException("Broken pipe");
          }
        };
    PrintStream out = Stdout.print(closed);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            List.of("sql", "SELECT id FROM range(1000000)"),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            folder);
    assertThat(code).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(Stdout.problem(out)).isNull();
    assertThat(written.size()).isLessThan(40);
  }

  @Test
  void remembersWhyTheOutputTookNoMore() {
    PrintStream out =
        Stdout.print(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("No space left on device");
              }
            });
    out.println("x");
    assertThat(Stdout.problem(out)).isEqualTo("No space left on device");
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
    assertThat(Command.run(folder, "sql", "SELECT upper('x'").err())
        .isEqualTo("sql:1:17: error[syntax]: the text ends where ')' is expected\n");
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
    assertThat(result.out()).contains("|3  |11 |");
  }

  @Test
  void failsWithoutATraceWhenAValueBreaksTheQuery() {
    Command.Result result = Command.run(folder, "sql", "SELECT 1 / 0");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("division by zero").doesNotContain("\tat ");
  }

  @Test
  void linesTakeNoFlagThatTheyWouldNotHeed() {
    Command.Result result = Command.run(folder, "sql", "--lines", "--conf", "fs.s3a.endpoint=x");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("'--lines' reads queries from the standard input");
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
