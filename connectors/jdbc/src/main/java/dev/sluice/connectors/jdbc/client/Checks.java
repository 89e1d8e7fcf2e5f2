package dev.sluice.connectors.jdbc.client;

import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.jdbc.TableName;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;

/** Looks at tables without changing them. */
final class Checks {
  private Checks() {}

  static Connected source(ConnectionRequest request, Problems problems) {
    Options options = request.options();
    try (JdbcSource source =
        JdbcSource.open(
            options,
            request.schema(),
            request.sourceContext(),
            Connections.once(options, request.session().timeZone(), request.patienceMillis()))) {
      return new Connected(
          source.description() + " with " + columns(source.schema().size()),
          Optional.of(source.schema()));
    } catch (PipelineException e) {
      String table = options.isGiven("query") ? "query" : "dbtable";
      problems.error(
          e.code(),
          options.at(SqlFailures.isAboutConnection(e) ? "url" : table),
          String.valueOf(e.getMessage()),
          null);
      return new Connected("");
    }
  }

  private static String columns(int count) {
    return count + (count == 1 ? " column" : " columns");
  }

  static Connected sink(ConnectionRequest request, Problems problems) {
    Options options = request.options();
    Dialect dialect = Dialect.of(options.text("url"));
    String shown = "the table '" + options.text("dbtable") + "'";
    try (Connections connections =
            Connections.once(options, request.session().timeZone(), request.patienceMillis());
        Connection connection = connections.take()) {
      shown += " at '" + connections.shownUrl() + "'";
      TargetTable table =
          new TargetTable(connections, dialect, request.schema().orElse(Schema.EMPTY), options);
      Optional<TargetTable.Columns> there = table.look(connection);
      if (there.isEmpty() && !options.flag("createTable")) {
        problems.error(
            "unknown-table",
            options.at("dbtable"),
            shown + " is not there",
            "create it, or set 'createTable: true'");
      } else if (there.isPresent() && request.schema().isPresent() && dialect != Dialect.SQLITE) {
        // With SQLite even an insert of nothing needs the database for itself.
        table.tryInsert(connection, there.get());
        table
            .warning()
            .ifPresent(
                warning -> problems.warning("loose-keys", options.at("keys"), warning, null));
      }
      checkCommits(options, dialect, connections, connection, problems);
      return new Connected(
          shown
              + there
                  .map(columns -> " with " + columns(columns.names().size()))
                  .orElse(" will be made by the first run"));
    } catch (SQLException e) {
      PipelineException failed = SqlFailures.failed(shown + " cannot be written", e);
      problems.error(
          failed.code(), options.at("dbtable"), String.valueOf(failed.getMessage()), null);
    } catch (PipelineException e) {
      String option =
          switch (e.code()) {
            case "unknown-column" -> "dbtable";
            case "no-unique-key" -> "keys";
            default -> "url";
          };
      problems.error(e.code(), options.at(option), String.valueOf(e.getMessage()), null);
    }
    return new Connected("");
  }

  /** The table of batches is made on demand; one that is there must be readable and ours. */
  private static void checkCommits(
      Options options,
      Dialect dialect,
      Connections connections,
      Connection connection,
      Problems problems)
      throws SQLException {
    if (!options.text("delivery").equalsIgnoreCase("exactly-once")) {
      return;
    }
    String name = options.text("commitTable");
    String table = TableName.parse(name).orElseThrow().sql(dialect::quote);
    try (PreparedStatement statement =
        connections.prepare(
            connection, "SELECT query_id, sink, batch_id FROM " + table + " WHERE 1 = 0")) {
      statement.executeQuery();
    } catch (SQLException e) {
      if (!SqlFailures.isMissingTable(e)) {
        problems.error(
            "jdbc-failed",
            options.at("commitTable"),
            "the table '"
                + name
                + "', where batches are noted, cannot be read: "
                + SqlFailures.reason(e),
            "let this user read and write it, or name another with 'commitTable'");
      }
    } finally {
      connection.rollback();
    }
  }
}
