package dev.sluice.connectors.jdbc;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import java.util.ArrayList;
import java.util.List;

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
                Option.text(
                    "sessionInitStatement", "A statement that each new connection runs first")));
    all.addAll(List.of(own));
    return List.copyOf(all);
  }

  /** A slip in the name of a database that many have; any other name may have a driver. */
  private static void checkDatabase(String url, Options options, Problems problems) {
    int from = "jdbc:".length();
    int end = url.indexOf(':', from);
    String database = end < 0 ? url.substring(from) : url.substring(from, end);
    if (DATABASES.contains(database)) {
      return;
    }
    Names.nearest(database, DATABASES)
        .or(
            () ->
                DATABASES.stream()
                    .filter(d -> database.length() > 3 && d.startsWith(database))
                    .findFirst())
        .ifPresent(
            near ->
                problems.error(
                    "invalid-option",
                    options.at("url"),
                    "'" + JdbcUrl.shown(url) + "' names the database '" + database + "'",
                    "did you mean 'jdbc:"
                        + near
                        + ":'? for a driver of that name say its class in 'driver'"));
  }

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
          "invalid-option",
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
                    "the parameter '" + name + "' lets the address run code or read files",
                    "leave it out; 'sessionInitStatement' runs a statement on each connection"));
  }
}
