package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.util.ArrayList;
import java.util.List;

/** Rows of several batches copied into one, which holds nothing of them. */
final class Gathering {
  private Gathering() {}

  /**
   * @param places each row as its batch in the upper and its place there in the lower half
   */
  static Batch rows(Schema schema, List<Batch> all, long[] places, int from, int to) {
    List<Column> columns = new ArrayList<>(schema.size());
    for (int c = 0; c < schema.size(); c++) {
      Field field = schema.field(c);
      ColumnBuilder builder = ColumnBuilder.of(field.type(), to - from);
      for (int i = from; i < to; i++) {
        builder.appendFrom(all.get((int) (places[i] >>> 32)).column(c), (int) places[i]);
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, to - from);
  }
}
