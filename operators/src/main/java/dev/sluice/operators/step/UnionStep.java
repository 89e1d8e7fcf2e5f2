package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code union: [name, ...]}: Spark's {@code unionByName} with other sources or views. */
public final class UnionStep implements StepType {
  @Override
  public String name() {
    return "union";
  }

  @Override
  public String summary() {
    return "adds the rows of other sources or views, column by column of the same name";
  }

  @Override
  public Map<String, Object> valueSchema() {
    return StepSchemas.listOf(
        StepSchemas.text("the name of a source or view"), "whose rows are added");
  }

  @Override
  public Rel plan(StepContext context) {
    List<Rel> inputs = new ArrayList<>();
    List<Node.Text> names = new ArrayList<>();
    inputs.add(context.input());
    for (Node.Text name : StepValues.texts(context.value())) {
      Optional<Rel> other = context.named(name);
      if (other.isPresent()
          && fits(
              context.input().schema().visible(), other.get().schema().visible(), name, context)) {
        inputs.add(other.get());
        names.add(name);
      }
    }
    return inputs.size() == 1 ? context.input() : new UnionByName(context).of(inputs, names);
  }

  /** Whether both have the same names, each once. */
  private static boolean fits(Schema own, Schema other, Node.Text name, StepContext context) {
    Problems problems = context.problems();
    boolean fits = unique(own, "the rows so far", name, problems);
    fits &= unique(other, "'" + name.value() + "'", name, problems);
    for (Field field : own.fields()) {
      if (other.indexesOf(field.name()).isEmpty()) {
        problems.error(
            "union-columns",
            name.at(),
            "'" + name.value() + "' has no column '" + field.name() + "'",
            Names.nearest(field.name(), other.names())
                .map(near -> "rename its '" + near + "', or add the column by withColumns")
                .orElse("add it by withColumns, or drop it here"));
        fits = false;
      }
    }
    for (Field field : other.fields()) {
      if (own.indexesOf(field.name()).isEmpty()) {
        problems.error(
            "union-columns",
            name.at(),
            "'" + name.value() + "' has a column '" + field.name() + "' more than the rows so far",
            "drop it there, or add it here by withColumns");
        fits = false;
      }
    }
    return fits;
  }

  private static boolean unique(Schema schema, String what, Node.Text name, Problems problems) {
    Set<String> seen = new HashSet<>();
    for (Field field : schema.fields()) {
      if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
        problems.error(
            "union-columns",
            name.at(),
            what + " has the column '" + field.name() + "' twice",
            "rename one of them: a union goes by name");
        return false;
      }
    }
    return true;
  }
}
