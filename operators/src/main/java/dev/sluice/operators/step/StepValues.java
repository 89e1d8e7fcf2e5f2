package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the values of steps. What the schema has refused already is passed over. */
final class StepValues {
  private StepValues() {}

  /** The texts of a sequence. */
  static List<Node.Text> texts(Node node) {
    List<Node.Text> texts = new ArrayList<>();
    if (node instanceof Node.Sequence sequence) {
      for (Node item : sequence.items()) {
        if (item instanceof Node.Text text) {
          texts.add(text);
        }
      }
    } else if (node instanceof Node.Text text) {
      texts.add(text);
    }
    return texts;
  }

  static List<Node.Entry> entries(Node node) {
    return node instanceof Node.Mapping mapping ? mapping.entries() : List.of();
  }

  /** The columns of that name; reports an unknown one at its place. */
  static List<Integer> columns(Schema schema, Node.Text name, Problems problems) {
    List<Integer> found = schema.indexesOf(name.value());
    if (found.isEmpty()) {
      problems.error(
          "unknown-column",
          name.at(),
          "unknown column '" + name.value() + "'",
          Names.suggestion(name.value(), schema.names()));
    }
    return found;
  }

  static boolean isTrue(Node node) {
    return node instanceof Node.Text text && text.isTrue();
  }

  /** The value of an expression that reads no column. */
  static @Nullable Object constant(Expression expression) {
    Batch one = new Batch(Schema.EMPTY, List.of(), 1);
    return expression.evaluate(one, EvaluationContext.NONE).value(0);
  }

  static ColumnReference reference(Schema schema, int index) {
    Field field = schema.field(index);
    return new ColumnReference(index, field.name(), field.type(), field.nullable());
  }
}
