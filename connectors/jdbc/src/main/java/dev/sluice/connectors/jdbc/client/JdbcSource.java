package dev.sluice.connectors.jdbc.client;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.jdbc.TableName;
import dev.sluice.connectors.retry.Retries;
import dev.sluice.connectors.retry.RetryPolicy;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table, or what a query gives, read as a whole. */
final class JdbcSource implements Source {
  private static final Offset ALL = new Offset("{}");

  final Connections connections;
  final Dialect dialect;
  final String from;
  final int fetchSize;
  final boolean pushesDown;
  final ZoneId zone;
  private final String shownTable;

  /** What the database has, whatever is declared. */
  final List<TableColumn> table;

  private final Schema schema;
  private final List<String> ranges;
  private final RetryTally tally = new RetryTally();
  final Retries retries;

  private JdbcSource(
      Connections connections,
      Dialect dialect,
      String from,
      String shownTable,
      List<TableColumn> table,
      Schema schema,
      List<String> ranges,
      Options options,
      Clock clock,
      ZoneId zone) {
    this.connections = connections;
    this.dialect = dialect;
    this.from = from;
    this.shownTable = shownTable;
    this.table = table;
    this.schema = schema;
    this.ranges = ranges;
    this.fetchSize = Math.toIntExact(options.number("fetchsize"));
    this.pushesDown = options.flag("pushDownPredicate");
    this.zone = zone;
    this.retries = new Retries(RetryPolicy.within(options.millis("retryTimeout")), clock, tally);
  }

  static JdbcSource open(Options options, Optional<Schema> declared, SourceContext context) {
    return open(
        options,
        declared,
        context,
        Connections.open(
            options, context.session().timeZone(), Math.max(1, context.parallelism())));
  }

  /** {@code connections} are closed with it, also if it cannot be opened. */
  static JdbcSource open(
      Options options, Optional<Schema> declared, SourceContext context, Connections connections) {
    Dialect dialect = Dialect.of(options.text("url"));
    String from = from(options, dialect);
    String shown = options.find("dbtable").orElse("query");
    try (Connection connection = connections.take();
        PreparedStatement statement =
            connections.prepare(connection, "SELECT * FROM " + from + " WHERE 1 = 0")) {
      List<TableColumn> table =
          TableColumn.of(
              statement.executeQuery().getMetaData(), dialect, options.flag("preferTimestampNTZ"));
      Schema found = TableColumn.schema(table);
      connection.rollback();
      Schema schema = declared.isPresent() ? declared(declared.get(), found, shown) : found;
      return new JdbcSource(
          connections,
          dialect,
          from,
          shown,
          table,
          schema,
          Ranges.of(options, found, dialect),
          options,
          context.clock(),
          context.session().timeZone());
    } catch (SQLException e) {
      connections.close();
      throw SqlFailures.failed(
          "'" + shown + "' at '" + connections.shownUrl() + "' cannot be read", e);
    } catch (RuntimeException e) {
      connections.close();
      throw e;
    }
  }

  private static String from(Options options, Dialect dialect) {
    Optional<String> query = options.find("query");
    if (query.isPresent()) {
      return "(" + query.get() + ") sluice_query";
    }
    String table = options.text("dbtable");
    return table.startsWith("(") ? table : TableName.parse(table).orElseThrow().sql(dialect::quote);
  }

  /** Declared columns must be there; their types are those declared. */
  private static Schema declared(Schema declared, Schema found, String table) {
    List<Field> fields = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<String> names = found.fields().stream().map(Field::name).toList();
    for (Field field : declared.fields()) {
      names.stream()
          .filter(field.name()::equalsIgnoreCase)
          .findFirst()
          .ifPresentOrElse(
              real -> fields.add(field.withName(real)), () -> missing.add(field.name()));
    }
    if (!missing.isEmpty()) {
      throw new PipelineException(
          "unknown-column",
          "'"
              + table
              + (missing.size() == 1 ? "' has no column '" : "' has no columns '")
              + String.join("', '", missing)
              + "'; "
              + (missing.size() == 1
                  ? Names.suggestion(missing.get(0), names)
                  : "it has " + String.join(", ", names)));
    }
    return new Schema(fields);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public String description() {
    return "JDBCRelation(" + shownTable + ") [" + connections.shownUrl() + "]";
  }

  @Override
  public Retried retried() {
    return tally.retried();
  }

  @Override
  public Offset initialOffset() {
    return Offset.NONE;
  }

  @Override
  public Offset latestOffset(Offset from, ReadLimit limit) {
    return ALL;
  }

  @Override
  public List<Split> splits(Offset from, Offset to) {
    List<Split> splits = new ArrayList<>();
    for (String range : ranges) {
      splits.add(request -> JdbcReader.open(this, range, request));
    }
    return splits;
  }

  @Override
  public void close() {
    connections.close();
  }
}
