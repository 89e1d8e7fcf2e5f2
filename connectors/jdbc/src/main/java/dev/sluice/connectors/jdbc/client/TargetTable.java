package dev.sluice.connectors.jdbc.client;

import dev.sluice.connectors.jdbc.JdbcSinkType;
import dev.sluice.connectors.jdbc.TableName;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.PipelineException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The table that a sink writes: made if it is not there, its columns found by name. */
final class TargetTable {
  private final Connections connections;
  private final Dialect dialect;
  private final Options options;
  private final Schema schema;
  private final List<String> keys;
  private final String table;
  private List<String> columns = List.of();
  private boolean[] zoned = {};
  private Optional<String> warning = Optional.empty();

  /**
   * What the table has.
   *
   * @param zoned those that are points in time
   */
  record Columns(List<String> names, Set<String> zoned) {}

  TargetTable(Connections connections, Dialect dialect, Schema schema, Options options) {
    this.connections = connections;
    this.dialect = dialect;
    this.options = options;
    this.schema = schema;
    this.keys = JdbcSinkType.keys(options);
    this.table = TableName.parse(options.text("dbtable")).orElseThrow().sql(dialect::quote);
  }

  /** Makes the table if it is not there, and finds its columns. */
  void prepare(Connection connection) throws SQLException {
    Columns there;
    try {
      there = columnsOf(connection);
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      if (!options.flag("createTable")) {
        throw e;
      }
      createAfter(e, connection);
      there = columnsOf(connection);
      connection.commit();
    }
    match(there);
    checkKeys(connection);
    connection.commit();
  }

  private void checkKeys(Connection connection) throws SQLException {
    if (dialect == Dialect.MYSQL && !keys.isEmpty()) {
      warning =
          new MySqlKeys(connections, connection, table)
              .check(columns.stream().filter(this::isKey).toList(), columns);
    }
  }

  /** What is to be known of the table that was looked at. */
  Optional<String> warning() {
    return warning;
  }

  private boolean isKey(String column) {
    return keys.stream().anyMatch(column::equalsIgnoreCase);
  }

  private void match(Columns there) {
    columns = matched(there.names());
    zoned = new boolean[columns.size()];
    for (int i = 0; i < zoned.length; i++) {
      zoned[i] = there.zoned().contains(columns.get(i));
    }
  }

  /** Which of the rows' columns are points in time in the table, in their order. */
  boolean[] zoned() {
    return zoned;
  }

  /**
   * The table could not be read, maybe because it is not there: if it cannot be made, both are
   * told.
   */
  private void createAfter(SQLException unread, Connection connection) throws SQLException {
    try {
      connections.execute(connection, create(connection));
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw new SQLException(
          "it cannot be read (" + unread.getMessage() + "), nor made (" + e.getMessage() + ")",
          e.getSQLState(),
          e);
    }
  }

  private Columns columnsOf(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connections.prepare(connection, "SELECT * FROM " + table + " WHERE 1 = 0")) {
      ResultSetMetaData metadata = statement.executeQuery().getMetaData();
      List<String> names = new ArrayList<>();
      Set<String> points = new HashSet<>();
      for (int i = 1; i <= metadata.getColumnCount(); i++) {
        names.add(metadata.getColumnLabel(i));
        if (ColumnTypes.isZoned(metadata, i, dialect)) {
          points.add(metadata.getColumnLabel(i));
        }
      }
      return new Columns(names, points);
    }
  }

  private String create(Connection connection) throws SQLException {
    Map<String, String> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.find("createTableColumnTypes").ifPresent(text -> given.putAll(columnTypes(text)));
    List<String> parts = new ArrayList<>();
    for (Field field : schema.fields()) {
      boolean key = isKey(field.name());
      String type = given.get(field.name());
      if (type == null) {
        type = dialect.type(field.type(), key);
        if (key && dialect == Dialect.MYSQL && type.startsWith("VARCHAR")) {
          type += MySqlKeys.exact(connections, connection);
        }
      }
      parts.add(
          dialect.quote(field.name()) + " " + type + (key || !field.nullable() ? " NOT NULL" : ""));
    }
    if (!keys.isEmpty()) {
      parts.add(
          "PRIMARY KEY ("
              + keys.stream()
                  .map(key -> dialect.quote(inSchema(key)))
                  .collect(Collectors.joining(", "))
              + ")");
    }
    return "CREATE TABLE "
        + table
        + " ("
        + String.join(", ", parts)
        + ") "
        + options.find("createTableOptions").orElse("");
  }

  /** {@code name TYPE, other TYPE(1, 2)}. */
  private static Map<String, String> columnTypes(String text) {
    Map<String, String> types = new TreeMap<>();
    for (String column : text.split(",(?![^(]*\\))")) {
      String[] words = column.strip().split("\\s+", 2);
      if (words.length != 2) {
        throw new PipelineException(
            "invalid-option-value",
            "'"
                + column.strip()
                + "' in 'createTableColumnTypes' is no column with its type; write name"
                + " VARCHAR(9)");
      }
      types.put(words[0].replace("\"", "").replace("`", ""), words[1]);
    }
    return types;
  }

  private String inSchema(String name) {
    return schema.fields().stream()
        .map(Field::name)
        .filter(name::equalsIgnoreCase)
        .findFirst()
        .orElse(name);
  }

  /** The name in the table of each column of the rows: the same, or the same but for its case. */
  private List<String> matched(List<String> there) {
    List<String> found = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Field field : schema.fields()) {
      String name = field.name();
      if (there.contains(name)) {
        found.add(name);
      } else {
        there.stream()
            .filter(name::equalsIgnoreCase)
            .findFirst()
            .ifPresentOrElse(found::add, () -> missing.add(name));
      }
    }
    if (!missing.isEmpty()) {
      throw new PipelineException(
          "unknown-column",
          "the table "
              + table
              + (missing.size() == 1 ? " has no column '" : " has no columns '")
              + String.join("', '", missing)
              + "'; "
              + (missing.size() == 1
                  ? Names.suggestion(missing.get(0), there)
                  : "it has " + String.join(", ", there)));
    }
    return found;
  }

  /** The table's columns if it is there; none if it is not; fails if it may not be read. */
  Optional<Columns> look(Connection connection) throws SQLException {
    try {
      return Optional.of(columnsOf(connection));
    } catch (SQLException e) {
      connection.rollback();
      if (SqlFailures.isMissingTable(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Inserts no row, and takes that back: tells whether rows of these columns may be inserted, and
   * by these keys.
   */
  void tryInsert(Connection connection, Columns there) throws SQLException {
    match(there);
    checkKeys(connection);
    String names = columns.stream().map(dialect::quote).collect(Collectors.joining(", "));
    try {
      connections.execute(
          connection, insert("SELECT " + names + " FROM " + table + " WHERE 1 = 0"));
    } finally {
      connection.rollback();
    }
  }

  String name() {
    return table;
  }

  String insert() {
    return insert(
        "VALUES (" + columns.stream().map(column -> "?").collect(Collectors.joining(", ")) + ")");
  }

  private String insert(String rows) {
    String into =
        "INTO "
            + table
            + " ("
            + columns.stream().map(dialect::quote).collect(Collectors.joining(", "))
            + ")";
    if (keys.isEmpty()) {
      return "INSERT " + into + " " + rows;
    }
    Map<Boolean, List<String>> split =
        columns.stream().collect(Collectors.partitioningBy(this::isKey));
    return dialect.upsert(
        into, rows, split.getOrDefault(true, List.of()), split.getOrDefault(false, List.of()));
  }

  /** For rows that no index finds again; none if rows are not replaced. */
  Optional<NullKeys> nullKeys() {
    return keys.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new NullKeys(
                connections, dialect, table, columns, columns.stream().map(this::isKey).toList()));
  }

  /** Removes all rows, in the transaction. */
  void clear(Connection connection) throws SQLException {
    connections.execute(connection, "DELETE FROM " + table);
  }
}
