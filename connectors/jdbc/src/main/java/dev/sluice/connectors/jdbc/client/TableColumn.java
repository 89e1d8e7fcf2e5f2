package dev.sluice.connectors.jdbc.client;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A column as the database has it.
 *
 * @param field as it is read when nothing else is declared
 */
record TableColumn(Field field, Comparing comparing) {
  static List<TableColumn> of(ResultSetMetaData metadata, Dialect dialect, boolean preferNtz)
      throws SQLException {
    Schema schema = ColumnTypes.schema(metadata, dialect, preferNtz);
    List<TableColumn> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      columns.add(new TableColumn(field, Comparing.of(metadata, i + 1, field.type(), dialect)));
    }
    return columns;
  }

  static Schema schema(List<TableColumn> columns) {
    return new Schema(columns.stream().map(TableColumn::field).toList());
  }
}
