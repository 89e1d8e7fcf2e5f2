package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.plan.Rel;
import java.util.Map;

/** {@code where: condition}: Spark's {@code filter}. */
public final class WhereStep implements StepType {
  @Override
  public String name() {
    return "where";
  }

  @Override
  public String summary() {
    return "keeps the rows for which a condition is true";
  }

  @Override
  public Map<String, Object> valueSchema() {
    return StepSchemas.sql("a SQL condition; a row for which it is false or NULL goes no further");
  }

  @Override
  public boolean keepsColumns() {
    return true;
  }

  @Override
  public Rel plan(StepContext context) {
    Rel input = context.input();
    if (!(context.value() instanceof Node.Text text)) {
      return input;
    }
    return StepExpressions.compiler(context)
        .condition(text, input.schema())
        .<Rel>map(condition -> new Rel.Filter(input, condition, context.origin()))
        .orElse(input);
  }
}
