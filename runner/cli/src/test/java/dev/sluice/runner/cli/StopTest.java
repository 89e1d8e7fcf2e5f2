package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.connectors.testing.Wait;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is told to stop is gone within ten seconds, whatever its batch hangs in, and the
 * next run does that batch.
 */
@Timeout(600)
class StopTest {
  private static final long STOP_MILLIS = 10_000;

  @TempDir Path folder;
  private PipelineFolder bench;
  private final Ticks ticks = new Ticks();

  @BeforeEach
  void opens() throws IOException {
    bench = new PipelineFolder(folder);
    bench.put("in/0.csv", "0,a\n");
  }

  @AfterEach
  void endsTheTicks() {
    ticks.close();
  }

  private void pipeline(String sink) throws IOException {
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        sink: %s
        checkpointLocation: cp
        """
            .formatted(sink));
  }

  /** Starts it, tells it to stop as soon as it hangs, and requires that it ends in time. */
  private void stopsWhen(Callable<Boolean> hangs) throws Exception {
    long begun = ticks.millis();
    Process process = bench.start(List.of("-Xmx128m"), "--progress", "none");
    try {
      stopsWhen(hangs, process, begun);
    } finally {
      process.destroyForcibly();
    }
  }

  private void stopsWhen(Callable<Boolean> hangs, Process process, long begun) throws Exception {
    while (!Files.exists(folder.resolve("cp/offsets/0")) || !hangs.call()) {
      assertThat(process.isAlive()).as(Files.readString(folder.resolve("stderr"))).isTrue();
      Wait.aMoment();
    }
    long start = ticks.millis() - begun;
    long told = ticks.millis();
    // Not by the process itself, which would close its streams.
    process.toHandle().destroy();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("stderr"))).isIn(0, 143);
    // A machine that is slow to start a process is slow to end it.
    assertThat(ticks.millis() - told).as("ms").isLessThan(STOP_MILLIS + start);
  }

  private void theNextRunComesThrough() throws Exception {
    Command.Result result = bench.end(bench.start(List.of(), "--trigger", "availableNow"));
    assertThat(result.code()).as(result.err()).isZero();
  }

  private boolean isThere(String name) {
    return Files.exists(folder.resolve(name));
  }

  @Test
  void inAProgramThatRunsOnAndOn() throws Exception {
    pipeline(
        "{format: foreachBatch, options: {command: [sh, -c, 'echo $$ > pid; cat > rows;"
            + " test -f well || sleep 1000']}}");
    stopsWhen(() -> isThere("pid"));
    long program = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    assertThat(ProcessHandle.of(program).filter(ProcessHandle::isAlive)).isEmpty();
    bench.put("well", "");
    theNextRunComesThrough();
    assertThat(Files.readString(folder.resolve("rows"))).contains("\"id\":0");
  }

  @Test
  void betweenTwoAttemptsOfARequest() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    int[] asked = new int[1];
    int[] answer = {503};
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("Retry-After", "120");
          exchange.sendResponseHeaders(answer[0], -1);
          exchange.close();
          asked[0]++;
        });
    server.start();
    try {
      pipeline(http(server.getAddress().getPort()));
      stopsWhen(() -> asked[0] > 0);
      answer[0] = 200;
      theNextRunComesThrough();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void atAServerThatTakesARequestAndDoesNotAnswer() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      pipeline(http(server.getLocalPort()));
      boolean[] taken = new boolean[1];
      Thread listener =
          new Thread(
              () -> {
                try (var connection = server.accept()) {
                  taken[0] = connection.getInputStream().read() >= 0;
                  server.accept();
                } catch (IOException e) {
                  // The test is over.
                }
              });
      listener.setDaemon(true);
      listener.start();
      stopsWhen(() -> taken[0]);
    }
  }

  private static String http(int port) {
    return "{format: http, options: {url: 'http://127.0.0.1:" + port + "/', timeout: 10 minutes}}";
  }

  /** Nothing reaches a thread that waits for the other end of a pipe. */
  @Test
  void inACallThatNoInterruptReaches() throws Exception {
    Path pipe = folder.resolve("in/0.csv");
    Files.delete(pipe);
    assumeThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    pipeline("{format: json, path: out}");
    stopsWhen(() -> true);
    Files.delete(pipe);
    bench.put("in/0.csv", "0,a\n");
    theNextRunComesThrough();
    assertThat(bench.rows()).containsExactly("{\"id\":0,\"word\":\"a\"}");
  }

  @Test
  void whereNobodyReadsWhatItPrints() throws Exception {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      rows.append(i).append(",a\n");
    }
    bench.put("in/1.csv", rows.toString());
    pipeline("{format: console, options: {numRows: 100000}}");
    long begun = ticks.millis();
    Process process =
        new ProcessBuilder(bench.java(List.of("-Xmx128m"), "--progress", "none"))
            .directory(folder.toFile())
            .redirectError(folder.resolve("stderr").toFile())
            .start();
    try {
      stopsWhen(() -> process.getInputStream().available() > 60_000, process, begun);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void atATableThatAnotherHasLocked() throws Exception {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setPort(FreePort.find())
            .setPGStartupWait(Duration.ofMinutes(5))
            .start()) {
      String url = server.getJdbcUrl("postgres", "postgres");
      pipeline("{format: jdbc, options: {url: '" + url + "', dbtable: t}}");
      try (Connection other = DriverManager.getConnection(url);
          Statement statement = other.createStatement()) {
        statement.execute("CREATE TABLE t (id bigint, word text)");
        other.setAutoCommit(false);
        statement.execute("LOCK TABLE t IN SHARE MODE");
        stopsWhen(() -> number(url, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
        other.rollback();
      }
      theNextRunComesThrough();
      assertThat(number(url, "SELECT count(*) FROM t")).isEqualTo(1);
    }
  }

  private static long number(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      found.next();
      return found.getLong(1);
    }
  }

  @Test
  void atBrokersThatAreAway() throws Exception {
    try (Broker broker = new Broker(folder.resolve("broker"))) {
      broker.create("t", 1);
      pipeline(
          "{format: kafka, options: {kafka.bootstrap.servers: '%s', topic: t}, valueFormat: json}"
              .formatted(broker.servers()));
      boolean[] away = new boolean[1];
      stopsWhen(
          () -> {
            if (!away[0] && isThere("cp/commits/0")) {
              broker.kill();
              away[0] = true;
              bench.put("in/1.csv", "1,a\n");
            }
            return away[0] && isThere("cp/offsets/1");
          });
      broker.start();
      theNextRunComesThrough();
      assertThat(broker.values("t"))
          .containsExactlyInAnyOrder("{\"id\":0,\"word\":\"a\"}", "{\"id\":1,\"word\":\"a\"}");
    }
  }
}
