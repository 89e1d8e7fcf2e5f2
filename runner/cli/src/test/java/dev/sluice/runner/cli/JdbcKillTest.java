package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.testing.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables hold each row once, and the last state of each key, however often the process dies. */
class JdbcKillTest {
  private static final String TOTALS =
      "SELECT country || '|' || n || '|' || total FROM totals ORDER BY 1";

  @TempDir Path folder;

  private static EmbeddedPostgres server() throws IOException {
    return EmbeddedPostgres.builder()
        .setPort(FreePort.find())
        .setPGStartupWait(Duration.ofMinutes(5))
        .start();
  }

  @Test
  void tablesAreThoseOfARunNobodyDisturbed() throws Exception {
    KilledRuns runs = new KilledRuns(folder);
    try (EmbeddedPostgres server = server()) {
      String url = server.getJdbcUrl("postgres", "postgres");
      Path pipeline =
          runs.pipeline(
              """
              name: kill-tables
              source:
                format: csv
                path: input
                options: {maxFilesPerTrigger: 1}
                schema: {id: bigint, country: string}
              views:
                rows:
                  - from: source
                  - where: id % 3 <> 0
                totals:
                  - from: source
                  - groupBy:
                      keys: [country]
                      agg: {n: count(*), total: sum(id)}
              trigger: availableNow
              sinks:
                - {from: rows, format: jdbc, options: {url: "URL", dbtable: rows}}
                - from: totals
                  format: jdbc
                  outputMode: update
                  options: {url: "URL", dbtable: totals, keys: [country]}
              checkpointLocation: checkpoint
              """
                  .replace("URL", url));
      runs.killAndRestart(pipeline);
      long all = runs.rows();
      assertThat(rows(url, "SELECT id FROM rows ORDER BY id"))
          .containsExactlyElementsOf(
              LongStream.range(0, all).filter(id -> id % 3 != 0).mapToObj(Long::toString).toList());
      assertThat(rows(url, TOTALS)).isEqualTo(totals(all));
    }
  }

  /**
   * A table that each batch replaces: also while no process lives it is that of one batch, whole,
   * and never an older one than before.
   */
  @Test
  void tableThatIsReplacedIsThatOfOneBatchAfterEachKill() throws Exception {
    KilledRuns runs = new KilledRuns(folder);
    try (EmbeddedPostgres server = server()) {
      String url = server.getJdbcUrl("postgres", "postgres");
      Path pipeline =
          runs.pipeline(
              """
              name: kill-replaced
              source:
                format: csv
                path: input
                options: {maxFilesPerTrigger: 1}
                schema: {id: bigint, country: string}
              steps:
                - groupBy:
                    keys: [country]
                    agg: {n: count(*), total: sum(id)}
              trigger: availableNow
              sink:
                format: jdbc
                outputMode: complete
                options: {url: "URL", dbtable: totals}
              checkpointLocation: checkpoint
              """
                  .replace("URL", url));
      long[] seen = {0};
      runs.killAndRestart(
          pipeline,
          () -> {
            if (rows(url, "SELECT tablename FROM pg_tables WHERE tablename = 'totals'").isEmpty()) {
              return;
            }
            List<String> totals = rows(url, TOTALS);
            long rows = totals.stream().mapToLong(t -> Long.parseLong(t.split("\\|")[1])).sum();
            assertThat(totals).isEqualTo(totals(rows));
            assertThat(rows % KilledRuns.ROWS).isZero();
            assertThat(rows).isGreaterThanOrEqualTo(seen[0]);
            seen[0] = rows;
          });
      assertThat(seen[0]).isPositive();
      assertThat(rows(url, TOTALS)).isEqualTo(totals(runs.rows()));
    }
  }

  /** What {@link #TOTALS} gives for so many rows. */
  private static List<String> totals(long rows) {
    List<String> totals = new ArrayList<>();
    for (int c = 0; c < 4; c++) {
      int country = c;
      long[] ids = LongStream.range(0, rows).filter(id -> id % 4 == country).toArray();
      if (ids.length > 0) {
        totals.add("c" + c + "|" + ids.length + "|" + Arrays.stream(ids).sum());
      }
    }
    return totals;
  }

  private static List<String> rows(String url, String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (found.next()) {
        rows.add(found.getString(1));
      }
      return rows;
    }
  }
}
