package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.plan.Rel;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code limit: n}: the first rows of the whole stream, or of each result in complete mode. */
public final class LimitStep implements StepType {
  @Override
  public String name() {
    return "limit";
  }

  @Override
  public String summary() {
    return "keeps the first rows only, of the whole stream or of each complete result";
  }

  @Override
  public Map<String, Object> valueSchema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "integer");
    schema.put("description", "how many rows");
    schema.put("minimum", 0);
    schema.put("maximum", Integer.MAX_VALUE);
    return schema;
  }

  @Override
  public boolean keepsColumns() {
    return true;
  }

  @Override
  public Rel plan(StepContext context) {
    if (context.value() instanceof Node.Text text) {
      try {
        return new Rel.Limit(
            context.input(), Integer.parseInt(text.value().trim()), context.origin());
      } catch (NumberFormatException e) {
        context
            .problems()
            .error(
                "invalid-value",
                text.at(),
                "'" + text.value() + "' is not a number of rows",
                "write a whole number, such as 100");
      }
    }
    return context.input();
  }
}
