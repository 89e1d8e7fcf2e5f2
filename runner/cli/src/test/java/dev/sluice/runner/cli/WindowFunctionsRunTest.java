package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Window functions where a pipeline has all the rows they look at. */
class WindowFunctionsRunTest {
  @TempDir Path folder;

  private void arrive(String name, String rows) throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("in").resolve(name), "country,amount\n" + rows);
  }

  @Test
  void rankTheGroupsOfEachBatchByThemselves() throws IOException {
    Files.writeString(
        folder.resolve("p.yaml"),
        """
        name: q
        source:
          format: csv
          path: in
          options: {header: true}
          schema: {country: string, amount: int}
        steps:
          - groupBy: {keys: [country], agg: {total: sum(amount)}, perBatch: true}
          - select: [country, rank() OVER (ORDER BY total DESC) AS place]
        trigger: availableNow
        sink: {format: console}
        checkpointLocation: ck
        """);
    arrive("a.csv", "DE,1\nFR,2\nIT,2\n");
    Command.Result first = Command.run(folder, "run", "p.yaml");
    assertThat(first.err()).isEmpty();
    assertThat(first.out()).contains("|     FR|    1|", "|     IT|    1|", "|     DE|    3|");
    arrive("b.csv", "DE,5\n");
    assertThat(Command.run(folder, "run", "p.yaml").out()).contains("|     DE|    1|");
  }

  @Test
  void areComputedOverTheRowsOfATableInSql() throws IOException {
    Command.Result result =
        Command.run(
            folder,
            "sql",
            "SELECT id, sum(id) OVER (ORDER BY id ROWS 1 PRECEDING) AS s FROM range(3)");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("|2  |3  |", "|1  |1  |");
  }
}
