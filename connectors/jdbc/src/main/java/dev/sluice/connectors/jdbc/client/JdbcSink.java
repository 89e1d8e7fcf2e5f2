package dev.sluice.connectors.jdbc.client;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.jdbc.TableName;
import dev.sluice.connectors.retry.Retries;
import dev.sluice.connectors.retry.RetryPolicy;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import dev.sluice.operators.plan.OutputMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes each batch into a table in one transaction, with the note that it is there. */
final class JdbcSink implements Sink {
  private final Connections connections;
  private final Dialect dialect;
  private final TargetTable table;
  private final ZoneId zone;
  private final Optional<CommitTable> commits;
  private final boolean complete;
  private final int batchRows;
  private final int isolation;
  private final long lastEpoch;
  private final RetryTally tally = new RetryTally();
  private final Retries retries;

  private JdbcSink(
      Connections connections,
      Dialect dialect,
      TargetTable table,
      ZoneId zone,
      Optional<CommitTable> commits,
      boolean complete,
      Options options,
      Clock clock,
      long lastEpoch) {
    this.connections = connections;
    this.dialect = dialect;
    this.table = table;
    this.zone = zone;
    this.commits = commits;
    this.complete = complete;
    this.batchRows = Math.toIntExact(options.number("batchsize"));
    this.isolation = isolation(options.text("isolationLevel"));
    this.lastEpoch = lastEpoch;
    this.retries = new Retries(RetryPolicy.within(options.millis("retryTimeout")), clock, tally);
  }

  static JdbcSink open(Schema schema, OutputMode mode, Options options, SinkContext context) {
    Dialect dialect = Dialect.of(options.text("url"));
    ZoneId zone = context.session().timeZone();
    // One for the batch; one more for what follows when it is lost.
    Connections connections = Connections.open(options, zone, 2);
    try (Connection connection = connections.take()) {
      TargetTable table = new TargetTable(connections, dialect, schema, options);
      table.prepare(connection);
      table.warning().ifPresent(context.notes());
      Optional<CommitTable> commits = Optional.empty();
      long last = -1;
      if (options.text("delivery").equalsIgnoreCase("exactly-once")) {
        TableName name = TableName.parse(options.text("commitTable")).orElseThrow();
        CommitTable noted =
            new CommitTable(connections, dialect, name, context.queryId(), context.index());
        noted.prepare(connection);
        Long found = noted.last(connection, false);
        connection.commit();
        last = found == null ? -1 : found;
        commits = Optional.of(noted);
      }
      return new JdbcSink(
          connections,
          dialect,
          table,
          zone,
          commits,
          mode == OutputMode.COMPLETE,
          options,
          context.clock(),
          last);
    } catch (SQLException e) {
      connections.close();
      throw SqlFailures.failed(
          "the table '"
              + options.text("dbtable")
              + "' at '"
              + connections.shownUrl()
              + "' cannot be written",
          e);
    } catch (RuntimeException e) {
      connections.close();
      throw e;
    }
  }

  private static int isolation(String word) {
    return switch (word.toUpperCase(Locale.ROOT)) {
      case "READ_UNCOMMITTED" -> Connection.TRANSACTION_READ_UNCOMMITTED;
      case "REPEATABLE_READ" -> Connection.TRANSACTION_REPEATABLE_READ;
      case "SERIALIZABLE" -> Connection.TRANSACTION_SERIALIZABLE;
      default -> Connection.TRANSACTION_READ_COMMITTED;
    };
  }

  @Override
  public String description() {
    return "JdbcSink[" + connections.shownUrl() + ", table=" + table.name() + "]";
  }

  @Override
  public long lastEpoch() {
    return lastEpoch;
  }

  @Override
  public boolean remembers() {
    return commits.isPresent();
  }

  @Override
  public Retried retried() {
    return tally.retried();
  }

  @Override
  public Write begin(long epochId) {
    try {
      Transaction begun =
          retries.call(
              "batch " + epochId + " of " + description(),
              () -> transaction(epochId),
              SqlFailures::passing);
      return new JdbcWrite(
          connections,
          begun,
          () -> transaction(epochId),
          retries,
          description(),
          new Parameters(dialect, connections.showsUtc(), table.zoned(), zone),
          table.nullKeys(),
          batchRows);
    } catch (SQLException e) {
      throw SqlFailures.failed("batch " + epochId + " of " + description() + " cannot begin", e);
    }
  }

  /**
   * A transaction in which a batch is to be written.
   *
   * @param insert nothing if the batch is in the table already
   */
  record Transaction(Connection connection, Optional<String> insert) {}

  private Transaction transaction(long epochId) throws SQLException {
    @Nullable Connection taken = null;
    try {
      taken = connections.take();
      if (dialect != Dialect.SQLITE) {
        taken.setTransactionIsolation(isolation);
      }
      boolean done = false;
      if (commits.isPresent()) {
        // What is noted first holds the lock that keeps others out until the batch is over.
        Long last = commits.get().last(taken, true);
        done = last != null && last >= epochId;
        if (!done) {
          commits.get().note(taken, epochId);
        }
      }
      if (!done && complete) {
        table.clear(taken);
      }
      return new Transaction(taken, done ? Optional.empty() : Optional.of(table.insert()));
    } catch (SQLException e) {
      release(taken);
      throw e;
    }
  }

  static void release(@Nullable Connection connection) {
    if (connection != null) {
      try (connection) {
        connection.rollback();
      } catch (SQLException e) {
        // It is given up anyway.
      }
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
