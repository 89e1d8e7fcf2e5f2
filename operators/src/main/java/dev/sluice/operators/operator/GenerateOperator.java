package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.function.Generator;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.List;

/** Each input row beside each row generated from it. */
final class GenerateOperator implements Operator {
  private final Rel.Generate node;
  private final Schema schema;
  private final WorkerContext worker;

  GenerateOperator(Rel.Generate node, WorkerContext worker) {
    this.node = node;
    this.schema = node.schema();
    this.worker = worker;
  }

  @Override
  public void process(Batch input, Emitter out) {
    if (input.rows() == 0) {
      return;
    }
    Generator.Generated generated;
    try {
      generated = node.generator().generate(input, worker.evaluation);
    } catch (EvaluationException e) {
      if (!Evaluations.halvesHelp(e, input)) {
        throw Failures.of(e, node.generator(), input, worker.evaluation, node.origin());
      }
      process(input.slice(0, input.rows() / 2), out);
      process(input.slice(input.rows() / 2, input.rows()), out);
      return;
    }
    if (generated.count() == 0) {
      return;
    }
    List<Column> columns = new ArrayList<>(schema.size());
    for (Column column : input.columns()) {
      columns.add(column.select(generated.parents(), generated.count()));
    }
    columns.addAll(generated.columns());
    out.emit(new Batch(schema, columns, generated.count()));
  }
}
