package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** One expression a column. A column that nobody reads is not evaluated: it is all nulls. */
final class ProjectOperator implements Operator {
  private final Schema schema;
  private final WorkerContext worker;
  private final Evaluations evaluations;
  private final BitSet needed;
  private final List<ConstantColumn> nulls;

  /** {@code needed}: the columns of the result that some later node reads. */
  ProjectOperator(Rel.Project node, BitSet needed, WorkerContext worker) {
    this.schema = node.schema();
    this.nulls =
        schema.fields().stream().map(field -> ConstantColumn.of(field.type(), null, 1)).toList();
    this.worker = worker;
    this.needed = needed;
    List<Expression> expressions = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      if (needed.get(i)) {
        expressions.add(node.expressions().get(i).expression());
      }
    }
    this.evaluations = new Evaluations(expressions, node.origin());
  }

  @Override
  public void process(Batch input, Emitter out) {
    List<Column> evaluated;
    try {
      evaluated = evaluations.evaluate(input, worker.evaluation);
    } catch (PipelineException e) {
      if (!Evaluations.halvesHelp(e, input)) {
        throw e;
      }
      process(input.slice(0, input.rows() / 2), out);
      process(input.slice(input.rows() / 2, input.rows()), out);
      return;
    }
    List<Column> columns = new ArrayList<>(schema.size());
    int next = 0;
    for (int i = 0; i < schema.size(); i++) {
      columns.add(needed.get(i) ? evaluated.get(next++) : nulls.get(i).resize(input.rows()));
    }
    out.emit(new Batch(schema, columns, input.rows()));
  }
}
