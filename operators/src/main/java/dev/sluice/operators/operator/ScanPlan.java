package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.optimizer.ScanFilters;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** One source: which columns it must deliver, and which chains take its rows. */
final class ScanPlan {
  private final Schema full;
  private final List<ConstantColumn> nulls;
  private final int ordinal;
  private final BitSet needed = new BitSet();
  private List<Expression> filters = List.of();
  private final List<Outputs> outputs = new ArrayList<>();

  ScanPlan(Schema full, int ordinal, int workers) {
    this.full = full;
    this.nulls =
        full.fields().stream().map(field -> ConstantColumn.of(field.type(), null, 1)).toList();
    this.ordinal = ordinal;
    for (int i = 0; i < workers; i++) {
      outputs.add(new Outputs());
    }
  }

  void need(BitSet columns) {
    needed.or(columns);
  }

  /** Once all needs are known. */
  void pushFilters(String source, List<Rel> plan, List<Rel> roots) {
    filters = ScanFilters.of(source, plan, roots, needed, full);
  }

  /** Conditions over {@link #schema}. */
  List<Expression> filters() {
    return filters;
  }

  Outputs outputs(int worker) {
    return outputs.get(worker);
  }

  /** Which source it is, in the order in which the plan names them. */
  int ordinal() {
    return ordinal;
  }

  Schema schema() {
    return full.select(needed.stream().toArray()).uncovered();
  }

  /** Puts the columns that came back at their places; the others, which nobody reads, are null. */
  Batch widen(Batch batch) {
    if (needed.cardinality() == full.size()) {
      return batch;
    }
    List<Column> columns = new ArrayList<>(full.size());
    int next = 0;
    for (int i = 0; i < full.size(); i++) {
      columns.add(needed.get(i) ? batch.column(next++) : nulls.get(i).resize(batch.rows()));
    }
    return new Batch(full, columns, batch.rows());
  }
}
