package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was tried again is told, with the batch that needed it, and of no other. */
class RetriesTest {
  @TempDir Path folder;
  private final AtomicInteger refusals = new AtomicInteger(2);
  private HttpServer server;

  /** Takes the third request, and all after it. */
  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(refusals.getAndDecrement() > 0 ? 503 : 200, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Command.Result run(String... more) throws IOException {
    Files.writeString(
        folder.resolve("p.yaml"),
        """
        name: p
        source:
          format: inline
          schema: {id: bigint}
          options: {batches: [[{id: 1}], [{id: 2}]]}
        trigger: availableNow
        sink:
          format: http
          options: {url: "http://127.0.0.1:PORT/in", retryWait: 1 millisecond}
        checkpointLocation: checkpoint
        """
            .replace("PORT", Integer.toString(server.getAddress().getPort())));
    String[] words = new String[2 + more.length];
    words[0] = "run";
    words[1] = "p.yaml";
    System.arraycopy(more, 0, words, 2, more.length);
    Command.Result result = Command.run(folder, words);
    assertThat(result.code()).as(result.err()).isZero();
    return result;
  }

  @Test
  void aLineSaysWhichBatchNeededHowMany() throws IOException {
    assertThat(run().err().lines().toList())
        .singleElement()
        .asString()
        .startsWith("warning[retried]: batch 0: HttpSink[")
        .contains("needed 2 retries, the last because: ", "503");
  }

  @Test
  void theProgressOfTheBatchHasThem() throws IOException {
    List<Map<String, Object>> batches =
        run("--progress", "json").err().lines().map(Json::parseObject).toList();
    assertThat(batches).hasSize(2);
    Map<?, ?> retries = (Map<?, ?>) ((Map<?, ?>) batches.get(0).get("sink")).get("retries");
    assertThat(retries.get("count")).isEqualTo(2L);
    assertThat((String) retries.get("lastReason")).contains("503");
    assertThat(batches.get(0).get("warnings").toString()).startsWith("[retried: HttpSink[");
    assertThat(batches.get(1).toString()).doesNotContain("retries", "warnings");
  }
}
