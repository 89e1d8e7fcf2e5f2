package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code rename: {old: new, ...}}: Spark's {@code withColumnsRenamed}, all at once. An unknown
 * column is a mistake, and so is a name that would stand twice.
 */
public final class RenameStep implements StepType {
  @Override
  public String name() {
    return "rename";
  }

  @Override
  public String summary() {
    return "gives columns other names";
  }

  @Override
  public Map<String, Object> valueSchema() {
    return StepSchemas.mapOf(StepSchemas.text("the new name"), "old name: new name");
  }

  @Override
  public Rel plan(StepContext context) {
    Rel input = context.input();
    Schema schema = input.schema().visible();
    List<String> names = new ArrayList<>(schema.names());
    List<Node.Text> changed = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    for (Node.Entry entry : StepValues.entries(context.value())) {
      if (entry.value() instanceof Node.Text name) {
        List<Integer> found = StepValues.columns(schema, entry.key(), context.problems());
        for (int index : found) {
          names.set(index, name.value());
          changed.add(name);
        }
        if (found.isEmpty()) {
          lost.add(name.value());
        }
      }
    }
    for (Node.Text name : changed) {
      long uses = names.stream().filter(n -> n.equalsIgnoreCase(name.value())).count();
      boolean ambiguousBefore = schema.indexesOf(name.value()).size() > 1;
      if (uses > 1 && !ambiguousBefore) {
        context
            .problems()
            .error(
                "duplicate-column",
                name.at(),
                "there would be " + uses + " columns '" + name.value() + "'",
                "drop the other one first, or take another name");
      }
    }
    List<NamedExpression> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      columns.add(new NamedExpression(names.get(i), StepValues.reference(schema, i)));
    }
    // The new name of an unknown column is there all the same, lest later steps miss it.
    for (String name : lost) {
      columns.add(new NamedExpression(name, new Literal(AtomicType.NULL, null, "NULL")));
    }
    return changed.isEmpty() && lost.isEmpty()
        ? input
        : Rel.Project.hiding(input, input.schema(), columns, context.origin());
  }
}
