package dev.sluice.operators.sql;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.parser.QueryParser;
import java.util.List;
import java.util.Optional;

/** Plans SELECT statements into the algebra. */
public final class SelectPlanner {
  private final Session session;
  private final FunctionRegistry functions;
  private final Problems problems;
  private final SubqueryRunner runner;
  private final Optional<SubqueryRunner> constants;

  /**
   * @param runner computes the parts of a query that read nothing and must be known before the rest
   *     of it runs, as the levels of WITH RECURSIVE
   */
  public SelectPlanner(
      Session session, FunctionRegistry functions, Problems problems, SubqueryRunner runner) {
    this(session, functions, problems, runner, Optional.empty());
  }

  private SelectPlanner(
      Session session,
      FunctionRegistry functions,
      Problems problems,
      SubqueryRunner runner,
      Optional<SubqueryRunner> constants) {
    this.session = session;
    this.functions = functions;
    this.problems = problems;
    this.runner = runner;
    this.constants = constants;
  }

  /**
   * Gives the rows of a part of a query that stands alone: it names nothing of the query around.
   */
  @FunctionalInterface
  public interface SubqueryRunner {
    List<Batch> rows(Rel plan);
  }

  /**
   * A planner that computes the queries inside expressions that stand alone while it plans, and
   * puts constants in their place, where else it would join them to the rows.
   */
  public SelectPlanner withSubqueries(SubqueryRunner constants) {
    return new SelectPlanner(session, functions, problems, runner, Optional.of(constants));
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
     * What computes a part of the query that reads these tables before the rest of it runs; empty
     * if they cannot be read then.
     */
    default Optional<SubqueryRunner> beforehand(Rel part) {
      return Optional.empty();
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
                        new QueryAnalyzer(text, selects, scope, origin, tables, runner, constants)
                            .plan(query)
                            .rel()));
  }
}
