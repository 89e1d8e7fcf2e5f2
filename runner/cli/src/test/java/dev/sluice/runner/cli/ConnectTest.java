package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code validate --connect}, where no client library is needed. */
class ConnectTest {
  @TempDir Path folder;

  private Command.Result connect(String text, String... more) throws IOException {
    Files.writeString(folder.resolve("p.yaml"), text);
    List<String> words = new ArrayList<>(List.of("validate", "--connect"));
    words.addAll(List.of(more));
    words.add("p.yaml");
    return Command.run(folder, words.toArray(String[]::new));
  }

  private List<String> filesThere() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(path -> folder.relativize(path).toString()).sorted().toList();
    }
  }

  @Test
  void tellsWhatIsThereAndLeavesNothingBehind() throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("in/a.csv"), "1\n");
    Files.writeString(folder.resolve("in/b.csv"), "2\n");
    String text =
        """
        name: p
        source: {format: csv, path: in, schema: "id int"}
        sink: {format: json, path: out/deep}
        checkpointLocation: cp
        """;
    Files.writeString(folder.resolve("p.yaml"), text);
    List<String> before = filesThere();
    Command.Result result = connect(text);
    assertThat(result.out().replace(folder.toString(), "DIR"))
        .isEqualTo(
            """
            p.yaml:2:18: note: source (csv): 'DIR/in' with 2 files
            p.yaml:3:16: note: sink 'json': 'DIR/out/deep' can be written
            p.yaml:4:21: note: checkpoint: 'DIR/cp' can be written
            p.yaml: valid
            """);
    assertThat(result.code()).isZero();
    assertThat(filesThere()).isEqualTo(before);
  }

  @Test
  void everythingThatCannotBeUsedIsToldAtOnceWithItsPlaceAndARemedy() throws IOException {
    Files.writeString(folder.resolve("file"), "");
    int port = FreePort.find();
    Command.Result result =
        connect(
            """
            name: p
            sources:
              lines: {format: socket, options: {host: 127.0.0.1, port: %d}}
              orders: {format: csv, path: missing, schema: "value string"}
            steps:
              - from: lines
              - union: [orders]
            sinks:
              - {format: text, path: file/below}
              - format: http
                options: {url: "http://127.0.0.1:%d/in?token=secret"}
              - format: foreachBatch
                options: {command: [./no-such-program, x]}
            checkpointLocation: file/cp
            """
                .formatted(port, port));
    assertThat(result.out().replace(folder.toString(), "DIR"))
        .contains(
            "p.yaml:3:60: error[socket-unreachable]: cannot connect to '127.0.0.1:" + port,
            "p.yaml:4:20: error[PATH_NOT_FOUND]: source 'orders' (csv): the path 'DIR/missing' does"
                + " not exist; create the folder",
            "p.yaml:9:26: error[file-unwritable]: nothing can be written to 'DIR/file/below':",
            "p.yaml:11:20: error[http-failed]: 'http://127.0.0.1:"
                + port
                + "/in' cannot be reached",
            "p.yaml:13:24: error[program-not-found]: there is no program './no-such-program'",
            "p.yaml:14:21: error[checkpoint-unavailable]: nothing can be written to the checkpoint"
                + " 'DIR/file/cp'",
            "p.yaml: valid, but 6 connection problems")
        .doesNotContain("secret");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void aFileThatIsWrongIsNotConnected() throws IOException {
    Command.Result result =
        connect(
            """
            name: p
            source: {format: csv, path: missing, schema: "id int"}
            steps:
              - where: amuont > 1
            sink: {format: console}
            """);
    assertThat(result.out()).contains("unknown-column").doesNotContain("PATH_NOT_FOUND");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void columnsThatOnlyLookingTellsAreCheckedToo() throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("in/a.csv"), "id,amount\n1,2\n");
    Command.Result result =
        connect(
            """
            name: p
            source: {format: csv, path: in, options: {header: true, inferSchema: true}}
            steps:
              - where: amuont > 1
            sink: {format: json, path: out}
            checkpointLocation: cp
            """);
    assertThat(result.out())
        .contains(
            "p.yaml:4:12: error[unknown-column]: unknown column 'amuont'; did you mean 'amount'?");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() throws IOException {
    // Takes connections, and says nothing.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Command.Result result =
          connect(
              """
              name: p
              source: {format: rate}
              sink: {format: http, options: {url: "http://127.0.0.1:%d/"}}
              checkpointLocation: cp
              """
                  .formatted(silent.getLocalPort()),
              "--connect-timeout",
              "3s");
      assertThat(result.out()).contains("error[http-failed]", "no answer within the time");
      assertThat(result.code()).isEqualTo(1);
    }
  }

  @Test
  void httpIsAskedWithoutSendingRowsAndARefusalIsTold() throws IOException {
    List<String> methods = Collections.synchronizedList(new ArrayList<>());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          methods.add(exchange.getRequestMethod());
          boolean known = "Bearer x".equals(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(known ? 405 : 401, -1);
          exchange.close();
        });
    server.start();
    try {
      String text =
          """
          name: p
          source: {format: rate}
          sink: {format: http, options: {url: "http://127.0.0.1:%d/in"%s}}
          checkpointLocation: cp
          """;
      int port = server.getAddress().getPort();
      assertThat(connect(text.formatted(port, "")).out())
          .contains("does not let us in: it answers 401; give credentials");
      Command.Result well =
          connect(text.formatted(port, ", header.Authorization: Bearer x"), "--format", "json");
      assertThat(well.code()).as(well.out()).isZero();
      Map<String, Object> told = Json.parseObject(well.out());
      assertThat(told).containsEntry("valid", true).containsEntry("connected", true);
      assertThat(told.get("connections").toString())
          .contains("component=sink 'http'", "answers (OPTIONS: 405)");
      assertThat(methods).containsExactly("OPTIONS", "OPTIONS");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void theTimeGoesWithConnecting() {
    assertThat(Command.run(folder, "validate", "p.yaml", "--connect-timeout", "3s").err())
        .contains("'--connect-timeout' goes with '--connect'");
  }
}
