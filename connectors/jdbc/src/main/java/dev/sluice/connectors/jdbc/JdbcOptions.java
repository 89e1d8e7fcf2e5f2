package dev.sluice.connectors.jdbc;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options that source and sink share, with Spark's names. */
final class JdbcOptions {
  private JdbcOptions() {}

  static List<Option> with(Option... own) {
    List<Option> all =
        new ArrayList<>(
            List.of(
                Option.text("url", "The address, such as jdbc:postgresql://localhost/shop")
                    .mandatory(),
                Option.text("user", "Who connects"),
                Option.text("password", "The user's password").hidden(),
                Option.text(
                    "driver", "The class of the driver, where the address does not tell it"),
                Option.integer("queryTimeout", "Seconds that a statement may take; 0 is no limit")
                    .orElse("0")
                    .atLeast(0),
                Option.duration(
                        "retryTimeout",
                        "How long a lost connection, a lock or a restart of the database is waited"
                            + " out; 0s gives up at once")
                    .orElse("60s"),
                Option.duration(
                        "socketTimeout",
                        "How long the database may be silent on a statement before the connection"
                            + " counts as lost; 0s waits for as long as it is there")
                    .orElse("0s"),
                Option.text(
                    "sessionInitStatement", "A statement that each new connection runs first")));
    all.addAll(List.of(own));
    return List.copyOf(all);
  }

  /** A slip in the name of a database that many have; any other name may have a driver. */
  private static void checkDatabase(String url, Options options, Problems problems) {
    String database = JdbcUrl.database(url);
    if (DATABASES.contains(database)) {
      return;
    }
    Optional<String> other = Optional.ofNullable(OTHER_NAMES.get(database));
    other
        .or(() -> slip(database))
        .ifPresent(
            near ->
                problems.error(
                    "invalid-option-value",
                    options.at("url"),
                    "'" + JdbcUrl.shown(url) + "' names the database '" + database + "'",
                    "did you mean 'jdbc:"
                        + near
                        + ":'? for a driver of that name say its class in 'driver'"));
  }

  /** Short names are near to each other, and drivers for them there may be. */
  private static Optional<String> slip(String database) {
    Optional<String> near =
        database.length() < 8
            ? DATABASES.stream()
                .filter(known -> known.length() > 3 && Names.isOneSlip(known, database))
                .findFirst()
            : Names.nearest(database, DATABASES);
    return near.or(
        () ->
            DATABASES.stream()
                .filter(known -> database.length() > 3 && known.startsWith(database))
                .findFirst());
  }

  /** What people call some databases, and their drivers do not. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of("pgsql", "postgresql", "psql", "postgresql", "mssql", "sqlserver");

  private static final List<String> DATABASES =
      List.of(
          "postgresql",
          "mysql",
          "mariadb",
          "sqlserver",
          "oracle",
          "sqlite",
          "h2",
          "db2",
          "derby",
          "duckdb",
          "hsqldb",
          "snowflake",
          "redshift",
          "clickhouse",
          "trino");

  static void checkUrl(Options options, Problems problems) {
    String url = options.find("url").orElse("");
    if (!url.isEmpty() && !url.startsWith("jdbc:")) {
      problems.error(
          "invalid-option-value",
          options.at("url"),
          "'" + JdbcUrl.shown(url) + "' is no JDBC address",
          "it starts with 'jdbc:', such as jdbc:postgresql://localhost/shop");
    }
    if (url.startsWith("jdbc:") && options.find("driver").isEmpty()) {
      checkDatabase(url, options, problems);
    }
    JdbcUrl.danger(url)
        .ifPresent(
            name ->
                problems.error(
                    "unsafe-url",
                    options.at("url"),
                    JdbcParameters.isDangerous(name)
                        ? "the parameter '" + name + "' lets the address run code or read files"
                        : "the parameter '" + name + "' is none that is known to be harmless",
                    JdbcParameters.near(url, name)
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse(
                            "leave it out; 'sessionInitStatement' runs a statement on each"
                                + " connection")));
  }
}
