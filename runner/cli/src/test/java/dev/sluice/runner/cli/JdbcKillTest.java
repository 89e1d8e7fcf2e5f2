package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.testing.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
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
  private static final int FILES = KilledRuns.FILES;

  @TempDir Path folder;

  @Test
  void tablesAreThoseOfARunNobodyDisturbed() throws Exception {
    KilledRuns runs = new KilledRuns(folder);
    runs.writeInput(FILES);
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setPort(FreePort.find())
            .setPGStartupWait(Duration.ofMinutes(5))
            .start()) {
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
      long all = (long) FILES * KilledRuns.ROWS;
      assertThat(rows(url, "SELECT id FROM rows ORDER BY id"))
          .containsExactlyElementsOf(
              LongStream.range(0, all).filter(id -> id % 3 != 0).mapToObj(Long::toString).toList());
      List<String> expected = new ArrayList<>();
      for (int c = 0; c < 4; c++) {
        int country = c;
        long[] ids = LongStream.range(0, all).filter(id -> id % 4 == country).toArray();
        expected.add("c" + c + "|" + ids.length + "|" + Arrays.stream(ids).sum());
      }
      assertThat(rows(url, "SELECT country || '|' || n || '|' || total FROM totals ORDER BY 1"))
          .isEqualTo(expected);
    }
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
