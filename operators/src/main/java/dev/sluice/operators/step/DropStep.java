package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code drop: [column, ...]}: Spark's {@code drop}, but an unknown column is a mistake. */
public final class DropStep implements StepType {
  @Override
  public String name() {
    return "drop";
  }

  @Override
  public String summary() {
    return "leaves columns out";
  }

  @Override
  public Map<String, Object> valueSchema() {
    return StepSchemas.listOf(StepSchemas.text("the name of a column"), "the columns to leave out");
  }

  @Override
  public Rel plan(StepContext context) {
    Rel input = context.input();
    Schema schema = input.schema().visible();
    Set<Integer> dropped = new HashSet<>();
    List<Node.Text> named = StepValues.texts(context.value());
    for (Node.Text name : named) {
      dropped.addAll(StepValues.columns(schema, name, context.problems()));
    }
    List<NamedExpression> kept = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      if (!dropped.contains(i)) {
        kept.add(new NamedExpression(schema.field(i).name(), StepValues.reference(schema, i)));
      }
    }
    return named.isEmpty()
        ? input
        : Rel.Project.hiding(input, input.schema(), kept, context.origin());
  }
}
