package dev.sluice.connectors.jdbc.client;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.TimeType;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.util.Arrays;

/**
 * Values of a batch as the parameters of a statement. A point in time goes into a column without
 * zone as the session's clock shows it, as it is read from there too.
 */
final class Parameters {
  private final Dialect dialect;
  private final boolean showsUtc;
  private final boolean[] zoned;
  private final ZoneId zone;

  /**
   * @param showsUtc as {@link Connections#showsUtc}
   * @param zoned which columns are points in time in the table
   * @param zone the session's
   */
  Parameters(Dialect dialect, boolean showsUtc, boolean[] zoned, ZoneId zone) {
    this.dialect = dialect;
    this.showsUtc = showsUtc;
    this.zoned = zoned;
    this.zone = zone;
  }

  /** A value as the parameter of the same place, counted from 1. */
  void set(PreparedStatement statement, int index, FlatColumn column, int row) throws SQLException {
    set(statement, index, index - 1, column, row);
  }

  /**
   * A value as a parameter.
   *
   * @param place which column of the rows it is, from 0
   */
  void set(PreparedStatement statement, int index, int place, FlatColumn column, int row)
      throws SQLException {
    DataType type = column.type();
    if (column.isNull(row)) {
      statement.setNull(index, sqlType(type, zoned[place]));
    } else if (type instanceof DecimalType) {
      statement.setBigDecimal(index, (BigDecimal) column.value(row));
    } else if (type instanceof TimeType) {
      object(statement, index, LocalTime.ofNanoOfDay(((LongColumn) column).get(row) * 1000));
    } else if (!(type instanceof AtomicType atomic)) {
      statement.setString(index, ((BytesColumn) column).string(row));
    } else {
      atomic(statement, index, place, atomic, column, row);
    }
  }

  private void atomic(
      PreparedStatement statement,
      int index,
      int place,
      AtomicType type,
      FlatColumn column,
      int row)
      throws SQLException {
    switch (type) {
      case BOOLEAN -> statement.setBoolean(index, ((BooleanColumn) column).get(row));
      case TINYINT, SMALLINT, INT -> statement.setInt(index, ((IntColumn) column).get(row));
      case BIGINT -> statement.setLong(index, ((LongColumn) column).get(row));
      case FLOAT -> statement.setFloat(index, ((FloatColumn) column).get(row));
      case DOUBLE -> statement.setDouble(index, ((DoubleColumn) column).get(row));
      case STRING -> statement.setString(index, ((BytesColumn) column).string(row));
      case BINARY -> {
        BytesColumn bytes = (BytesColumn) column;
        int start = bytes.starts()[row];
        statement.setBytes(
            index, Arrays.copyOfRange(bytes.data(), start, start + bytes.lengths()[row]));
      }
      case DATE -> object(statement, index, LocalDate.ofEpochDay(((IntColumn) column).get(row)));
      case TIMESTAMP -> {
        Instant instant = instant(((LongColumn) column).get(row));
        // SQLite's texts say their zone.
        boolean whole = zoned[place] || dialect == Dialect.SQLITE;
        object(
            statement,
            index,
            whole ? instant.atOffset(ZoneOffset.UTC) : LocalDateTime.ofInstant(instant, zone));
      }
      case TIMESTAMP_NTZ -> {
        LocalDateTime wall =
            LocalDateTime.ofInstant(instant(((LongColumn) column).get(row)), ZoneOffset.UTC);
        object(statement, index, zoned[place] ? wall.atZone(zone).toOffsetDateTime() : wall);
      }
      case NULL, CALENDAR_INTERVAL, VARIANT ->
          throw new IllegalArgumentException(type + " in a table");
    }
  }

  /** SQLite has no times: it keeps their text, and always that of the seconds. */
  private void object(PreparedStatement statement, int index, Temporal value) throws SQLException {
    if (dialect == Dialect.SQLITE) {
      boolean both =
          value.isSupported(ChronoField.EPOCH_DAY) && value.isSupported(ChronoField.NANO_OF_DAY);
      statement.setString(
          index, both ? DateTimeFormatter.ISO_DATE_TIME.format(value) : value.toString());
    } else if (showsUtc && value instanceof OffsetDateTime point) {
      statement.setObject(index, LocalDateTime.ofInstant(point.toInstant(), ZoneOffset.UTC));
    } else {
      statement.setObject(index, value);
    }
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
  }

  private int sqlType(DataType type, boolean whole) {
    if (type instanceof DecimalType) {
      return Types.DECIMAL;
    }
    if (type instanceof TimeType) {
      return Types.TIME;
    }
    if (!(type instanceof AtomicType atomic)) {
      return Types.VARCHAR;
    }
    return switch (atomic) {
      case BOOLEAN -> dialect == Dialect.GENERIC ? Types.BIT : Types.BOOLEAN;
      case TINYINT, SMALLINT -> Types.SMALLINT;
      case INT -> Types.INTEGER;
      case BIGINT -> Types.BIGINT;
      case FLOAT -> Types.REAL;
      case DOUBLE -> Types.DOUBLE;
      case BINARY -> dialect == Dialect.POSTGRESQL ? Types.BINARY : Types.VARBINARY;
      case DATE -> Types.DATE;
      case TIMESTAMP, TIMESTAMP_NTZ -> whole ? Types.TIMESTAMP_WITH_TIMEZONE : Types.TIMESTAMP;
      default -> Types.VARCHAR;
    };
  }
}
