package dev.sluice.connectors.jdbc.client;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Locale;
import java.util.Set;

/**
 * How a column may be compared by the database itself, so that it keeps at least the rows that are
 * equal, or in order, to the values that are read. What is read may be less than what is there: a
 * number without its last digits, a text that shows a network's address.
 */
enum Comparing {
  /** Not at all. */
  NEVER,
  /** With a parameter of the type that is read. */
  AS_IT_IS,
  /** With a text that the database takes for the column's own type. */
  AS_UNTYPED,
  /** By the text that is read. */
  AS_TEXT,
  /** With a parameter that is an UUID. */
  AS_UUID;

  private static final Set<Integer> SHORT_TEXTS = Set.of(Types.VARCHAR, Types.NVARCHAR);

  private static final Set<Integer> TEXTS =
      Set.of(
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.NVARCHAR,
          Types.LONGNVARCHAR,
          Types.CLOB,
          Types.NCLOB);

  /** {@code type} is what the column is read as when nothing else is declared. */
  static Comparing of(ResultSetMetaData metadata, int column, DataType type, Dialect dialect)
      throws SQLException {
    int code = metadata.getColumnType(column);
    String name = String.valueOf(metadata.getColumnTypeName(column));
    if (type == AtomicType.STRING) {
      return switch (dialect) {
        case POSTGRESQL -> ofPostgres(name, code);
        // A text that is padded, or trimmed, is equal there to one that is not.
        case MYSQL ->
            !name.equalsIgnoreCase("json") && (TEXTS.contains(code) || code == Types.CHAR)
                ? AS_IT_IS
                : NEVER;
        case SQLITE -> isTextOfSqlite(name) ? AS_IT_IS : NEVER;
        case H2 -> TEXTS.contains(code) ? AS_IT_IS : NEVER;
        // Large texts cannot be compared in Oracle, Derby, Db2 and SQL Server.
        case GENERIC -> SHORT_TEXTS.contains(code) ? AS_IT_IS : NEVER;
      };
    }
    if (type instanceof DecimalType decimal) {
      boolean exact =
          metadata.getPrecision(column) == decimal.precision()
              && metadata.getScale(column) == decimal.scale();
      // SQLite keeps more digits than it was told.
      return code == Types.BIGINT || exact && dialect != Dialect.SQLITE ? AS_IT_IS : NEVER;
    }
    if (type == AtomicType.BOOLEAN) {
      // PostgreSQL's bits are not its truth values; in MySQL and SQLite 2 is as true as 1.
      boolean own = dialect == Dialect.POSTGRESQL ? name.equals("bool") : code == Types.BOOLEAN;
      return own && dialect != Dialect.MYSQL && dialect != Dialect.SQLITE ? AS_IT_IS : NEVER;
    }
    if (type == AtomicType.DATE) {
      // MySQL's years are read as dates.
      return dialect != Dialect.MYSQL || name.equals("DATE") ? AS_IT_IS : NEVER;
    }
    return AS_IT_IS;
  }

  /** Those columns make texts of all values, as its rules for names of types say. */
  private static boolean isTextOfSqlite(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return !upper.contains("INT")
        && (upper.contains("CHAR") || upper.contains("CLOB") || upper.contains("TEXT"));
  }

  /** There a comparison of two types needs an operator of just these two. */
  private static Comparing ofPostgres(String name, int code) {
    return switch (name) {
      case "text", "varchar", "bpchar", "name" -> AS_UNTYPED;
      case "uuid" -> AS_UUID;
      // What else the driver calls a text is an enum.
      default -> code == Types.VARCHAR ? AS_TEXT : NEVER;
    };
  }
}
