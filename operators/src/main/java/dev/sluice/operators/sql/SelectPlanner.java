package dev.sluice.operators.sql;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.operator.QueryExecutor;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import java.util.List;
import java.util.Optional;

/** Plans SELECT statements into the algebra. */
public final class SelectPlanner {
  private final Session session;
  private final FunctionRegistry functions;
  private final Problems problems;
  private final Optional<SubqueryRunner> constants;

  public SelectPlanner(Session session, FunctionRegistry functions, Problems problems) {
    this(session, functions, problems, Optional.empty());
  }

  private SelectPlanner(
      Session session,
      FunctionRegistry functions,
      Problems problems,
      Optional<SubqueryRunner> constants) {
    this.session = session;
    this.functions = functions;
    this.problems = problems;
    this.constants = constants;
  }

  /** Gives the rows of a query inside an expression that names no column of the query around it. */
  @FunctionalInterface
  public interface SubqueryRunner {
    List<Batch> rows(Rel plan);
  }

  /**
   * A planner that computes the queries inside expressions that stand alone while it plans, and
   * puts constants in their place, where else it would join them to the rows.
   */
  public SelectPlanner withSubqueries(SubqueryRunner runner) {
    return new SelectPlanner(session, functions, problems, Optional.of(runner));
  }

  /** Files after FROM: {@code csv.`path` WITH (header = true)}. */
  public record Files(String format, Node.Text path, List<Node.Entry> options) {}

  /** What stands behind the names after FROM. */
  public interface Tables {
    /** The table of that name, case ignored. */
    Optional<Rel> table(String name);

    /** All names, for suggestions. */
    List<String> names();

    /**
     * The rows of files. Empty if there is no such format; throws {@link AnalysisException} for
     * what is wrong with the path or the options.
     */
    default Optional<Rel> files(Files files) {
      return Optional.empty();
    }

    /**
     * What computes a part of the query before the rest of it runs; empty if it reads what cannot
     * be read then.
     */
    default Optional<SubqueryRunner> beforehand(Rel part) {
      return reads(part)
          ? Optional.empty()
          : Optional.of(plan -> QueryExecutor.execute(plan, System.currentTimeMillis()));
    }

    private static boolean reads(Rel rel) {
      return rel instanceof Rel.Read || rel.inputs().stream().anyMatch(Tables::reads);
    }

    /** What to say of an unknown table where there are no names to suggest. */
    default Optional<String> hint() {
      return Optional.empty();
    }

    /** No tables at all. */
    Tables NONE =
        new Tables() {
          @Override
          public Optional<Rel> table(String name) {
            return Optional.empty();
          }

          @Override
          public List<String> names() {
            return List.of();
          }
        };
  }

  /**
   * The plan of one query; empty after mistakes, which have gone to the problems.
   *
   * @param scope over which rows groups run: all of the stream, or one batch
   */
  public Optional<Rel> plan(
      Node.Text sql, Tables tables, Rel.Aggregate.Scope scope, Origin origin) {
    SqlText text = new SqlText(sql, problems, origin.places());
    SelectAnalyzer selects = new SelectAnalyzer(session, functions, scope, origin);
    return text.parse(() -> QueryParser.parse(sql.value()))
        .flatMap(
            query ->
                text.analyse(
                    () ->
                        new QueryAnalyzer(text, selects, scope, origin, tables, constants)
                            .plan(query)
                            .rel()));
  }
}
