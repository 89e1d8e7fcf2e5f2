package dev.sluice.connectors.jdbc.client;

import dev.sluice.operators.diagnostics.PipelineException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What MySQL and MariaDB make of the keys of an upsert. They ask for no index over them, but
 * replace the row that any unique index says is the same, and by a collation that mostly ignores
 * case and accents.
 */
final class MySqlKeys {
  private static final String PLAIN = "utf8mb4_bin";

  private final Connections connections;
  private final Connection connection;
  private final String table;

  /**
   * @param table as it stands in statements
   */
  MySqlKeys(Connections connections, Connection connection, String table) {
    this.connections = connections;
    this.connection = connection;
    this.table = table;
  }

  /**
   * A unique index.
   *
   * @param columns in small letters
   * @param whole false if it is over parts of values, or what is computed of them
   */
  private record Index(List<String> columns, boolean whole) {}

  /**
   * What stands behind the type of a text in a key, so that texts are the same only if all their
   * characters are: where the server can, also those that differ in blanks at their ends.
   */
  static String exact(Connections connections, Connection connection) throws SQLException {
    String collation = PLAIN;
    try (PreparedStatement statement =
            connections.prepare(
                connection,
                "SELECT COLLATION_NAME FROM information_schema.COLLATIONS WHERE COLLATION_NAME IN"
                    // MariaDB's, which takes MySQL's for one that ignores blanks.
                    + " ('utf8mb4_nopad_bin', 'utf8mb4_0900_bin') ORDER BY COLLATION_NAME DESC");
        ResultSet found = statement.executeQuery()) {
      if (found.next()) {
        collation = found.getString(1);
      }
    }
    return " CHARACTER SET utf8mb4 COLLATE " + collation;
  }

  /**
   * Sees that rows of the same keys replace each other.
   *
   * @param keys the columns that tell a row
   * @param columns all that are written
   * @return what is to be known of indexes that are there: rows may replace those of other keys
   * @throws PipelineException if rows would come twice
   */
  Optional<String> check(List<String> keys, List<String> columns) throws SQLException {
    Map<String, Index> indexes = uniqueIndexes();
    TreeSet<String> wanted = new TreeSet<>(small(keys));
    if (indexes.values().stream()
        .noneMatch(index -> index.whole() && new TreeSet<>(index.columns()).equals(wanted))) {
      throw new PipelineException(
          "no-unique-key",
          "the table "
              + table
              + " has no unique index over just the keys "
              + listed(keys)
              + ", without which a row of the same keys would be inserted again; make one: CREATE"
              + " UNIQUE INDEX sluice_keys ON "
              + table
              + " ("
              + keys.stream().map(Dialect.MYSQL::quote).collect(Collectors.joining(", "))
              + ")");
    }
    List<String> notes = new ArrayList<>();
    List<String> written = small(columns);
    indexes.forEach(
        (name, index) -> {
          boolean impliesKeys = index.whole() && index.columns().containsAll(wanted);
          if (!impliesKeys && written.containsAll(index.columns())) {
            notes.add(
                "the table "
                    + table
                    + " has the unique index '"
                    + name
                    + "' besides that over the keys "
                    + listed(keys)
                    + ": a row of new keys that is equal there replaces the one of other keys");
          }
        });
    loose(keys).ifPresent(notes::add);
    return notes.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", notes));
  }

  /** By name; what is computed counts as no column. */
  private Map<String, Index> uniqueIndexes() throws SQLException {
    Map<String, Index> indexes = new LinkedHashMap<>();
    try (PreparedStatement statement =
            connections.prepare(connection, "SHOW INDEX FROM " + table + " WHERE Non_unique = 0");
        ResultSet parts = statement.executeQuery()) {
      while (parts.next()) {
        String column = parts.getString("Column_name");
        boolean whole = column != null && parts.getString("Sub_part") == null;
        Index before =
            indexes.getOrDefault(parts.getString("Key_name"), new Index(List.of(), true));
        List<String> columns = new ArrayList<>(before.columns());
        if (column != null) {
          columns.add(column.toLowerCase(Locale.ROOT));
        }
        indexes.put(parts.getString("Key_name"), new Index(columns, before.whole() && whole));
      }
    }
    return indexes;
  }

  /** The keys of which texts that differ may be the same. */
  private Optional<String> loose(List<String> keys) throws SQLException {
    List<String> wanted = small(keys);
    List<String> found = new ArrayList<>();
    try (PreparedStatement statement =
            connections.prepare(connection, "SHOW FULL COLUMNS FROM " + table);
        ResultSet columns = statement.executeQuery()) {
      while (columns.next()) {
        String collation = columns.getString("Collation");
        if (wanted.contains(columns.getString("Field").toLowerCase(Locale.ROOT))
            && collation != null
            && !collation.endsWith("_bin")
            && !collation.endsWith("_cs")) {
          found.add("'" + columns.getString("Field") + "' (" + collation + ")");
        }
      }
    }
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the table "
                + table
                + " compares the keys "
                + String.join(", ", found)
                + " by their collation: rows whose keys differ only in case or accents replace"
                + " each other; COLLATE "
                + PLAIN
                + " keeps them apart");
  }

  private static List<String> small(List<String> names) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  private static String listed(List<String> names) {
    return "'" + String.join("', '", names) + "'";
  }
}
