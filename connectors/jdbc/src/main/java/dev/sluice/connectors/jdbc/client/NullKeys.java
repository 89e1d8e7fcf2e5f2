package dev.sluice.connectors.jdbc.client;

import dev.sluice.operators.data.FlatColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Replaces rows of which a key is null. To an index nulls are no equals of each other: an upsert
 * would insert such a row again with each batch.
 */
final class NullKeys {
  private final Connections connections;
  private final Dialect dialect;
  private final String table;
  private final List<String> columns;
  private final int[] keys;
  private final int[] others;

  /**
   * @param table as it stands in statements
   * @param columns those of the rows, by their names in the table
   * @param key which of them tell a row
   */
  NullKeys(
      Connections connections,
      Dialect dialect,
      String table,
      List<String> columns,
      List<Boolean> key) {
    this.connections = connections;
    this.dialect = dialect;
    this.table = table;
    this.columns = columns;
    this.keys = IntStream.range(0, columns.size()).filter(key::get).toArray();
    int[] rest = IntStream.range(0, columns.size()).filter(i -> !key.get(i)).toArray();
    this.others = rest.length == 0 ? keys : rest;
  }

  /** True if the row is one of these. */
  boolean has(List<FlatColumn> values, int row) {
    for (int key : keys) {
      if (values.get(key).isNull(row)) {
        return true;
      }
    }
    return false;
  }

  /** Replaces the row of the same keys; false if there is none. */
  boolean replace(Connection connection, Parameters parameters, List<FlatColumn> values, int row)
      throws SQLException {
    String sql =
        "UPDATE "
            + table
            + " SET "
            + IntStream.of(others)
                .mapToObj(i -> dialect.quote(columns.get(i)) + " = ?")
                .collect(Collectors.joining(", "))
            + " WHERE "
            + IntStream.of(keys)
                .mapToObj(
                    i ->
                        dialect.quote(columns.get(i))
                            + (values.get(i).isNull(row) ? " IS NULL" : " = ?"))
                .collect(Collectors.joining(" AND "));
    try (PreparedStatement statement = connections.prepare(connection, sql)) {
      int index = 1;
      for (int i : others) {
        parameters.set(statement, index++, i, values.get(i), row);
      }
      for (int i : keys) {
        if (!values.get(i).isNull(row)) {
          parameters.set(statement, index++, i, values.get(i), row);
        }
      }
      return statement.executeUpdate() > 0;
    }
  }
}
