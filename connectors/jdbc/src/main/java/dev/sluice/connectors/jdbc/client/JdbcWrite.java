package dev.sluice.connectors.jdbc.client;

import dev.sluice.connectors.Write;
import dev.sluice.connectors.jdbc.client.JdbcSink.Transaction;
import dev.sluice.connectors.retry.Retries;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.state.BatchBytes;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One batch: all parts go through one connection, since one transaction holds them. When that is
 * lost, what was sent is sent again in a new one, as long as it is little enough to be kept; a
 * larger batch fails, and is run again by the next start.
 */
final class JdbcWrite implements Write {
  /** So many rows, and bytes of them, are kept until the transaction is over. */
  private static final int MOST_ROWS = 1 << 16;

  private static final int MOST_BYTES = 16 << 20;

  private final Connections connections;
  private final Retries.Attempt<Transaction, SQLException> again;
  private final Retries retries;
  private final String sink;
  private final Parameters parameters;
  private final Optional<NullKeys> nullKeys;
  private final int batchRows;

  /** What was sent, by itself: a column may be a few rows of a large piece of a file. */
  private final List<Kept> kept = new ArrayList<>();

  private final BatchBytes packer = new BatchBytes();
  private int keptRows;
  private long keptBytes;
  private boolean keeps = true;
  private Transaction transaction;
  private @Nullable PreparedStatement statement;
  private int waiting;
  private boolean committed;

  private record Kept(Schema schema, byte[] rows) {
    Batch unpack() {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(rows))) {
        return Objects.requireNonNull(BatchBytes.read(schema, in));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * @param transaction the write gives its connection back
   * @param again begins another one for the same batch
   */
  JdbcWrite(
      Connections connections,
      Transaction transaction,
      Retries.Attempt<Transaction, SQLException> again,
      Retries retries,
      String sink,
      Parameters parameters,
      Optional<NullKeys> nullKeys,
      int batchRows) {
    this.connections = connections;
    this.transaction = transaction;
    this.again = again;
    this.retries = retries;
    this.sink = sink;
    this.parameters = parameters;
    this.nullKeys = nullKeys;
    this.batchRows = batchRows;
  }

  @Override
  public Part part(int index) {
    return new Part() {
      @Override
      public void write(Batch batch) {
        add(batch);
      }

      @Override
      public void finish() {
        send();
      }
    };
  }

  private synchronized void add(Batch batch) {
    if (transaction.insert().isEmpty()) {
      return;
    }
    try {
      persistently(() -> insert(batch));
    } catch (SQLException e) {
      throw SqlFailures.failed("rows cannot be written to " + sink, e);
    }
    keep(batch);
  }

  private void keep(Batch batch) {
    if (!keeps) {
      return;
    }
    if (keptRows + batch.rows() <= MOST_ROWS) {
      packer.set(batch);
      keptRows += batch.rows();
      keptBytes += packer.length();
      if (keptBytes <= MOST_BYTES) {
        kept.add(new Kept(batch.schema(), Arrays.copyOf(packer.bytes(), packer.length())));
        return;
      }
    }
    keeps = false;
    kept.clear();
  }

  private synchronized void send() {
    try {
      persistently(this::flush);
    } catch (SQLException e) {
      throw SqlFailures.failed("rows cannot be written to " + sink, e);
    }
  }

  @Override
  public synchronized void commit() {
    try {
      persistently(
          () -> {
            flush();
            transaction.connection().commit();
          });
      committed = true;
    } catch (SQLException e) {
      throw SqlFailures.failed(
          "the transaction of " + sink + " may have been lost; the next start finds out", e);
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws SQLException;
  }

  /** Does it; after a failure that passes, in a new transaction, with all that came before. */
  private void persistently(Step step) throws SQLException {
    boolean[] failed = new boolean[1];
    retries.call(
        "writing to " + sink,
        () -> {
          if (failed[0]) {
            beginAgain();
          }
          failed[0] = true;
          step.run();
          return true;
        },
        e -> keeps ? SqlFailures.passing(e) : Optional.empty());
  }

  /**
   * Nothing of the old transaction is there, unless it was being committed: then the new one finds
   * the batch noted, and there is nothing left to do.
   */
  private void beginAgain() throws SQLException {
    statement = null;
    waiting = 0;
    JdbcSink.release(transaction.connection());
    transaction = again.run();
    for (Kept batch : kept) {
      insert(batch.unpack());
    }
  }

  private void insert(Batch batch) throws SQLException {
    if (transaction.insert().isEmpty()) {
      return;
    }
    List<FlatColumn> columns = batch.columns().stream().map(Column::flatten).toList();
    PreparedStatement target = statement;
    if (target == null) {
      target = connections.prepare(transaction.connection(), transaction.insert().get());
      statement = target;
    }
    for (int row = 0; row < batch.rows(); row++) {
      if (nullKeys.isPresent() && nullKeys.get().has(columns, row)) {
        // One of the same keys may be among those that wait.
        flush();
        if (nullKeys.get().replace(transaction.connection(), parameters, columns, row)) {
          continue;
        }
      }
      for (int c = 0; c < columns.size(); c++) {
        parameters.set(target, c + 1, columns.get(c), row);
      }
      target.addBatch();
      if (++waiting == batchRows) {
        target.executeBatch();
        waiting = 0;
      }
    }
  }

  private void flush() throws SQLException {
    if (statement != null && waiting > 0) {
      statement.executeBatch();
      waiting = 0;
    }
  }

  @Override
  public synchronized void close() {
    try {
      if (statement != null) {
        statement.close();
      }
    } catch (SQLException e) {
      // The connection is given up all the same.
    }
    if (committed) {
      try {
        transaction.connection().close();
      } catch (SQLException e) {
        // The pool forgets a connection that is broken.
      }
    } else {
      // Nothing was committed: the database takes it back when the connection ends.
      JdbcSink.release(transaction.connection());
    }
  }
}
