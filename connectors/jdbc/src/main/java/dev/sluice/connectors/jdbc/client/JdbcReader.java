package dev.sluice.connectors.jdbc.client;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FloatBuilder;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.ZoneShift;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one query, a batch at a time. As long as none has been given out, a query that breaks
 * off is sent again.
 */
final class JdbcReader implements BatchReader {
  private final JdbcSource source;
  private final ScanRequest request;
  private final String sql;
  private final List<Predicates.Parameter> parameters;
  private @Nullable Answer answer;
  private long given;

  private JdbcReader(
      JdbcSource source, ScanRequest request, String sql, List<Predicates.Parameter> parameters) {
    this.source = source;
    this.request = request;
    this.sql = sql;
    this.parameters = parameters;
  }

  /** What a query that was sent gives, over a connection of its own. */
  private static final class Answer {
    final Connection connection;
    final PreparedStatement statement;
    final ResultSet rows;
    final boolean[] zoned;

    Answer(Connection connection, PreparedStatement statement, Dialect dialect)
        throws SQLException {
      this.connection = connection;
      this.statement = statement;
      this.rows = statement.executeQuery();
      this.zoned = zoned(rows.getMetaData(), dialect);
    }

    void close() {
      try {
        rows.close();
        statement.close();
      } catch (SQLException e) {
        // The connection is given back all the same.
      }
      giveBack(connection);
    }
  }

  private static boolean[] zoned(ResultSetMetaData metadata, Dialect dialect) throws SQLException {
    boolean[] zoned = new boolean[metadata.getColumnCount()];
    for (int i = 0; i < zoned.length; i++) {
      zoned[i] = ColumnTypes.isZoned(metadata, i + 1, dialect);
    }
    return zoned;
  }

  /** {@code range} is a condition, empty for all rows. */
  static JdbcReader open(JdbcSource source, String range, ScanRequest request) {
    List<String> conditions = new ArrayList<>();
    if (!range.isEmpty()) {
      conditions.add(range);
    }
    Predicates predicates = new Predicates(request.schema(), source.table, source.dialect);
    if (source.pushesDown) {
      for (Expression filter : request.filters()) {
        predicates.sql(filter).ifPresent(conditions::add);
      }
    }
    String columns =
        request.schema().fields().stream()
            .map(field -> source.dialect.quote(field.name()))
            .collect(Collectors.joining(", "));
    String sql =
        "SELECT "
            + (columns.isEmpty() ? "1" : columns)
            + " FROM "
            + source.from
            + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions));
    JdbcReader reader = new JdbcReader(source, request, sql, predicates.parameters());
    try {
      reader.answer =
          source.retries.call("reading " + source.description(), reader::ask, SqlFailures::passing);
      return reader;
    } catch (SQLException e) {
      throw SqlFailures.failed(source.description() + " cannot be read", e);
    }
  }

  private Answer ask() throws SQLException {
    Connection connection = source.connections.take();
    try {
      PreparedStatement statement = source.connections.prepare(connection, sql);
      statement.setFetchSize(source.fetchSize);
      int index = 1;
      for (Predicates.Parameter parameter : parameters) {
        parameter.set(statement, index++);
      }
      return new Answer(connection, statement, source.dialect);
    } catch (SQLException e) {
      giveBack(connection);
      throw e;
    }
  }

  private static void giveBack(Connection connection) {
    try (connection) {
      connection.rollback();
    } catch (SQLException e) {
      // The pool forgets a connection that is broken.
    }
  }

  @Override
  public @Nullable Batch next() {
    try {
      Batch batch =
          source.retries.call(
              "reading " + source.description(),
              this::read,
              e -> given == 0 ? SqlFailures.passing(e) : Optional.empty());
      given += batch.rows();
      return batch.rows() == 0 ? null : batch;
    } catch (SQLException e) {
      throw SqlFailures.failed(
          source.description()
              + (given == 0 ? " cannot be read" : " broke off behind row " + given + " of a part"),
          e);
    }
  }

  /** The next rows; none at the end. */
  private Batch read() throws SQLException {
    Answer from = answer;
    if (from == null) {
      from = ask();
      answer = from;
    }
    List<Field> fields = request.schema().fields();
    List<ColumnBuilder> builders = new ArrayList<>();
    fields.forEach(field -> builders.add(ColumnBuilder.of(field.type(), request.batchRows())));
    int count = 0;
    try {
      while (count < request.batchRows() && from.rows.next()) {
        for (int i = 0; i < builders.size(); i++) {
          append(from, builders.get(i), fields.get(i).type(), i + 1);
        }
        count++;
      }
    } catch (SQLException e) {
      close();
      throw e;
    }
    List<Column> columns = new ArrayList<>();
    builders.forEach(builder -> columns.add(builder.build()));
    return new Batch(request.schema(), columns, count);
  }

  private void append(Answer from, ColumnBuilder builder, DataType type, int index)
      throws SQLException {
    ResultSet rows = from.rows;
    if (type instanceof DecimalType decimal) {
      BigDecimal value = rows.getBigDecimal(index);
      if (value == null) {
        builder.appendNull();
      } else {
        BigDecimal scaled = value.setScale(decimal.scale(), RoundingMode.HALF_UP);
        if (scaled.precision() > decimal.precision()) {
          throw new SQLException("the number " + value + " does not fit " + decimal.sql());
        }
        builder.appendValue(scaled);
      }
      return;
    }
    switch (type instanceof AtomicType atomic ? atomic : AtomicType.STRING) {
      case BOOLEAN -> {
        boolean value = rows.getBoolean(index);
        orNull(rows, builder, () -> ((BooleanBuilder) builder).append(value));
      }
      case TINYINT, SMALLINT, INT -> {
        int value = rows.getInt(index);
        orNull(rows, builder, () -> ((IntBuilder) builder).append(value));
      }
      case BIGINT -> {
        long value = rows.getLong(index);
        orNull(rows, builder, () -> ((LongBuilder) builder).append(value));
      }
      case FLOAT -> {
        float value = rows.getFloat(index);
        orNull(rows, builder, () -> ((FloatBuilder) builder).append(value));
      }
      case DOUBLE -> {
        double value = rows.getDouble(index);
        orNull(rows, builder, () -> ((DoubleBuilder) builder).append(value));
      }
      case DATE -> {
        LocalDate value = date(rows, index);
        if (value == null) {
          builder.appendNull();
        } else {
          ((IntBuilder) builder).append(Math.toIntExact(Infinity.finite(value).toEpochDay()));
        }
      }
      case TIMESTAMP, TIMESTAMP_NTZ -> timestamp(from, (LongBuilder) builder, type, index);
      case BINARY -> {
        byte[] value = rows.getBytes(index);
        if (value == null) {
          builder.appendNull();
        } else {
          ((BytesBuilder) builder).append(value);
        }
      }
      default -> {
        String value = rows.getString(index);
        if (value == null) {
          builder.appendNull();
        } else {
          builder.appendValue(value);
        }
      }
    }
  }

  private static void orNull(ResultSet rows, ColumnBuilder builder, Runnable append)
      throws SQLException {
    if (rows.wasNull()) {
      builder.appendNull();
    } else {
      append.run();
    }
  }

  private @Nullable LocalDate date(ResultSet rows, int index) throws SQLException {
    if (source.dialect == Dialect.SQLITE) {
      String text = rows.getString(index);
      return text == null ? null : dateOf(text, rows, index);
    }
    return rows.getObject(index, LocalDate.class);
  }

  /** SQLite has no days either: what was written is there, as a text or as milliseconds. */
  private static LocalDate dateOf(String text, ResultSet rows, int index) throws SQLException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int day = DateTimes.parseDate(bytes, 0, bytes.length);
    if (day == DateTimes.INVALID_DATE) {
      throw noTime(text, "date", rows, index);
    }
    return LocalDate.ofEpochDay(day);
  }

  private static SQLException noTime(String text, String what, ResultSet rows, int index)
      throws SQLException {
    return new SQLException(
        "'"
            + text
            + "' in the column '"
            + rows.getMetaData().getColumnLabel(index)
            + "' is no "
            + what
            + "; declare it as a string in 'schema', and convert it in a step");
  }

  private void timestamp(Answer from, LongBuilder builder, DataType type, int index)
      throws SQLException {
    ResultSet rows = from.rows;
    boolean instant = type == AtomicType.TIMESTAMP;
    if (source.dialect == Dialect.SQLITE) {
      String text = rows.getString(index);
      if (text == null) {
        builder.appendNull();
      } else {
        builder.append(ofText(text, instant, rows, index));
      }
    } else if (from.zoned[index - 1]) {
      OffsetDateTime time = point(rows, index);
      if (time == null) {
        builder.appendNull();
      } else {
        builder.append(
            Infinity.is(time.toLocalDateTime())
                ? micros(Infinity.finite(time.toLocalDateTime()).toInstant(ZoneOffset.UTC))
                : instant
                    ? micros(time.toInstant())
                    : wallClock(time.atZoneSameInstant(source.zone)));
      }
    } else {
      LocalDateTime time = rows.getObject(index, LocalDateTime.class);
      if (time == null) {
        builder.appendNull();
      } else {
        builder.append(
            Infinity.is(time)
                ? micros(Infinity.finite(time).toInstant(ZoneOffset.UTC))
                : instant
                    ? micros(time.atZone(source.zone).toInstant())
                    : wallClock(time.atZone(ZoneOffset.UTC)));
      }
    }
  }

  private @Nullable OffsetDateTime point(ResultSet rows, int index) throws SQLException {
    if (!source.connections.showsUtc()) {
      return rows.getObject(index, OffsetDateTime.class);
    }
    LocalDateTime shown = rows.getObject(index, LocalDateTime.class);
    return shown == null ? null : shown.atOffset(ZoneOffset.UTC);
  }

  private static long wallClock(ZonedDateTime time) {
    return micros(time.toLocalDateTime().toInstant(ZoneOffset.UTC));
  }

  /** SQLite keeps texts, as they were written. */
  private long ofText(String text, boolean instant, ResultSet rows, int index) throws SQLException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long micros =
        instant
            ? DateTimes.parseTimestamp(
                bytes, 0, bytes.length, ZoneShift.of(source.zone), DateTimes.INVALID)
            : DateTimes.parseTimestampNtz(bytes, 0, bytes.length, true);
    if (micros == DateTimes.INVALID) {
      throw noTime(text, "timestamp", rows, index);
    }
    return micros;
  }

  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
  }

  @Override
  public void close() {
    Answer open = answer;
    answer = null;
    if (open != null) {
      open.close();
    }
  }
}
