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

/** Plans and runs queries that stand outside pipelines. */
public final class SqlQuery {
  private final Session session;
  private final FunctionRegistry functions;

  public SqlQuery(Session session, FunctionRegistry functions) {
    this.session = session;
    this.functions = functions;
  }

  /** What a query gives, in order. */
  public record Result(Schema schema, List<Batch> batches) {}

  /** Takes the rows of a result, in order, one call at a time. */
  @FunctionalInterface
  public interface Rows {
    /** False if no more are wanted. */
    boolean take(Batch batch);
  }

  /** A planned query over files. */
  public static final class Planned {
    private final Rel plan;
    private final QueryRun run;

    private Planned(Rel plan, QueryRun run) {
      this.plan = plan;
      this.run = run;
    }

    public Schema schema() {
      return plan.schema();
    }

    /** Runs it; throws {@link dev.sluice.operators.diagnostics.PipelineException}. */
    public void run(Rows rows) {
      run.run(plan, rows);
    }
  }

  /**
   * Plans a query over files. Throws {@link InvalidPipelineException} for mistakes in it.
   *
   * @param parallelism how many workers read
   */
  public Planned plan(Node.Text sql, FileTables tables, int parallelism) {
    Problems problems = new Problems();
    QueryRun run = new QueryRun(tables, parallelism, System.currentTimeMillis());
    return new SelectPlanner(session, functions, problems, QueryExecutor::executeNow)
        .plan(sql, tables, Rel.Aggregate.Scope.BATCH, new Origin("", SourcePosition.NOWHERE))
        .map(plan -> new Planned(plan, run))
        .orElseThrow(() -> new InvalidPipelineException(problems.all()));
  }

  /** A query's text with its places; {@code name} is what messages call it. */
  public static Node.Text text(String name, String sql) {
    return new Node.Text(
        sql,
        Node.Text.Kind.STRING,
        new SourcePosition(name, 1, 1),
        offset -> place(name, sql, offset));
  }

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
    long now = System.currentTimeMillis();
    Rel plan =
        new SelectPlanner(session, functions, problems, QueryExecutor::executeNow)
            .plan(text("sql", sql), tables, Rel.Aggregate.Scope.BATCH, Origin.NONE)
            .orElseThrow(() -> new InvalidPipelineException(problems.all()));
    return new Result(plan.schema(), QueryExecutor.execute(plan, now));
  }

  /** Line and column of a character of the query. */
  private static SourcePosition place(String name, String sql, int offset) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < Math.min(offset, sql.length()); i++) {
      if (sql.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return new SourcePosition(name, line, offset - start + 1);
  }
}
