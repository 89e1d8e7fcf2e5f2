package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.testing.SharedData;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples that need a server, as their README says, against real ones. */
@Timeout(300)
class ServiceExamplesTest {
  private static final Path PIPELINES = SharedData.repository().resolve("pipelines");

  @TempDir Path folder;

  @BeforeEach
  void copies() throws IOException {
    for (String name :
        List.of(
            "kafka-counts",
            "kafka-alerts",
            "jdbc-join",
            "http-orders",
            "foreach-batch",
            "retail")) {
      try (Stream<Path> all = Files.walk(PIPELINES.resolve(name))) {
        for (Path path : all.toList()) {
          String below = PIPELINES.relativize(path).toString();
          if (!below.contains("/checkpoint") && !below.contains("/output")) {
            Path target = folder.resolve(below);
            Files.createDirectories(target.getParent());
            Files.copy(path, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
          }
        }
      }
    }
  }

  private String call(String name, Map<String, String> environment, String... words) {
    Command.Result result = Command.run(folder.resolve(name), environment, words);
    assertThat(result.code()).as(result.out() + result.err()).isZero();
    return result.out();
  }

  private String expected(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }

  @Test
  void countsOrdersFromTopicToTopic() throws IOException {
    Broker broker = Broker.shared();
    broker.create("orders", 2);
    broker.create("orders-per-minute", 2);
    Map<String, String> kafka = Map.of("KAFKA", broker.servers());
    call("kafka-counts", kafka, "run", "fill.yaml");
    assertThat(call("kafka-counts", kafka, "validate", "--connect", "pipeline.yaml"))
        .contains("topic 'orders' (2 partitions)", "topic 'orders-per-minute' (2 partitions)");
    for (int run = 0; run < 2; run++) {
      call("kafka-counts", kafka, "run", "pipeline.yaml", "--trigger", "availableNow");
    }
    assertThat(call("kafka-counts", kafka, "run", "check.yaml"))
        .endsWith(expected("kafka-counts/expected/counts.txt") + "\n");
  }

  @Test
  void passesLargeOrdersOnAsTheyCome() throws Exception {
    Broker broker = Broker.shared();
    broker.create("orders-to-watch", 2);
    broker.create("large-orders", 1);
    Map<String, String> kafka = Map.of("KAFKA", broker.servers());
    call("kafka-alerts", kafka, "run", "fill.yaml");
    FutureTask<Command.Result> task =
        new FutureTask<>(
            () -> Command.run(folder.resolve("kafka-alerts"), kafka, "run", "pipeline.yaml"));
    Thread runner = new Thread(task, "alerts");
    runner.start();
    awaitLargeOrders(broker, 2, runner);
    call("kafka-alerts", kafka, "run", "fill.yaml", "--checkpoint", "fill-again");
    awaitLargeOrders(broker, 4, runner);
    runner.interrupt();
    Command.Result ended = task.get();
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(call("kafka-alerts", kafka, "run", "check.yaml").lines())
        .filteredOn(line -> line.startsWith("|"))
        .containsExactlyInAnyOrder(
            "|country|amount| gross|",
            "|     DE|1250.0|1512.5|",
            "|     FR|3000.0|3630.0|",
            "|     DE|1250.0|1512.5|",
            "|     FR|3000.0|3630.0|");
  }

  private static void awaitLargeOrders(Broker broker, int count, Thread runner) {
    while (broker.values("large-orders").size() < count && runner.isAlive()) {
      Wait.aMoment();
    }
  }

  @Test
  void joinsAStreamWithATableOfADatabase() throws IOException {
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setPort(FreePort.find())
            .setPGStartupWait(Duration.ofMinutes(5))
            .start()) {
      String database = "db=jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
      for (int run = 0; run < 2; run++) {
        call("jdbc-join", Map.of(), "run", "fill.yaml", "--set", database);
      }
      assertThat(
              call(
                  "jdbc-join",
                  Map.of(),
                  "validate",
                  "--connect",
                  "--set",
                  database,
                  "pipeline.yaml"))
          .contains("source 'customers' (jdbc): JDBCRelation(customers)", "with 3 columns");
      // How many workers there are decides the order of rows.
      assertThat(call("jdbc-join", Map.of(), "run", "pipeline.yaml", "--set", database).lines())
          .containsExactlyInAnyOrderElementsOf(
              expected("jdbc-join/expected/stdout.txt").lines().toList());
    }
  }

  @Test
  void postsOrdersToAServer() throws IOException {
    Map<String, String> bodies = Collections.synchronizedMap(new TreeMap<>());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/orders",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          if (exchange.getRequestMethod().equals("POST")) {
            bodies.put(
                exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                new String(body, StandardCharsets.UTF_8));
          }
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "url=http://127.0.0.1:" + server.getAddress().getPort() + "/orders";
      call("http-orders", Map.of(), "validate", "--connect", "--set", url, "pipeline.yaml");
      assertThat(bodies).isEmpty();
      call("http-orders", Map.of(), "run", "pipeline.yaml", "--set", url);
      assertThat(String.join("", bodies.values()))
          .contains("{\"invoice\":\"536477\",\"country\":\"United Kingdom\",\"amount\":");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void givesEachBatchToAProgram() throws IOException {
    for (int run = 0; run < 2; run++) {
      call("foreach-batch", Map.of(), "run", "pipeline.yaml");
    }
    List<String> names = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder.resolve("foreach-batch/output"))) {
      all.forEach(path -> names.add(path.getFileName().toString()));
    }
    assertThat(names).containsExactlyInAnyOrder("batch-0.json", "batch-1.json");
    for (String name : names) {
      assertThat(expected("foreach-batch/output/" + name))
          .isEqualTo(expected("foreach-batch/expected/" + name));
    }
  }
}
