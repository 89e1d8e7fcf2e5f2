package dev.sluice.runner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.JavaProcess;
import dev.sluice.operators.testing.SharedData;
import dev.sluice.runner.pipeline.Secrets;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Queries over the memory tables of pipelines that run in processes of their own. */
@Timeout(300)
class AttachTest {
  private static final String PIPELINE =
      """
      name: %s
      source: {format: rate-micro-batch, options: {rowsPerBatch: 5, numPartitions: 2}}
      trigger: {processingTime: 20 milliseconds}
      sink: {format: memory%s}
      """;

  @TempDir Path folder;

  @BeforeEach
  void useOwnFolder() {
    System.setProperty("sluice.attach.folder", folder.resolve("sockets").toString());
  }

  @AfterEach
  void clear() {
    System.clearProperty("sluice.attach.folder");
  }

  private Process start(String name, String more) throws IOException {
    return start(
        name, Files.writeString(folder.resolve(name + ".yaml"), PIPELINE.formatted(name, more)));
  }

  private Process start(String name, Path file) throws IOException {
    return JavaProcess.of(
            List.of("-Xmx128m", "-Dsluice.attach.folder=" + folder.resolve("sockets")),
            Main.class.getName(),
            "run",
            file.toString())
        .redirectErrorStream(true)
        .redirectOutput(new File(folder.toFile(), name + ".out"))
        .start();
  }

  private Command.Result sql(String... words) {
    return Command.run(
        folder, Stream.concat(Stream.of("sql"), List.of(words).stream()).toArray(String[]::new));
  }

  /** Of the greatest of no rows nothing is printed. */
  private static long number(String csv) {
    String text = csv.lines().skip(1).findFirst().orElse("");
    return text.isEmpty() || text.startsWith("\"") ? -1 : Long.parseLong(text);
  }

  /** The number that a query gives, once it is more than {@code least}. */
  private long more(Process process, String attach, String query, long least) throws IOException {
    while (true) {
      assertThat(process.isAlive()).as(Files.readString(folder.resolve("visits.out"))).isTrue();
      Command.Result result = sql("--attach", attach, query, "--format", "csv");
      if (result.code() == 0) {
        long found = number(result.out());
        if (found > least) {
          return found;
        }
      }
    }
  }

  @Test
  void aTableIsQueriedWhileItsPipelineRuns() throws Exception {
    Process process = start("visits", "");
    try {
      long rows = more(process, "visits", "SELECT count(*) FROM visits", 0);
      assertThat(rows % 5).as("at the border of a batch").isZero();
      String number = Long.toString(process.pid());
      assertThat(more(process, number, "SELECT count(*) FROM Visits", rows)).isGreaterThan(rows);
      String socket = "sockets/" + number + ".sock";
      more(process, socket, "SELECT max(v.value) FROM visits v JOIN visits w USING (value)", 10);
      assertThat(sql("--attach", "visits").out())
          .matches("visits  \\d+ rows, batch \\d+  \\(timestamp timestamp, value bigint\\)\n");
      assertThat(lines("{\"id\": 1, \"sql\": \"SELECT min(value) AS least FROM visits\"}"))
          .contains("\"least\"", "\"rows\":[[0]]");
      Command.Result wrong = sql("--attach", "visit", "SELECT 1");
      assertThat(wrong.code()).isEqualTo(Main.WRONG);
      assertThat(wrong.err())
          .contains(
              "no pipeline 'visit' with a 'memory' sink is running",
              "did you mean 'visits'? running: visits (process " + number + ")");
      assertThat(sql("--attach", "visits", "SELECT * FROM visit").err())
          .contains("did you mean 'visits'?");
    } finally {
      process.destroyForcibly().waitFor();
    }
    Command.Result gone = sql("--attach", "visits", "SELECT 1");
    assertThat(gone.code()).isEqualTo(Main.WRONG);
    assertThat(gone.err()).contains("none is running");
  }

  @Test
  void theExampleIsLookedAtWhileItRuns() throws Exception {
    Path example = SharedData.repository().resolve("pipelines/live-table/pipeline.yaml");
    Process process = start("live-table", example);
    try {
      String rows;
      do {
        assertThat(process.isAlive())
            .as(Files.readString(folder.resolve("live-table.out")))
            .isTrue();
        rows =
            sql(
                    "--attach",
                    "live-table",
                    "SELECT country, visits FROM `live-table` ORDER BY country",
                    "--format",
                    "csv")
                .out();
      } while (rows.lines().count() < 5);
      assertThat(rows.replaceAll(",[0-9]+\n", ",N\n"))
          .isEqualTo("country,visits\nDE,N\nFR,N\nIT,N\nUS,N\n");
      assertThat(sql("--attach", "live-table").out())
          .contains("4 rows", "(country string, visits bigint, latest timestamp)");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private String lines(String request) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, UTF_8);
    Console console =
        new Console(
            new ByteArrayInputStream((request + "\n").getBytes(UTF_8)),
            print,
            print,
            false,
            folder,
            Map.of(),
            new Secrets());
    Main.run(List.of("sql", "--attach", "visits", "--lines"), console);
    return out.toString(UTF_8);
  }

  @Test
  void twoPipelinesOfOneNameAreToldApartByProcess() throws Exception {
    Process one = start("visits", "");
    Process two = start("visits", ", options: {maxRows: 7}");
    try {
      String query = "SELECT max(value) FROM visits";
      more(one, Long.toString(one.pid()), query, 20);
      more(two, Long.toString(two.pid()), query, 20);
      assertThat(sql("--attach", "visits", "SELECT 1").err())
          .contains("several pipelines 'visits' are running", Long.toString(one.pid()));
      Command.Result bounded =
          sql("--attach", Long.toString(two.pid()), "SELECT count(*) AS n FROM visits");
      assertThat(bounded.out()).contains("7");
      assertThat(bounded.err()).contains("note: 'visits' is full: its ", "oldest rows");
    } finally {
      one.destroyForcibly().waitFor();
      two.destroyForcibly().waitFor();
    }
  }

  @Test
  void aSocketThatIsNotThereIsTold() {
    assertThat(sql("--attach", "no/such.sock", "SELECT 1").err())
        .contains("there is no socket 'no/such.sock'");
    assertThat(sql("--attach", "visits", "SELECT 1").err())
        .contains("none is running; add 'sink: {format: memory}'");
  }
}
