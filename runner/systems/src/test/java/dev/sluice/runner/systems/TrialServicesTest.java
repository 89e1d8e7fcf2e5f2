package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The servers for trials, started and stopped by their script, and the examples that need them. */
@Timeout(600)
class TrialServicesTest {
  /** All that a test below starts. */
  private static final Set<String> TRIED =
      Set.of("kafka", "s3", "mqtt", "flume", "kinesis", "hdfs", "postgres");

  @TempDir Path folder;
  private Services services;

  @BeforeEach
  void atPortsOfTheirOwn() throws IOException {
    services = new Services(Files.createDirectories(folder.resolve("services")));
  }

  @AfterEach
  void leavesNoServer() {
    services.close();
  }

  private static Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(Services.ROOT.resolve("scripts/services.d"))) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** The command in a copy of the examples, without what a run by hand left there. */
  private CommandProcess examples(Map<String, String> environment, String... names)
      throws IOException {
    Path all = SharedData.repository().resolve("pipelines");
    Path copies = Files.createDirectories(folder.resolve("pipelines"));
    for (String name : names) {
      try (Stream<Path> files = Files.walk(all.resolve(name))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String below = all.relativize(file).toString();
          if (!below.contains("/checkpoint") && !below.contains("/output")) {
            Path copy = copies.resolve(below);
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
          }
        }
      }
    }
    return new CommandProcess(copies, environment);
  }

  private static String expected(String file) throws IOException {
    return Files.readString(SharedData.repository().resolve("pipelines").resolve(file));
  }

  @Test
  void eachOfThemIsTried() throws IOException {
    assertThat(names()).isEqualTo(new TreeSet<>(TRIED));
  }

  @Test
  void ordersOfATopicBecomeFilesOnS3() throws Exception {
    int broker = services.start("kafka", Map.of());
    int s3 = services.start("s3", Map.of());
    CommandProcess command =
        examples(Map.of("KAFKA", "127.0.0.1:" + broker), "kafka-counts", "kafka-to-s3");
    String server = "s3=http://127.0.0.1:" + s3;
    command.run("run", "kafka-counts/fill.yaml");
    // A second run finds nothing new.
    for (int run = 0; run < 2; run++) {
      command.run("run", "kafka-to-s3/pipeline.yaml", "--trigger", "availableNow", "--set", server);
    }
    assertThat(
            command.run(
                "sql",
                "--settings",
                "kafka-to-s3/pipeline.yaml",
                "--set",
                server,
                "--format",
                "csv",
                "SELECT day, country, count(*) AS orders, sum(amount) AS total"
                    + " FROM parquet.`s3a://trial/orders-by-day` GROUP BY ALL ORDER BY ALL"))
        .isEqualTo(expected("kafka-to-s3/expected/rows.csv"));
    services.stop();
  }

  @Test
  void avroOrdersOfATopicAreSummed() throws Exception {
    int broker = services.start("kafka", Map.of());
    CommandProcess command = examples(Map.of("KAFKA", "127.0.0.1:" + broker), "kafka-avro");
    command.run("run", "kafka-avro/fill.yaml");
    assertThat(command.run("run", "kafka-avro/pipeline.yaml"))
        .endsWith(expected("kafka-avro/expected/totals.txt") + "\n");
    services.stop();
  }

  @Test
  void sensorsReportToTheTerminal() throws Exception {
    int port = services.start("mqtt", Map.of("SLUICE_MQTT_SENSORS", "yes"));
    examples(Map.of("MQTT", "tcp://127.0.0.1:" + port), "mqtt-sensors")
        .runUntil(
            text -> Stream.of("attic", "cellar", "kitchen").allMatch(text::contains),
            "run",
            "mqtt-sensors/pipeline.yaml");
    services.stop();
  }

  @Test
  void whatAgentsSendIsCounted() throws Exception {
    int port = services.start("flume", Map.of());
    examples(Map.of(), "agent-events")
        .runUntil(
            text -> Stream.of("web-1", "web-2", "db-1").allMatch(text::contains),
            "run",
            "agent-events/pipeline.yaml",
            "--set",
            "port=" + port);
    services.stop();
  }

  @Test
  void clicksOfAStreamAreCounted() throws Exception {
    Assumptions.assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "npm"))),
        "npm is not there, and so no Kinesis");
    int port = services.start("kinesis", Map.of());
    CommandProcess command = examples(Map.of(), "clicks");
    String server = "endpoint=http://127.0.0.1:" + port;
    command.run("run", "clicks/fill.yaml", "--set", server);
    List<String> rows =
        List.of(
            "|2026-01-01 00:00:00|/home|     2|    2|",
            "|2026-01-01 00:00:00|/cart|     1|    1|",
            "|2026-01-01 00:01:00|/home|     1|    1|");
    command.runUntil(
        text -> rows.stream().allMatch(text::contains),
        "run",
        "clicks/pipeline.yaml",
        "--set",
        server);
    services.stop();
  }

  @Test
  void filesOnHdfsKeepATableUpToDate() throws Exception {
    String hdfs = "hdfs=hdfs://127.0.0.1:" + services.start("hdfs", Map.of());
    int database = services.start("postgres", Map.of());
    String url = "db=jdbc:postgresql://127.0.0.1:" + database + "/postgres";
    CommandProcess command = examples(Map.of(), "retail", "hdfs-to-s3", "hdfs-to-jdbc");
    command.run("run", "hdfs-to-s3/fill.yaml", "--set", hdfs);
    command.run("run", "hdfs-to-jdbc/pipeline.yaml", "--set", hdfs, "--set", url);
    assertThat(command.run("run", "hdfs-to-jdbc/check.yaml", "--set", url))
        .endsWith(expected("hdfs-to-jdbc/expected/totals.txt") + "\n");
    services.stop();
  }

  @Test
  void aPortThatIsTakenIsToldBeforeAnythingStarts() throws Exception {
    for (String name : TRIED) {
      if (name.equals("flume") || name.equals("kinesis")) {
        // One does not listen; the other asks for npm first.
        continue;
      }
      try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        String variable = Services.variable(name);
        Services.Result result =
            services.call(name, "start", Map.of(variable, Integer.toString(taken.getLocalPort())));
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
            .isEqualTo(
                "services: port %d is taken; end what listens there, or name another one in %s\n"
                    .formatted(taken.getLocalPort(), variable));
      }
      assertThat(services.call(name, "status", Map.of()).code()).isEqualTo(1);
    }
  }

  @Test
  void saysWhichServicesThereAre() throws Exception {
    Services.Result result = services.call("kafak", "start", Map.of());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("usage: scripts/services NAME start|stop|status");
    for (String name : names()) {
      assertThat(result.err()).contains(" " + name + " ");
    }
  }
}
