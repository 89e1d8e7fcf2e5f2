package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds which row of a source's batch has the event time that a watermark step saw: runs what
 * stands below the step once more, over fewer and fewer rows.
 */
final class FarTimeSearch {
  private FarTimeSearch() {}

  /**
   * The first row whose event time is past the limit, -1 if it cannot be told: where rows below the
   * step depend on one another.
   *
   * @param schema of the batch
   */
  static int row(Rel.Watermark node, String source, Schema schema, Batch batch, Epoch epoch) {
    if (!rowByRow(node.input())) {
      return -1;
    }
    Field field = node.schema().field(node.column());
    ColumnReference time =
        new ColumnReference(node.column(), field.name(), field.type(), field.nullable());
    Rel times =
        new Rel.Project(node, List.of(new NamedExpression(field.name(), time)), node.origin());
    try (EmbeddedDataflow search =
        EmbeddedDataflow.inMemory(
            List.of(new EmbeddedDataflow.Output(times, OutputMode.APPEND)), 1)) {
      List<Column> columns = new ArrayList<>();
      Dataflow.Scan scan = search.scans().get(source);
      if (scan == null) {
        return -1;
      }
      Schema wanted = scan.schema();
      for (Field column : wanted.fields()) {
        List<Integer> found = schema.indexesOf(column.name());
        if (found.size() != 1) {
          return -1;
        }
        columns.add(batch.column(found.get(0)));
      }
      Batch rows = new Batch(wanted, columns, batch.rows());
      int from = 0;
      int to = rows.rows();
      while (to - from > 1) {
        int middle = from + to >>> 1;
        if (isFar(search, source, rows.slice(from, middle), epoch)) {
          to = middle;
        } else {
          from = middle;
        }
      }
      return isFar(search, source, rows.slice(from, to), epoch) ? from : -1;
    }
  }

  private static boolean rowByRow(Rel rel) {
    return (rel instanceof Rel.Read
            || rel instanceof Rel.Project
            || rel instanceof Rel.Filter
            || rel instanceof Rel.Generate)
        && rel.inputs().stream().allMatch(FarTimeSearch::rowByRow);
  }

  private static boolean isFar(EmbeddedDataflow search, String source, Batch rows, Epoch epoch) {
    search.begin(epoch, List.of(List.of(batch -> {})));
    search.process(source, 0, rows);
    EventTimeStats seen = search.eventTimes().get(0);
    return seen.count() > 0 && seen.max() > epoch.farMillis();
  }
}
