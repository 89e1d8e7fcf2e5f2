package dev.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.InList;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.plan.OutputMode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real PostgreSQL server, from its package. */
class PostgresTest extends DatabaseContract {
  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setPort(FreePort.find())
            .setPGStartupWait(Duration.ofMinutes(5))
            .start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @Override
  String url() {
    return server.getJdbcUrl("postgres", "postgres");
  }

  /** Type and value of a column that is a string for us, and what finds it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "uuid;6f9619ff-8b86-d011-b42d-00cf4fc964ff",
        "mood;glad",
        "jsonb;{\"a\": 1}",
        "json;{\"a\": 1}",
        "inet;10.0.0.1",
        "cidr;10.0.0.0/8",
        "time;10:00:00",
        "interval;1 day",
        "int[];{1,2}",
        "point;(1,2)",
        "xml;<a/>",
        "tsvector;'a'",
        "text;plain",
        "varchar(9);plain",
        "name;plain",
        "char(9);'plain    '",
        "plain;plain",
      })
  void conditionsOnWhatIsAStringForUsFindTheRow(String type, String value) throws Exception {
    execute("DROP TYPE IF EXISTS mood CASCADE");
    execute("CREATE TYPE mood AS ENUM ('sad', 'glad')");
    execute("DROP DOMAIN IF EXISTS plain CASCADE");
    execute("CREATE DOMAIN plain AS text");
    String table = freshTable();
    execute("CREATE TABLE " + table + " (v " + type + ")");
    execute("INSERT INTO " + table + " VALUES ('" + value.replace("'", "''") + "')");
    try (Source source = source(Optional.empty(), options(table))) {
      ColumnReference v = new ColumnReference(0, "v", AtomicType.STRING, true);
      Object there = read(source).get(0).get(0);
      Literal found = new Literal(AtomicType.STRING, there, "there");
      Literal other = new Literal(AtomicType.STRING, "none such", "none such");
      assertThat(read(source, new Comparison(Comparison.Operator.EQUAL, v, found)))
          .containsExactly(List.of(there));
      assertThat(read(source, new InList(v, List.of(other, found))))
          .containsExactly(List.of(there));
      assertThat(read(source, new Comparison(Comparison.Operator.EQUAL, v, other)))
          .hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void flagsOfBitsAndNumbersWithoutDigitsFindTheRow() throws Exception {
    String table = freshTable();
    execute("CREATE TABLE " + table + " (flag bit(1), yes boolean, n numeric, d numeric(5,2))");
    execute("INSERT INTO " + table + " VALUES ('1', true, 1.00000000000000000049, 1.25)");
    try (Source source = source(Optional.empty(), options(table))) {
      List<Object> row = read(source).get(0);
      for (int i = 0; i < row.size(); i++) {
        Field field = source.schema().field(i);
        ColumnReference column = new ColumnReference(i, field.name(), field.type(), true);
        Literal value = new Literal(field.type(), row.get(i), "it");
        assertThat(read(source, new Comparison(Comparison.Operator.EQUAL, column, value)))
            .as(field.name())
            .hasSize(1);
      }
    }
  }

  @Test
  void infinityIsTheEndOfWhatCanBeRead() throws Exception {
    String table = freshTable();
    execute("CREATE TABLE " + table + " (d date, w timestamp, z timestamptz)");
    execute("INSERT INTO " + table + " VALUES ('infinity', 'infinity', 'infinity')");
    execute("INSERT INTO " + table + " VALUES ('-infinity', '-infinity', '-infinity')");
    int lastDay = (int) LocalDate.of(9999, 12, 31).toEpochDay();
    int firstDay = (int) LocalDate.of(1, 1, 1).toEpochDay();
    long last = (lastDay + 1) * 86_400_000_000L - 1;
    long first = firstDay * 86_400_000_000L;
    for (String zone : List.of("UTC", "America/Los_Angeles")) {
      Session session = new Session(ZoneId.of(zone), true);
      try (Source source = source(session, Optional.empty(), options(table))) {
        assertThat(read(source))
            .containsExactly(List.of(lastDay, last, last), List.of(firstDay, first, first));
        ColumnReference day = new ColumnReference(0, "d", AtomicType.DATE, true);
        Literal end = new Literal(AtomicType.DATE, lastDay, "the last day");
        assertThat(read(source, new Comparison(Comparison.Operator.LESS_OR_EQUAL, day, end)))
            .hasSize(2);
      }
    }
  }

  @Test
  void firstStartsAtTheSameMomentWaitForEachOther() throws Exception {
    String table = freshTable();
    Schema schema = Schema.of(new Field("id", AtomicType.BIGINT));
    sink(schema, OutputMode.APPEND, "before", table).close();
    try (Connection other = DriverManager.getConnection(url())) {
      other.setAutoCommit(false);
      try (Statement statement = other.createStatement()) {
        statement.execute("INSERT INTO sluice_commits VALUES ('" + table + "', 0, -1)");
      }
      CompletableFuture<Void> second =
          CompletableFuture.runAsync(() -> sink(schema, OutputMode.APPEND, table, table).close());
      // The second waits for the row of the first, which it does not see yet.
      while (table("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'").isEmpty()) {
        assertThat(second).isNotDone();
        Wait.aMoment();
      }
      other.commit();
      second.get();
    }
  }

  @Test
  void whatTheDatabaseUnderstandsItFilters() throws Exception {
    String table = freshTable();
    execute("CREATE TYPE size AS ENUM ('small', 'large')");
    execute("CREATE TABLE " + table + " (id uuid, country char(2), name text, size size)");
    for (int i = 0; i < 3; i++) {
      execute(
          "INSERT INTO "
              + table
              + " VALUES ('6f9619ff-8b86-d011-b42d-00cf4fc964f"
              + i
              + "', 'N"
              + i
              + "', 'n"
              + i
              + "', '"
              + (i == 1 ? "small" : "large")
              + "')");
    }
    String[] values = {"6f9619ff-8b86-d011-b42d-00cf4fc964f1", "N1", "n1", "small"};
    try (Source source = source(Optional.empty(), options(table))) {
      for (int i = 0; i < values.length; i++) {
        ColumnReference column =
            new ColumnReference(i, source.schema().field(i).name(), AtomicType.STRING, true);
        Literal value = new Literal(AtomicType.STRING, values[i], values[i]);
        assertThat(read(source, new Comparison(Comparison.Operator.EQUAL, column, value)))
            .as(values[i])
            .hasSize(1);
      }
    }
  }
}
