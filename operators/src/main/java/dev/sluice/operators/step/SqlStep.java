package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.SelectPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code sql: SELECT ...}: one query over {@code input}, which is the result of the step before,
 * and over other sources and views by their names. It expands into the same algebra as the other
 * steps: a query that says the same as they do keeps the same state.
 */
public final class SqlStep implements StepType {
  private static final String INPUT = "input";

  @Override
  public String name() {
    return "sql";
  }

  @Override
  public String summary() {
    return "does what one SELECT says, over the rows so far as 'input'";
  }

  @Override
  public Map<String, Object> valueSchema() {
    return StepSchemas.text(
        "a query such as SELECT country, count(*) AS orders FROM input GROUP BY country; sources"
            + " and views stand after FROM by their names");
  }

  @Override
  public Rel plan(StepContext context) {
    Rel input = context.input();
    if (!(context.value() instanceof Node.Text text)) {
      return input;
    }
    try {
      return new SelectPlanner(
              context.session(), context.functions(), context.problems(), context::rows)
          .withSubqueries(plan -> constant(context, plan))
          .plan(text, new StepTables(context, text), Rel.Aggregate.Scope.STREAM, context.origin())
          .orElse(input);
    } catch (UnknownColumns e) {
      context.leaveOpen();
      return input;
    }
  }

  /** A query inside an expression is computed once, before the stream starts. */
  private static List<Batch> constant(StepContext context, Rel plan) {
    if (reads(plan)) {
      throw new AnalysisException(
          "UNSUPPORTED_SUBQUERY",
          plan.origin().at(),
          "a query inside an expression cannot read a source here",
          "join it instead");
    }
    return context.rows(plan);
  }

  private static boolean reads(Rel rel) {
    return rel instanceof Rel.Read || rel.inputs().stream().anyMatch(SqlStep::reads);
  }

  /** What is named is there, but its columns are not known yet, or are wrong. */
  private static final class UnknownColumns extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownColumns() {
      super("unknown columns", null, false, false);
    }
  }

  private record StepTables(StepContext context, Node.Text sql) implements SelectPlanner.Tables {
    @Override
    public Optional<Rel> table(String name) {
      if (name.equalsIgnoreCase(INPUT)) {
        return Optional.of(context.input());
      }
      Optional<String> known = known(name);
      if (known.isEmpty()) {
        return Optional.empty();
      }
      Node.Text text =
          new Node.Text(known.get(), Node.Text.Kind.STRING, sql.at(), offset -> sql.at());
      return Optional.of(context.named(text).orElseThrow(UnknownColumns::new));
    }

    private Optional<String> known(String name) {
      List<String> all = context.names();
      return all.contains(name)
          ? Optional.of(name)
          : all.stream().filter(name::equalsIgnoreCase).findFirst();
    }

    @Override
    public List<String> names() {
      List<String> all = new ArrayList<>(context.names());
      all.add(INPUT);
      return all;
    }
  }
}
