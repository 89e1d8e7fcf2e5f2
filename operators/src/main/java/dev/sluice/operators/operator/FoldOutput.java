package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.StateProgram;
import java.util.ArrayList;
import java.util.List;

/** What comes out of a {@link StateProgram}, in batches that are worth passing on. */
final class FoldOutput {
  /** A batch of so many rows is passed on as it is. */
  private static final int WORTH = 512;

  private final Schema schema;
  private final Origin origin;
  private final List<Batch> waiting = new ArrayList<>();
  private int waitingRows;

  FoldOutput(Schema schema, Origin origin) {
    this.schema = schema;
    this.origin = origin;
  }

  /** Gives what the emissions of that kind make of what they see. */
  void emit(
      List<StateProgram.Emission> emissions,
      StateProgram.Each each,
      Batch seen,
      EvaluationContext context,
      Emitter out) {
    for (StateProgram.Emission emission : emissions) {
      if (emission.each() != each) {
        continue;
      }
      Batch kept = seen;
      if (emission.when().isPresent()) {
        kept =
            FilterOperator.keep(
                seen, Evaluations.evaluate(emission.when().get(), seen, context, origin));
      }
      if (kept.rows() == 0) {
        continue;
      }
      List<Column> columns = new ArrayList<>();
      for (NamedExpression named : emission.select()) {
        columns.add(Evaluations.evaluate(named.expression(), kept, context, origin));
      }
      give(new Batch(schema, columns, kept.rows()), out);
    }
  }

  private void give(Batch rows, Emitter out) {
    if (rows.rows() >= WORTH) {
      flush(out);
      out.emit(rows);
      return;
    }
    waiting.add(rows);
    waitingRows += rows.rows();
    if (waitingRows >= Batch.TARGET_ROWS) {
      flush(out);
    }
  }

  /** Gives what has been held back to make a batch. */
  void flush(Emitter out) {
    if (waiting.isEmpty()) {
      return;
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      int column = i;
      columns.add(
          Columns.concatenate(
              schema.field(i).type(), waiting.stream().map(b -> b.column(column)).toList()));
    }
    Batch all = new Batch(schema, columns, waitingRows);
    clear();
    out.emit(all);
  }

  void clear() {
    waiting.clear();
    waitingRows = 0;
  }
}
