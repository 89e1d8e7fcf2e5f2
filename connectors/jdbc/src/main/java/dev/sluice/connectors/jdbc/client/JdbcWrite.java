package dev.sluice.connectors.jdbc.client;

import dev.sluice.connectors.Write;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One batch: all parts go through one connection, since one transaction holds them. */
final class JdbcWrite implements Write {
  private final Connections connections;
  private final Connection connection;
  private final Optional<String> insert;
  private final String sink;
  private final Parameters parameters;
  private final int batchRows;
  private @Nullable PreparedStatement statement;
  private int waiting;
  private boolean committed;

  /**
   * @param connection in a transaction; the write gives it back
   * @param insert nothing if the batch is in the table already
   */
  JdbcWrite(
      Connections connections,
      Connection connection,
      Optional<String> insert,
      String sink,
      Parameters parameters,
      int batchRows) {
    this.connections = connections;
    this.connection = connection;
    this.insert = insert;
    this.sink = sink;
    this.parameters = parameters;
    this.batchRows = batchRows;
  }

  @Override
  public Part part(int index) {
    return new Part() {
      @Override
      public void write(Batch batch) {
        insert.ifPresent(sql -> add(sql, batch));
      }

      @Override
      public void finish() {
        send();
      }
    };
  }

  private synchronized void add(String sql, Batch batch) {
    List<FlatColumn> columns = batch.columns().stream().map(Column::flatten).toList();
    try {
      PreparedStatement target = statement;
      if (target == null) {
        target = connections.prepare(connection, sql);
        statement = target;
      }
      for (int row = 0; row < batch.rows(); row++) {
        for (int c = 0; c < columns.size(); c++) {
          parameters.set(target, c + 1, columns.get(c), row);
        }
        target.addBatch();
        if (++waiting == batchRows) {
          target.executeBatch();
          waiting = 0;
        }
      }
    } catch (SQLException e) {
      throw Connections.failed("rows cannot be written to " + sink, e);
    }
  }

  private synchronized void send() {
    try {
      if (statement != null && waiting > 0) {
        statement.executeBatch();
        waiting = 0;
      }
    } catch (SQLException e) {
      throw Connections.failed("rows cannot be written to " + sink, e);
    }
  }

  @Override
  public void commit() {
    try {
      connection.commit();
      committed = true;
    } catch (SQLException e) {
      throw Connections.failed(
          "the transaction of " + sink + " may have been lost; the next start finds out", e);
    }
  }

  @Override
  public void close() {
    try (connection) {
      if (statement != null) {
        statement.close();
      }
      if (!committed) {
        connection.rollback();
      }
    } catch (SQLException e) {
      // Nothing was committed: the database takes it back when the connection ends.
    }
  }
}
