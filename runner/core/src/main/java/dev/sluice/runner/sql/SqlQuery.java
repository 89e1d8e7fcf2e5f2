package dev.sluice.runner.sql;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.operator.QueryExecutor;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.SelectPlanner;
import java.util.List;

/** Plans and runs queries whose rows are all in the query, or in tables given with it. */
public final class SqlQuery {
  private final Session session;
  private final FunctionRegistry functions;

  public SqlQuery(Session session, FunctionRegistry functions) {
    this.session = session;
    this.functions = functions;
  }

  /** What a query gives, in order. */
  public record Result(Schema schema, List<Batch> batches) {}

  /**
   * Throws {@link InvalidPipelineException} for mistakes in the query, EvaluationException for what
   * values break.
   */
  public Result run(String sql) {
    return run(sql, SelectPlanner.Tables.NONE);
  }

  /** As {@link #run(String)}, over tables. */
  public Result run(String sql, SelectPlanner.Tables tables) {
    Problems problems = new Problems();
    Node.Text text =
        new Node.Text(
            sql,
            Node.Text.Kind.STRING,
            new SourcePosition("sql", 1, 1),
            offset -> place(sql, offset));
    long now = System.currentTimeMillis();
    Rel plan =
        new SelectPlanner(session, functions, problems)
            .withSubqueries(rel -> QueryExecutor.execute(rel, now))
            .plan(text, tables, Rel.Aggregate.Scope.BATCH, Origin.NONE)
            .orElseThrow(() -> new InvalidPipelineException(problems.all()));
    return new Result(plan.schema(), QueryExecutor.execute(plan, now));
  }

  /** Line and column of a character of the query. */
  private static SourcePosition place(String sql, int offset) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < Math.min(offset, sql.length()); i++) {
      if (sql.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return new SourcePosition("sql", line, offset - start + 1);
  }
}
