package dev.sluice.connectors.jdbc.client;

import dev.sluice.connectors.jdbc.TableName;
import dev.sluice.operators.diagnostics.PipelineException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Which batch a sink wrote last: one row for each sink of each query, changed in the transaction of
 * the batch. Whoever holds the row's lock writes: a second process waits, and then sees that the
 * batch is there.
 */
final class CommitTable {
  private final Connections connections;
  private final Dialect dialect;
  private final String table;
  private final String query;
  private final int sink;

  CommitTable(Connections connections, Dialect dialect, TableName name, String query, int sink) {
    this.connections = connections;
    this.dialect = dialect;
    this.table = name.sql(dialect::quote);
    this.query = query;
    this.sink = sink;
  }

  /** Makes the table and the sink's row if they are not there. */
  void prepare(Connection connection) throws SQLException {
    try {
      connections.execute(
          connection,
          "CREATE TABLE IF NOT EXISTS "
              + table
              + " (query_id VARCHAR(64) NOT NULL, sink INTEGER NOT NULL, batch_id BIGINT NOT NULL,"
              + " PRIMARY KEY (query_id, sink))");
      connection.commit();
    } catch (SQLException e) {
      // Another run may have made it at the same moment; whether it is there is seen next.
      connection.rollback();
      requireReadable(connection, e);
    }
    if (last(connection, false) == null) {
      try (PreparedStatement insert =
          connections.prepare(
              connection,
              "INSERT INTO " + table + " (query_id, sink, batch_id) VALUES (?, ?, -1)")) {
        insert.setString(1, query);
        insert.setInt(2, sink);
        insert.executeUpdate();
      } catch (SQLException e) {
        connection.rollback();
        if (last(connection, false) == null) {
          throw e;
        }
        // Another run has begun at the same moment: its row is the one.
      }
    }
    connection.commit();
  }

  private void requireReadable(Connection connection, SQLException unmade) throws SQLException {
    try {
      last(connection, false);
    } catch (SQLException e) {
      connection.rollback();
      if (SqlFailures.isPassing(e)) {
        throw e;
      }
      throw new PipelineException(
          "jdbc-failed",
          "the table "
              + table
              + ", where batches are noted, cannot be made ("
              + SqlFailures.reason(unmade)
              + "), nor read ("
              + SqlFailures.reason(e)
              + "); make it yourself, with the columns query_id VARCHAR(64), sink INTEGER and"
              + " batch_id BIGINT and the first two as its key, let this user make it, or do without"
              + " it by 'delivery: at-least-once'",
          e);
    }
  }

  /**
   * The last batch.
   *
   * @param lock whether nobody else may change it until the transaction ends
   */
  @Nullable Long last(Connection connection, boolean lock) throws SQLException {
    String select = "SELECT batch_id FROM " + table + " WHERE query_id = ? AND sink = ?";
    try (PreparedStatement statement =
        connections.prepare(connection, lock ? dialect.lock(select) : select)) {
      statement.setString(1, query);
      statement.setInt(2, sink);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? (Long) rows.getLong(1) : null;
      }
    }
  }

  /** Notes a batch; takes effect with the transaction. */
  void note(Connection connection, long epoch) throws SQLException {
    try (PreparedStatement update =
        connections.prepare(
            connection, "UPDATE " + table + " SET batch_id = ? WHERE query_id = ? AND sink = ?")) {
      update.setLong(1, epoch);
      update.setString(2, query);
      update.setInt(3, sink);
      if (update.executeUpdate() != 1) {
        throw new SQLException("the row of this query in " + table + " is gone");
      }
    }
  }
}
