package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.ExpressionCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code withColumns: {name: expression, ...}}: Spark's, all at once over the rows that come in. A
 * column of that name is replaced where it stands, others are added at the end.
 */
public final class WithColumnsStep implements StepType {
  @Override
  public String name() {
    return "withColumns";
  }

  @Override
  public String summary() {
    return "adds columns, or replaces those of the same name";
  }

  @Override
  public Map<String, Object> valueSchema() {
    return StepSchemas.mapOf(
        StepSchemas.sql("a SQL expression over the columns that come in"),
        "name of the column: expression");
  }

  @Override
  public Rel plan(StepContext context) {
    Rel input = context.input();
    Schema schema = input.schema().visible();
    ExpressionCompiler compiler = StepExpressions.compiler(context);
    List<NamedExpression> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      columns.add(new NamedExpression(schema.field(i).name(), StepValues.reference(schema, i)));
    }
    // A window, as in Spark, takes each row into all that it is in, and none without a time.
    List<Node.Text> written = new ArrayList<>();
    for (Node.Entry entry : StepValues.entries(context.value())) {
      if (entry.value() instanceof Node.Text text) {
        written.add(text);
      }
    }
    Rel rows = StepExpressions.selects(context).windowed(input, written, context.origin());
    List<String> given = new ArrayList<>();
    for (Node.Entry entry : StepValues.entries(context.value())) {
      Node.Text name = entry.key();
      if (given.stream().anyMatch(name.value()::equalsIgnoreCase)) {
        context
            .problems()
            .error(
                "duplicate-column",
                name.at(),
                "the column '" + name.value() + "' is given twice",
                "names are the same whatever their case; leave one out");
        continue;
      }
      given.add(name.value());
      if (entry.value() instanceof Node.Text text) {
        // What cannot be compiled is there all the same, lest later steps call it unknown.
        Expression expression =
            compiler
                .compile(text, rows.schema())
                .orElseGet(() -> new Literal(AtomicType.NULL, null, "NULL"));
        put(columns, schema, new NamedExpression(name.value(), expression));
      }
    }
    return given.isEmpty()
        ? input
        : Rel.Project.hiding(rows, input.schema(), columns, context.origin());
  }

  private static void put(List<NamedExpression> columns, Schema schema, NamedExpression column) {
    List<Integer> there = schema.indexesOf(column.name());
    if (there.isEmpty()) {
      columns.add(column);
    }
    for (int index : there) {
      columns.set(index, column);
    }
  }
}
