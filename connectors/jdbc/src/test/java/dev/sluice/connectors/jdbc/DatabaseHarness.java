package dev.sluice.connectors.jdbc;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes to a database and reads from it, through the sink, the source, and by itself. */
abstract class DatabaseHarness {
  private static int tables;

  /** The address of an empty database. */
  abstract String url();

  static String freshTable() {
    return "orders_" + tables++;
  }

  static Batch rows(Schema schema, Object[]... rows) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(c).type(), rows.length);
      for (Object[] row : rows) {
        builder.appendValue(row[c]);
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, rows.length);
  }

  Sink sink(Schema schema, OutputMode mode, String query, String table, String... options) {
    return sink(Session.DEFAULT, schema, mode, query, table, options);
  }

  Sink sink(
      Session session,
      Schema schema,
      OutputMode mode,
      String query,
      String table,
      String... options) {
    JdbcSinkType type = new JdbcSinkType();
    return type.open(
        schema,
        List.of(),
        mode,
        Options.of(type.options(), options(table, options)),
        SinkContexts.of("q", any -> new LocalFileStore()).queryId(query).session(session).build());
  }

  Map<String, String> options(String table, String... more) {
    Map<String, String> given = new HashMap<>(Map.of("url", url(), "dbtable", table));
    for (int i = 0; i < more.length; i += 2) {
      given.put(more[i], more[i + 1]);
    }
    return given;
  }

  static void write(Sink sink, long epoch, Batch... batches) {
    try (Write write = sink.begin(epoch)) {
      for (int i = 0; i < batches.length; i++) {
        Write.Part part = write.part(i);
        part.write(batches[i]);
        part.finish();
      }
      write.commit();
    }
  }

  List<String> table(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      int width = found.getMetaData().getColumnCount();
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
          row.add(found.getString(i));
        }
        rows.add(String.join("|", row));
      }
      return rows;
    }
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  Source source(Optional<Schema> declared, Map<String, String> options) {
    return source(Session.DEFAULT, declared, options);
  }

  Source source(Session session, Optional<Schema> declared, Map<String, String> options) {
    JdbcSourceType type = new JdbcSourceType();
    return type.open(
        Options.of(type.options(), options),
        declared,
        new SourceContext("s", any -> new LocalFileStore(), Clock.SYSTEM, "/", "/", 2, session));
  }

  static List<List<Object>> read(Source source, Expression... filters) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    for (Split split :
        source.splits(
            source.initialOffset(),
            source.latestOffset(source.initialOffset(), ReadLimit.CONFIGURED))) {
      try (BatchReader reader =
          split.open(new ScanRequest(source.schema(), Arrays.asList(filters), 3))) {
        for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
          for (int row = 0; row < batch.rows(); row++) {
            List<Object> values = new ArrayList<>();
            for (Column column : batch.columns()) {
              values.add(column.value(row));
            }
            rows.add(values);
          }
        }
      }
    }
    return rows;
  }
}
