package dev.sluice.operators.step;

import dev.sluice.operators.plan.Rel;
import java.util.Map;

/** {@code select: [expression AS name, ...]}: Spark's {@code selectExpr}. */
public final class SelectStep implements StepType {
  @Override
  public String name() {
    return "select";
  }

  @Override
  public String summary() {
    return "makes the columns of the result, one by one";
  }

  @Override
  public Map<String, Object> valueSchema() {
    return StepSchemas.listOf(
        StepSchemas.sql(
            "a SQL expression, perhaps followed by AS and a name; * stands for all columns; one"
                + " item may be a generator such as explode(items)"),
        "the columns of the result in order");
  }

  @Override
  public Rel plan(StepContext context) {
    return StepExpressions.selects(context)
        .select(
            context.input(),
            StepValues.texts(context.value()),
            Rel.Aggregate.Scope.STREAM,
            context.origin())
        .orElse(context.input());
  }
}
