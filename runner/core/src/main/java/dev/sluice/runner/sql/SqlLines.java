package dev.sluice.runner.sql;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.SelectPlanner;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers queries, one JSON object a line: {@code {"id", "sql", "tables"?: {name: {"schema": DDL,
 * "rows"}}}} gives {@code {"id", "columns": [{"name", "type"}], "rows"}} or {@code {"id", "error":
 * {"code", "phase", "message"}}}, phase being {@code parse}, {@code analysis} or {@code runtime}.
 */
public final class SqlLines {
  /** Mistakes in constants, found here before any data, that Spark meets only when a row comes. */
  private static final Set<String> MET_BY_ROWS =
      Set.of(
          "inconsistent-behavior-cross-version",
          "invalid-datetime-pattern",
          "scalar-subquery-too-many-rows");

  private static final String TABLE_FORM =
      "must be of the form {\"NAME\": {\"schema\": \"a INT, b STRING\", \"rows\": [[1, \"x\"]]}}";

  private final Session session;
  private final FunctionRegistry functions;
  private final Supplier<SelectPlanner.Tables> given;

  public SqlLines(Session session, FunctionRegistry functions) {
    this(session, functions, () -> SelectPlanner.Tables.NONE);
  }

  /**
   * @param given asked at each request for tables that it can name beside its own
   */
  public SqlLines(
      Session session, FunctionRegistry functions, Supplier<SelectPlanner.Tables> given) {
    this.session = session;
    this.functions = functions;
    this.given = given;
  }

  /** Answers each line of the input; each answer is written at once. */
  public void answerAll(BufferedReader in, Appendable out) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank()) {
        out.append(answer(line)).append('\n');
        if (out instanceof java.io.Flushable flushable) {
          flushable.flush();
        }
      }
    }
  }

  /** The answer to one request; whatever is wrong with it is in the answer. */
  public String answer(String line) {
    Map<String, @Nullable Object> request;
    try {
      request = Json.parseObject(line);
    } catch (IllegalArgumentException e) {
      return Json.write(error(null, "bad-request", "parse", String.valueOf(e.getMessage())));
    }
    Object id = request.get("id");
    try {
      return Json.write(run(id, request));
    } catch (PipelineException e) {
      return Json.write(error(id, e.code(), "runtime", String.valueOf(e.getMessage())));
    } catch (IllegalArgumentException e) {
      return Json.write(error(id, "bad-request", "parse", String.valueOf(e.getMessage())));
    } catch (RuntimeException | StackOverflowError e) {
      // A bug of ours must not end the session: it is told as what it is.
      return Json.write(error(id, "internal", "runtime", e + " at " + firstFrame(e)));
    }
  }

  private static String firstFrame(Throwable e) {
    return e.getStackTrace().length == 0 ? "?" : e.getStackTrace()[0].toString();
  }

  private Map<String, @Nullable Object> run(
      @Nullable Object id, Map<String, @Nullable Object> request) {
    if (!(request.get("sql") instanceof String sql)) {
      throw new IllegalArgumentException(
          "a request needs the text 'sql': {\"id\": 1, \"sql\": \"SELECT ...\"}, perhaps with"
              + " 'tables'");
    }
    SelectPlanner.Tables tables = tables(request.get("tables"), given.get());
    try {
      SqlQuery.Result result = new SqlQuery(session, functions).run(sql, tables);
      return result(id, result.schema(), result.batches());
    } catch (InvalidPipelineException e) {
      Problem first = e.problems().get(0);
      String phase =
          first.code().equals("syntax")
              ? "parse"
              : MET_BY_ROWS.contains(first.code()) ? "runtime" : "analysis";
      return error(id, first.code(), phase, String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, @Nullable Object> result(
      @Nullable Object id, Schema schema, List<Batch> batches) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("id", id);
    List<Object> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      Map<String, Object> column = new LinkedHashMap<>();
      column.put("name", field.name());
      column.put("type", field.type().catalogString());
      columns.add(column);
    }
    answer.put("columns", columns);
    List<Object> rows = new ArrayList<>();
    for (Batch batch : batches) {
      for (int row = 0; row < batch.rows(); row++) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Column column : batch.columns()) {
          values.add(JsonValues.toJson(column, row));
        }
        rows.add(values);
      }
    }
    answer.put("rows", rows);
    return answer;
  }

  private static Map<String, @Nullable Object> error(
      @Nullable Object id, String code, String phase, String message) {
    Map<String, @Nullable Object> details = new LinkedHashMap<>();
    details.put("code", code);
    details.put("phase", phase);
    details.put("message", message);
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("id", id);
    answer.put("error", details);
    return answer;
  }

  private static SelectPlanner.Tables tables(@Nullable Object json, SelectPlanner.Tables given) {
    Map<String, Rel> tables = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (json instanceof Map<?, ?> all) {
      all.forEach(
          (name, table) -> tables.put(String.valueOf(name), table("table '" + name + "'", table)));
    } else if (json != null) {
      throw new IllegalArgumentException("'tables' " + TABLE_FORM);
    }
    return new SelectPlanner.Tables() {
      @Override
      public Optional<Rel> table(String name) {
        return Optional.ofNullable(tables.get(name)).or(() -> given.table(name));
      }

      @Override
      public List<String> names() {
        return Stream.concat(tables.keySet().stream(), given.names().stream()).toList();
      }
    };
  }

  private static Rel table(String where, @Nullable Object json) {
    if (!(json instanceof Map<?, ?> table) || !(table.get("schema") instanceof String ddl)) {
      throw new IllegalArgumentException(where + " " + TABLE_FORM);
    }
    Schema schema = schema(where, ddl);
    Object given = table.get("rows");
    if (given != null && !(given instanceof List<?>)) {
      throw new IllegalArgumentException(where + ": 'rows' must be a list of rows");
    }
    List<?> rows = given instanceof List<?> list ? list : List.of();
    List<ColumnBuilder> builders = new ArrayList<>();
    schema.fields().forEach(f -> builders.add(ColumnBuilder.of(f.type(), 16)));
    for (int i = 0; i < rows.size(); i++) {
      append(where + ", row " + (i + 1), rows.get(i), schema, builders);
    }
    List<Column> columns = new ArrayList<>();
    builders.forEach(b -> columns.add(b.build()));
    return new Rel.Values(schema, List.of(new Batch(schema, columns, rows.size())), Origin.NONE);
  }

  private static Schema schema(String where, String ddl) {
    try {
      return TypeParser.parseSchema(ddl);
    } catch (SqlSyntaxException e) {
      throw new IllegalArgumentException(where + ", schema: " + e.getMessage(), e);
    }
  }

  private static void append(
      String where, @Nullable Object row, Schema schema, List<ColumnBuilder> builders) {
    if (!(row instanceof List<?> values) || values.size() != schema.size()) {
      throw new IllegalArgumentException(
          where + " must be a list of " + schema.size() + " values, as the schema says");
    }
    for (int i = 0; i < builders.size(); i++) {
      Field field = schema.field(i);
      try {
        builders.get(i).appendValue(JsonValues.fromJson(field.type(), values.get(i)));
      } catch (ClassCastException
          | IllegalArgumentException
          | IndexOutOfBoundsException
          | ArithmeticException
          | DateTimeException e) {
        throw new IllegalArgumentException(
            where
                + ", column '"
                + field.name()
                + "': "
                + Json.write(values.get(i))
                + " is no "
                + field.type().sql(),
            e);
      }
    }
  }
}
