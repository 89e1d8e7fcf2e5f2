package dev.sluice.operators.testing;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.expression.ValueText;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.operator.QueryExecutor;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.ExpressionCompiler;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.SelectPlanner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Evaluates SQL expressions in tests. */
@NullMarked
public final class SqlTesting {
  private static final FunctionRegistry ALL = FunctionRegistry.load();
  private static final Batch ONE_ROW = new Batch(Schema.EMPTY, List.of(), 1);

  private SqlTesting() {}

  /** A text whose character {@code i} stands at {@code test.sql:1:(i + 1)}. */
  public static Node.Text text(String sql) {
    return new Node.Text(
        sql,
        Node.Text.Kind.STRING,
        new SourcePosition("test.sql", 1, 1),
        offset -> new SourcePosition("test.sql", 1, offset + 1));
  }

  /** The bound expression over no columns; mistakes throw InvalidPipelineException. */
  public static Expression bind(String sql) {
    return bind(sql, Schema.EMPTY);
  }

  /** The bound expression; mistakes throw InvalidPipelineException. */
  public static Expression bind(String sql, Schema schema) {
    return bind(sql, schema, ALL);
  }

  private static Expression bind(String sql, Schema schema, FunctionRegistry functions) {
    Problems problems = new Problems();
    ExpressionCompiler compiler = new ExpressionCompiler(Session.DEFAULT, functions, problems);
    Expression expression = compiler.compile(text(sql), schema).orElse(null);
    problems.throwIfErrors();
    if (expression == null) {
      throw new IllegalStateException("no expression and no problem: " + sql);
    }
    return expression;
  }

  /** The problems of an expression, as they are printed. */
  public static List<String> problems(String sql, Schema schema) {
    Problems problems = new Problems();
    new ExpressionCompiler(Session.DEFAULT, ALL, problems).compile(text(sql), schema);
    return problems.all().stream().map(Object::toString).toList();
  }

  /** The value of a constant expression in the form of {@link Column#value}. */
  public static @Nullable Object eval(String sql) {
    return bind(sql).evaluate(ONE_ROW, EvaluationContext.NONE).value(0);
  }

  /** As {@link #eval(String)} with these functions besides those on the class path. */
  public static @Nullable Object eval(String sql, List<? extends Function> functions) {
    return bind(sql, Schema.EMPTY, FunctionRegistry.with(functions))
        .evaluate(ONE_ROW, EvaluationContext.NONE)
        .value(0);
  }

  /** The value of a constant expression as Spark prints it; {@code NULL} for null. */
  public static String show(String sql) {
    Expression expression = bind(sql);
    Column column = expression.evaluate(ONE_ROW, EvaluationContext.NONE);
    if (column.isNull(0)) {
      return "NULL";
    }
    StringBuilder out = new StringBuilder();
    ValueText.of(expression.type(), Session.DEFAULT).append(column.flatten(), 0, out);
    return out.toString();
  }

  /** The type of an expression, as {@code catalogString}. */
  public static String type(String sql) {
    return bind(sql).type().catalogString();
  }

  /** The values of an expression over a batch in the form of {@link Column#value}. */
  public static List<@Nullable Object> eval(String sql, Batch input) {
    Column column = bind(sql, input.schema()).evaluate(input, EvaluationContext.NONE);
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < input.rows(); i++) {
      values.add(column.value(i));
    }
    return values;
  }

  /**
   * A batch of these rows, values in the form of {@link Column#value}; the DDL names the columns.
   */
  public static Batch batch(String ddl, List<List<@Nullable Object>> rows) {
    Schema schema = dev.sluice.operators.ddl.TypeParser.parseSchema(ddl);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      var builder = dev.sluice.operators.data.ColumnBuilder.of(field.type(), rows.size());
      for (List<@Nullable Object> row : rows) {
        builder.appendValue(row.get(i));
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, rows.size());
  }

  /** The rows of a query over no tables; mistakes throw InvalidPipelineException. */
  public static List<List<@Nullable Object>> query(String sql) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Batch batch : QueryExecutor.execute(plan(sql))) {
      for (int row = 0; row < batch.rows(); row++) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Column column : batch.columns()) {
          values.add(column.value(row));
        }
        rows.add(values);
      }
    }
    return rows;
  }

  /** The first value of a query as Spark prints it. */
  public static String showQuery(String sql) {
    Rel plan = plan(sql);
    Column column = QueryExecutor.execute(plan).get(0).column(0);
    if (column.isNull(0)) {
      return "NULL";
    }
    StringBuilder out = new StringBuilder();
    ValueText.of(column.type(), Session.DEFAULT).append(column.flatten(), 0, out);
    return out.toString();
  }

  /** The problems of a query, as they are printed. */
  public static List<String> queryProblems(String sql) {
    Problems problems = new Problems();
    new SelectPlanner(Session.DEFAULT, ALL, problems, QueryExecutor::executeNow)
        .plan(text(sql), SelectPlanner.Tables.NONE, Rel.Aggregate.Scope.BATCH, Origin.NONE);
    return problems.all().stream().map(Object::toString).toList();
  }

  private static Rel plan(String sql) {
    Problems problems = new Problems();
    Rel plan =
        new SelectPlanner(Session.DEFAULT, ALL, problems, QueryExecutor::executeNow)
            .withSubqueries(QueryExecutor::execute)
            .plan(text(sql), SelectPlanner.Tables.NONE, Rel.Aggregate.Scope.BATCH, Origin.NONE)
            .orElse(null);
    problems.throwIfErrors();
    if (plan == null) {
      throw new IllegalStateException("no plan and no problem: " + sql);
    }
    return plan;
  }
}
