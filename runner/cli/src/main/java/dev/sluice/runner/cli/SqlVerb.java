package dev.sluice.runner.cli;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.expression.ValueText;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.runner.sql.SqlLines;
import dev.sluice.runner.sql.SqlQuery;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code sql}: a query on the engine that runs the pipelines. */
final class SqlVerb implements Verb {
  @Override
  public String name() {
    return "sql";
  }

  @Override
  public String summary() {
    return "runs one SELECT, or with --lines answers JSON requests";
  }

  @Override
  public String operands() {
    return "[QUERY]";
  }

  @Override
  public int leastOperands() {
    return 0;
  }

  @Override
  public int mostOperands() {
    return 1;
  }

  @Override
  public List<Flag> flags() {
    return List.of(
        Flag.without("lines", "reads one {\"id\", \"sql\"} a line, writes one answer a line"));
  }

  @Override
  public String notes() {
    return "The result is printed as lines of values separated by tabs, after a line of names.";
  }

  @Override
  public int run(Arguments arguments, Console console) throws Exception {
    FunctionRegistry functions = FunctionRegistry.load();
    Writer out = new BufferedWriter(new OutputStreamWriter(console.out(), StandardCharsets.UTF_8));
    if (arguments.has("lines")) {
      if (!arguments.operands().isEmpty()) {
        throw new UsageException(
            "'--lines' reads queries from the standard input", "leave out the query");
      }
      BufferedReader in =
          new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
      new SqlLines(Session.DEFAULT, functions).answerAll(in, out);
      out.flush();
      return Main.DONE;
    }
    if (arguments.operands().isEmpty()) {
      throw new UsageException("'sql' needs a query", "write runner sql \"SELECT 1 + 1\"");
    }
    SqlQuery.Result result =
        new SqlQuery(Session.DEFAULT, functions).run(arguments.operands().get(0));
    print(result, out);
    out.flush();
    return Main.DONE;
  }

  private static void print(SqlQuery.Result result, Writer out) throws Exception {
    out.write(String.join("\t", result.schema().names()));
    out.write('\n');
    List<ValueText> texts = new ArrayList<>();
    for (Field field : result.schema().fields()) {
      texts.add(ValueText.of(field.type(), Session.DEFAULT));
    }
    StringBuilder line = new StringBuilder();
    for (Batch batch : result.batches()) {
      List<FlatColumn> columns = batch.columns().stream().map(Column::flatten).toList();
      for (int row = 0; row < batch.rows(); row++) {
        line.setLength(0);
        for (int i = 0; i < columns.size(); i++) {
          line.append(i == 0 ? "" : "\t");
          if (columns.get(i).isNull(row)) {
            line.append("NULL");
          } else {
            texts.get(i).append(columns.get(i), row, line);
          }
        }
        out.append(line).append('\n');
      }
    }
  }
}
