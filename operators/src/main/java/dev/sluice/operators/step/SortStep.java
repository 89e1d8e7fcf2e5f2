package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.SortOrder;
import dev.sluice.operators.sql.OrderCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code sort: [key, ...]}: Spark's {@code sort}, for the result of an aggregation. */
public class SortStep implements StepType {
  @Override
  public String name() {
    return "sort";
  }

  @Override
  public String summary() {
    return "puts the rows of a complete result in order";
  }

  @Override
  public Map<String, Object> valueSchema() {
    return StepSchemas.listOf(
        StepSchemas.sql(
            "a SQL expression, perhaps followed by ASC or DESC and NULLS FIRST or NULLS LAST"),
        "the keys, the first of which counts most");
  }

  @Override
  public boolean keepsColumns() {
    return true;
  }

  @Override
  public Rel plan(StepContext context) {
    OrderCompiler compiler =
        new OrderCompiler(
            context.session(), context.functions(), context.problems(), context.origin().places());
    List<SortOrder> orders = new ArrayList<>();
    for (Node.Text key : StepValues.texts(context.value())) {
      compiler.compile(key, context.input().schema()).ifPresent(orders::add);
    }
    return orders.isEmpty()
        ? context.input()
        : new Rel.Sort(context.input(), orders, context.origin());
  }
}
