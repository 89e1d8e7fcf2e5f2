package dev.sluice.runner.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The workloads as one batch query on DuckDB, two threads, no checkpoints: {@code WORKLOAD IN
 * WORK}.
 */
final class DuckRival {
  private DuckRival() {}

  public static void main(String[] args) throws Exception {
    String input =
        args[0].equals("etl-parquet")
            ? "read_parquet('" + args[1] + "/*.parquet')"
            : "read_csv('"
                + args[1]
                + "/*.csv', header=true, columns={'event_time':'TIMESTAMP','user_id':'BIGINT','country':'VARCHAR','device':'VARCHAR',"
                + "'page':'VARCHAR','amount':'DOUBLE','note':'VARCHAR'})";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads=2");
      statement.execute("SET preserve_insertion_order=false");
      switch (args[0]) {
        case "etl", "etl-parquet" ->
            statement.execute(
                "COPY (SELECT event_time, user_id, country, upper(device) device, page, amount, amount * 1.21 gross,"
                    + " CAST(event_time AS DATE) AS day, note FROM "
                    + input
                    + " WHERE amount > 10 AND country <> 'US') TO '"
                    + args[2]
                    + "/out.parquet' (FORMAT parquet, COMPRESSION snappy)");
        case "totals" ->
            statement
                .executeQuery(
                    "SELECT country, device, count(*) n, sum(amount) s FROM "
                        + input
                        + " GROUP BY ALL")
                .close();
        case "windows" -> windows(statement, "event_time", input, args[2]);
        case "sliding" ->
            windows(
                statement, "event_time - to_minutes(k)", input + ", range(10) AS r(k)", args[2]);
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }

  private static void windows(Statement statement, String time, String input, String work)
      throws SQLException {
    statement.execute(
        "COPY (SELECT date_trunc('minute', "
            + time
            + ") w, country, device, count(*) n, sum(amount) s, avg(amount) a FROM "
            + input
            + " GROUP BY ALL) TO '"
            + work
            + "/out.parquet' (FORMAT parquet, COMPRESSION snappy)");
  }
}
