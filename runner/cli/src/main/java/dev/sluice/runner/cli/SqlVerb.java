package dev.sluice.runner.cli;

import dev.sluice.connectors.memory.RunningTables;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.ddl.SqlStatements;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.SelectPlanner;
import dev.sluice.runner.sql.AttachedTables;
import dev.sluice.runner.sql.FileTables;
import dev.sluice.runner.sql.SqlLines;
import dev.sluice.runner.sql.SqlQuery;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code sql}: queries on the engine that runs the pipelines. */
final class SqlVerb implements Verb {
  @Override
  public String name() {
    return "sql";
  }

  @Override
  public String summary() {
    return "runs queries over files, or with --lines answers JSON requests";
  }

  @Override
  public Operands operands() {
    return Operands.optional("[QUERY]");
  }

  @Override
  public List<Flag> flags() {
    return StoreFlags.and(
        Flag.of("file", "FILE", "reads the query from a file; '-' for QUERY: from standard input"),
        Flag.choice("format", List.of("table", "csv", "json"), "how rows are printed (table)"),
        Attach.FLAG,
        Flag.without("lines", "reads one {\"id\", \"sql\"} a line, writes one answer a line"));
  }

  @Override
  public String notes() {
    return """
    Files stand after FROM, by paths that start here and may be folders or patterns:
      runner sql "SELECT country, count(*) FROM csv.`orders/*.csv` WITH (header = true) GROUP BY 1"
      runner sql "SELECT * FROM parquet.`out` WHERE amount > 10 LIMIT 5" --format json
    Formats: csv, json, text, parquet, orc, avro, and those of plug-ins. Options are those of
    the sources. Several queries, separated by ';', are all checked, and then run one after
    the other.
    The table of a 'memory' sink has its pipeline's name, and can be read while that runs, as it
    was at the end of a batch; without a query its tables are listed:
      runner sql --attach visits "SELECT country, count(*) FROM visits GROUP BY 1\"\
    """;
  }

  @Override
  public int run(Arguments arguments, Console console) throws Exception {
    Plugins.Named named = Plugins.named(arguments, console);
    FunctionRegistry functions = named.functions();
    Optional<RunningTables> running =
        arguments.find("attach").map(word -> Attach.find(word, console.directory()));
    if (arguments.has("lines")) {
      return lines(arguments, functions, running, console);
    }
    if (running.isPresent() && arguments.operands().isEmpty() && !arguments.has("file")) {
      console.out().print(console.shownLines(Attach.list(running.get())));
      return Main.DONE;
    }
    String format = arguments.find("format").orElse("table");
    int workers = Runtime.getRuntime().availableProcessors();
    Optional<AttachedTables> attached = running.map(AttachedTables::new);
    FileTables tables =
        new FileTables(
            StoreFlags.files(arguments, console),
            console.directory().toString(),
            Session.DEFAULT,
            workers,
            attached.isPresent() ? attached.get() : SelectPlanner.Tables.NONE,
            named.formats());
    SqlQuery queries = new SqlQuery(Session.DEFAULT, functions);
    List<SqlQuery.Planned> planned = new ArrayList<>();
    for (Node.Text statement : SqlStatements.split(text(arguments, console))) {
      planned.add(queries.plan(statement, tables, workers));
    }
    for (SqlQuery.Planned query : planned) {
      if (!print(query, ResultWriter.of(format, query.schema()), console.out())) {
        break;
      }
    }
    attached.ifPresent(tablesRead -> tablesRead.notes().forEach(console::say));
    return Main.DONE;
  }

  /** False once nobody reads what is printed. */
  private static boolean print(SqlQuery.Planned query, ResultWriter writer, PrintStream out) {
    StringBuilder text = new StringBuilder();
    writer.begin(text);
    query.run(
        batch -> {
          writer.rows(batch, text);
          return flush(text, out);
        });
    writer.end(text);
    return flush(text, out);
  }

  private static boolean flush(StringBuilder text, PrintStream out) {
    if (!text.isEmpty()) {
      out.append(text);
      text.setLength(0);
    }
    return !out.checkError();
  }

  private static Node.Text text(Arguments arguments, Console console) throws IOException {
    Optional<String> file = arguments.find("file");
    if (file.isPresent()) {
      if (!arguments.operands().isEmpty()) {
        throw new UsageException("the query is given twice", "leave out '--file' or the query");
      }
      return SqlQuery.text(file.get(), read(console.directory().resolve(file.get()), file.get()));
    }
    if (arguments.operands().isEmpty()) {
      throw new UsageException("'sql' needs a query", "write runner sql \"SELECT 1 + 1\"");
    }
    String query = arguments.operands().get(0);
    return query.equals("-")
        ? SqlQuery.text("stdin", new String(console.in().readAllBytes(), StandardCharsets.UTF_8))
        : SqlQuery.text("sql", query);
  }

  private static String read(Path file, String shown) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new UsageException("there is no file '" + shown + "'", null);
    } catch (IOException e) {
      throw new UsageException("'" + shown + "' cannot be read: " + e.getMessage(), null);
    }
  }

  private static int lines(
      Arguments arguments,
      FunctionRegistry functions,
      Optional<RunningTables> running,
      Console console)
      throws IOException {
    if (!arguments.operands().isEmpty()
        || Stream.of("file", "format", "settings", "set", "conf").anyMatch(arguments::has)) {
      throw new UsageException(
          "'--lines' reads queries from the standard input, and answers in JSON",
          "leave out everything else");
    }
    Writer out = new BufferedWriter(new OutputStreamWriter(console.out(), StandardCharsets.UTF_8));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
    SqlLines lines =
        running.isEmpty()
            ? new SqlLines(Session.DEFAULT, functions)
            : new SqlLines(
                Session.DEFAULT,
                functions,
                // Each request sees the newest batch.
                () -> new AttachedTables(RunningTables.at(running.get().socket())));
    lines.answerAll(in, out);
    out.flush();
    return Main.DONE;
  }
}
