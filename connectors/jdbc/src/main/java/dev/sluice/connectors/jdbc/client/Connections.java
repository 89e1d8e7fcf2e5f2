package dev.sluice.connectors.jdbc.client;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.sluice.connectors.jdbc.JdbcUrl;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.PipelineException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** The connections of one source or sink to its database. Thread-safe. */
final class Connections implements AutoCloseable {
  /** How long a connection is tried for before the database counts as not there. */
  private static final long PATIENCE_MILLIS = 15_000;

  private final String shownUrl;
  private final int queryTimeout;
  private final boolean showsUtc;
  private final HikariDataSource pool;

  private Connections(String shownUrl, int queryTimeout, boolean showsUtc, HikariDataSource pool) {
    this.shownUrl = shownUrl;
    this.queryTimeout = queryTimeout;
    this.showsUtc = showsUtc;
    this.pool = pool;
  }

  /**
   * Connects once to see that it can be done, trying for a while where nobody answers.
   *
   * @param zone the session's, so that nothing depends on that of the machine
   */
  static Connections open(Options options, ZoneId zone, int most) {
    return open(options, zone, most, PATIENCE_MILLIS, PATIENCE_MILLIS);
  }

  /** One connection, tried once: a refusal is told at once, silence after so long. */
  static Connections once(Options options, ZoneId zone, long patienceMillis) {
    return open(options, zone, 1, patienceMillis, 1);
  }

  private static Connections open(
      Options options, ZoneId zone, int most, long patienceMillis, long tryAgainMillis) {
    String url = options.text("url");
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    options.find("user").ifPresent(config::setUsername);
    options.find("password").ifPresent(config::setPassword);
    Dialect dialect = Dialect.of(url);
    Map<String, String> clock = dialect.clockParameters(url);
    clock.forEach(config::addDataSourceProperty);
    dialect
        .socketParameters(url, options.millis("socketTimeout"))
        .forEach(config::addDataSourceProperty);
    Optional<String> asked = options.find("sessionInitStatement");
    dialect
        .zoneStatement(zone)
        .map(set -> asked.map(statement -> set + "; " + statement).orElse(set))
        .or(() -> asked)
        .ifPresent(config::setConnectionInitSql);
    config.setMaximumPoolSize(most);
    config.setMinimumIdle(0);
    // Less is refused.
    config.setConnectionTimeout(Math.max(250, patienceMillis));
    config.setInitializationFailTimeout(tryAgainMillis);
    config.setAutoCommit(false);
    // What a connection says first is committed: else a rollback takes the zone back.
    config.setIsolateInternalQueries(true);
    config.setPoolName("sluice-jdbc");
    registerDrivers();
    try {
      options.find("driver").ifPresent(config::setDriverClassName);
      return new Connections(
          JdbcUrl.shown(url),
          Math.toIntExact(options.number("queryTimeout")),
          !clock.isEmpty(),
          new HikariDataSource(config));
    } catch (HikariPool.PoolInitializationException e) {
      throw SqlFailures.failed("cannot connect to '" + JdbcUrl.shown(url) + "'", cause(e));
    } catch (RuntimeException e) {
      throw new PipelineException(
          "jdbc-driver",
          "there is no driver for '"
              + JdbcUrl.shown(url)
              + "'; put its jar into the folder 'lib/jdbc' of the installation",
          e);
    }
  }

  /** The JDK looks for drivers on the class path only, not beside this class. */
  private static void registerDrivers() {
    ServiceLoader.load(Driver.class, Connections.class.getClassLoader()).stream()
        .forEach(ServiceLoader.Provider::get);
  }

  private static Throwable cause(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null && !(deepest instanceof SQLException)) {
      deepest = deepest.getCause();
    }
    return deepest;
  }

  /** Without credentials and parameters. */
  String shownUrl() {
    return shownUrl;
  }

  /** True if points in time go to and fro as a clock in UTC shows them. */
  boolean showsUtc() {
    return showsUtc;
  }

  Connection take() throws SQLException {
    return pool.getConnection();
  }

  PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(queryTimeout);
    return statement;
  }

  void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(queryTimeout);
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
