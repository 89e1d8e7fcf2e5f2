package dev.sluice.connectors.jdbc.client;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The types of a query's columns, as Spark maps them. What has no type of its own is a string. */
final class ColumnTypes {
  private ColumnTypes() {}

  /** Whether a column is of points in time, not of what a clock on some wall shows. */
  static boolean isZoned(ResultSetMetaData metadata, int column, Dialect dialect)
      throws SQLException {
    return isZoned(
        metadata.getColumnType(column),
        String.valueOf(metadata.getColumnTypeName(column)),
        dialect);
  }

  /** Drivers of other databases have numbers of their own for such types, so their names tell. */
  static boolean isZoned(int code, String name, Dialect dialect) {
    if (code == Types.TIMESTAMP_WITH_TIMEZONE || name.equals("timestamptz")) {
      return true;
    }
    if (dialect == Dialect.MYSQL) {
      return name.equals("TIMESTAMP");
    }
    String words = name.toUpperCase(Locale.ROOT);
    return dialect == Dialect.GENERIC
        && (words.equals("DATETIMEOFFSET")
            || words.equals("TIMESTAMPTZ")
            || words.contains("WITH TIME ZONE")
            || words.contains("WITH LOCAL TIME ZONE"));
  }

  static Schema schema(ResultSetMetaData metadata, Dialect dialect, boolean preferNtz)
      throws SQLException {
    List<Field> fields = new ArrayList<>();
    for (int i = 1; i <= metadata.getColumnCount(); i++) {
      boolean nullable = metadata.isNullable(i) != ResultSetMetaData.columnNoNulls;
      fields.add(
          new Field(metadata.getColumnLabel(i), type(metadata, i, dialect, preferNtz), nullable));
    }
    return new Schema(fields);
  }

  private static DataType type(
      ResultSetMetaData metadata, int column, Dialect dialect, boolean preferNtz)
      throws SQLException {
    boolean exact = dialect == Dialect.POSTGRESQL || dialect == Dialect.H2;
    return switch (metadata.getColumnType(column)) {
      case Types.BOOLEAN -> AtomicType.BOOLEAN;
      case Types.BIT -> metadata.getPrecision(column) > 1 ? AtomicType.BINARY : AtomicType.BOOLEAN;
      case Types.TINYINT, Types.SMALLINT -> exact ? AtomicType.SMALLINT : AtomicType.INT;
      case Types.INTEGER ->
          dialect == Dialect.SQLITE || !metadata.isSigned(column)
              ? AtomicType.BIGINT
              : AtomicType.INT;
      case Types.BIGINT -> metadata.isSigned(column) ? AtomicType.BIGINT : new DecimalType(20, 0);
      case Types.REAL -> exact ? AtomicType.FLOAT : AtomicType.DOUBLE;
      case Types.FLOAT -> exact || dialect == Dialect.SQLITE ? AtomicType.DOUBLE : AtomicType.FLOAT;
      case Types.DOUBLE -> AtomicType.DOUBLE;
      case Types.DECIMAL, Types.NUMERIC ->
          // SQLite calls so what has no type at all.
          dialect == Dialect.SQLITE && metadata.getPrecision(column) == 0
              ? AtomicType.STRING
              : decimal(metadata.getPrecision(column), metadata.getScale(column));
      case Types.DATE -> AtomicType.DATE;
      case Types.TIMESTAMP ->
          "timestamptz".equals(metadata.getColumnTypeName(column)) || !preferNtz
              ? AtomicType.TIMESTAMP
              : AtomicType.TIMESTAMP_NTZ;
      case Types.TIMESTAMP_WITH_TIMEZONE -> AtomicType.TIMESTAMP;
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> AtomicType.BINARY;
      default -> AtomicType.STRING;
    };
  }

  private static DecimalType decimal(int precision, int scale) {
    if (precision <= 0) {
      return new DecimalType(DecimalType.MAX_PRECISION, 18);
    }
    int bounded = Math.max(0, Math.min(scale, DecimalType.MAX_PRECISION));
    int digits = scale < 0 ? precision - scale : Math.max(precision, bounded);
    return new DecimalType(Math.min(digits, DecimalType.MAX_PRECISION), bounded);
  }
}
