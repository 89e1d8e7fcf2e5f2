package dev.sluice.operators.state;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.util.ArrayList;
import java.util.List;

/** Columns as a checkpoint gives them back. */
public final class ColumnBytes {
  private ColumnBytes() {}

  /** Written to bytes as these types, and read again. */
  public static List<Column> roundTrip(List<DataType> types, List<Column> columns, int rows) {
    List<Field> fields = new ArrayList<>();
    for (DataType type : types) {
      fields.add(new Field("c" + fields.size(), type));
    }
    Schema schema = new Schema(fields);
    ColumnWriter writer = new ColumnWriter();
    writer.batch(new Batch(schema, columns, rows));
    return new ColumnReader(writer.bytes()).batch(schema, rows).columns();
  }
}
