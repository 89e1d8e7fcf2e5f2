package dev.sluice.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a server of the JDK. */
class HttpSinkTest {
  private static final Schema SCHEMA = Schema.of(new Field("n", AtomicType.BIGINT));

  private final Map<String, String> bodies = Collections.synchronizedMap(new TreeMap<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final Queue<Integer> answers = new ArrayDeque<>();
  private final List<Long> waits = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Integer status = answers.isEmpty() ? Integer.valueOf(204) : answers.poll();
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    requests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestHeaders().getFirst("Content-Type")
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization"));
    if (status == 204) {
      bodies.put(key, body);
    } else if (status == 429) {
      exchange.getResponseHeaders().add("Retry-After", "7");
    }
    byte[] said = status == 204 ? new byte[0] : "because\nso".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, said.length == 0 ? -1 : said.length);
    exchange.getResponseBody().write(said);
    exchange.close();
  }

  private final Clock clock =
      new Clock() {
        @Override
        public long millis() {
          return 0;
        }

        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public void sleep(long millis) {
          waits.add(millis);
        }
      };

  private Options options(String... more) {
    Map<String, String> given =
        new HashMap<>(Map.of("url", "http://127.0.0.1:" + server.getAddress().getPort() + "/in"));
    for (int i = 0; i < more.length; i += 2) {
      given.put(more[i], more[i + 1]);
    }
    return Options.of(new HttpSinkType().options(), given);
  }

  private Sink sink(String... more) {
    return new HttpSinkType()
        .open(
            SCHEMA,
            List.of(),
            OutputMode.APPEND,
            options(more),
            SinkContexts.of("q", any -> new LocalFileStore())
                .queryId("id")
                .index(1)
                .clock(clock)
                .build());
  }

  private static Batch numbers(long from, long to) {
    long[] values = LongStream.range(from, to).toArray();
    return new Batch(
        SCHEMA,
        List.of(new LongColumn(AtomicType.BIGINT, values, Validity.ALL, values.length)),
        values.length);
  }

  private static void write(Sink sink, long epoch, Batch... parts) {
    try (Write write = sink.begin(epoch)) {
      for (int i = 0; i < parts.length; i++) {
        Write.Part part = write.part(i);
        part.write(parts[i]);
        part.finish();
      }
      write.commit();
    }
  }

  @Test
  void sendsRowsAsLinesWithAKeyOfTheBatch() {
    try (Sink sink = sink("header.Authorization", "Bearer x")) {
      write(sink, 4, numbers(0, 2));
      write(sink, 5);
    }
    assertThat(bodies)
        .containsOnly(Map.entry("id-1-4-0-3e2ee8c80cabd038", "{\"n\":0}\n{\"n\":1}\n"));
    assertThat(requests).containsExactly("POST application/x-ndjson Bearer x");
  }

  @Test
  void sendsRowsAsAnArray() {
    try (Sink sink = sink("body", "array", "method", "put")) {
      write(sink, 0, numbers(0, 2));
    }
    assertThat(bodies.values()).containsExactly("[{\"n\":0}\n,{\"n\":1}\n]");
    assertThat(requests).containsExactly("PUT application/json null");
  }

  @Test
  void theSameRowsMakeTheSameRequestsHoweverTheyAreDealtToWorkers() {
    try (Sink sink = sink("rowsPerRequest", "3")) {
      write(sink, 0, numbers(0, 500), numbers(500, 1000));
      Map<String, String> first = new TreeMap<>(bodies);
      bodies.clear();
      write(sink, 0, numbers(700, 1000), numbers(0, 100), numbers(100, 700));
      assertThat(bodies).isEqualTo(first);
      assertThat(first.values().stream().mapToLong(body -> body.lines().count()).sum())
          .isEqualTo(1000);
      assertThat(
              first.values().stream()
                  .flatMap(String::lines)
                  .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                  .sorted())
          .containsExactlyElementsOf(LongStream.range(0, 1000).boxed().toList());
    }
  }

  @Test
  void aKeyStandsForTheSameRowsHoweverABatchIsCut() {
    try (Sink sink = sink("rowsPerRequest", "1000", "retries", "0")) {
      // The first request is taken, the next one is too large.
      answers.addAll(List.of(204, 413));
      assertThatThrownBy(() -> write(sink, 7, numbers(0, 1500)))
          .hasMessageContaining("it answers 413", "lower 'rowsPerRequest'");
    }
    Map<String, String> taken = new TreeMap<>(bodies);
    assertThat(taken).hasSize(1);
    bodies.clear();
    try (Sink sink = sink("rowsPerRequest", "100")) {
      write(sink, 7, numbers(0, 1500));
    }
    // As a server that remembers keys has them.
    bodies.keySet().removeAll(taken.keySet());
    assertThat(
            Stream.concat(taken.values().stream(), bodies.values().stream())
                .flatMap(String::lines)
                .distinct())
        .hasSize(1500);
  }

  @Test
  void anAnswerThatDoesNotEndIsGivenUp() throws IOException {
    try (ServerSocket silent = answering("200 OK\r\nContent-Length: 10\r\n\r\n", 0);
        Sink sink = sink("url", url(silent), "timeout", "300ms", "retries", "1")) {
      assertThatThrownBy(() -> write(sink, 0, numbers(0, 1)))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("no answer within the time, after 2 attempts");
    }
  }

  @Test
  void ofAnAnswerWithoutEndTheBeginningIsTold() throws IOException {
    try (ServerSocket endless = answering("400 Bad\r\nConnection: close\r\n\r\n", Long.MAX_VALUE);
        Sink sink = sink("url", url(endless), "timeout", "60s")) {
      assertThatThrownBy(() -> write(sink, 0, numbers(0, 1)))
          .hasMessageContaining("it answers 400 (" + "x".repeat(200) + "...)");
    }
  }

  private static String url(ServerSocket server) {
    return "http://127.0.0.1:" + server.getLocalPort() + "/";
  }

  /** Answers each connection with a head and so many bytes, and then says no more. */
  private static ServerSocket answering(String head, long bytes) throws IOException {
    ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              List<Socket> open = new ArrayList<>();
              byte[] some = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
              while (!server.isClosed()) {
                try {
                  Socket peer = server.accept();
                  open.add(peer);
                  peer.getInputStream().read(new byte[1 << 16]);
                  OutputStream out = peer.getOutputStream();
                  out.write(("HTTP/1.1 " + head).getBytes(StandardCharsets.UTF_8));
                  for (long sent = 0; sent < bytes; sent += some.length) {
                    out.write(some);
                  }
                } catch (IOException e) {
                  // The client has had enough, or the test.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "header.Host | x | the header 'host' cannot be given",
        "header.content-length | 1 | the header 'content-length' cannot be given",
        "header.X Y | 1 | the header 'x y' cannot be given",
        "header.Idempotency-key | a | the header 'idempotency-key' says which rows",
        "header.X-Api-Key | a\u0001b | the header 'x-api-key' has a character",
        "header.X-Api-Key | a b | ",
        "header.Content-Type | application/vnd.rows+json | "
      })
  void headersThatCannotBeSentAreRefused(String name, String value, @Nullable String said) {
    Problems problems = new Problems();
    new HttpSinkType().check(options(name, value), problems);
    if (said == null) {
      assertThat(problems.all()).isEmpty();
    } else {
      assertThat(problems.all()).singleElement().asString().contains(said).doesNotContain("\u0001");
    }
  }

  @Test
  void aServerThatIsBusyIsAskedAgainLaterAndLater() {
    answers.addAll(List.of(503, 429, 500));
    try (Sink sink = sink()) {
      write(sink, 0, numbers(0, 1));
    }
    assertThat(bodies).hasSize(1);
    // A quarter of a wait is left to chance, but not of one that the server asks for.
    assertThat(waits.get(0)).isBetween(375L, 500L);
    assertThat(waits.get(1)).isEqualTo(7000);
    assertThat(waits.get(2)).isBetween(1500L, 2000L);
  }

  @Test
  void aServerThatRefusesEndsTheBatch() {
    answers.add(401);
    try (Sink sink = sink()) {
      assertThatThrownBy(() -> write(sink, 0, numbers(0, 1)))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("/in' does not take the rows: it answers 401 (because so)");
    }
    assertThat(waits).isEmpty();
  }

  @Test
  void retriesEnd() {
    answers.addAll(List.of(500, 500, 500));
    try (Sink sink = sink("retries", "2")) {
      assertThatThrownBy(() -> write(sink, 0, numbers(0, 1)))
          .hasMessageContaining("after 3 attempts");
    }
  }

  @Test
  void aBatchThatIsGivenUpSendsNothing() {
    try (Sink sink = sink();
        Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(numbers(0, 10));
      part.finish();
    }
    assertThat(requests).isEmpty();
  }

  @Test
  void addressesWithUsersAreRefused() {
    for (String url : List.of("https://me:secret@host/x", "ftp://host/x", "host")) {
      Problems problems = new Problems();
      new HttpSinkType().check(options("url", url), problems);
      assertThat(problems.errorCount()).as(url).isEqualTo(1);
    }
  }

  @Test
  void aLargeBatchIsDealtToMoreHeapsThanASmallOne() {
    assertThat(HttpSink.heaps(1000, 10)).isEqualTo(10);
    assertThat(HttpSink.heaps(1000, 1000)).isEqualTo(64);
    assertThat(HttpSink.heaps(1L << 30, 1_000_000)).isEqualTo(257);
    assertThat(HttpSink.heaps(50L << 30, 1_000_000)).isEqualTo(512);
  }
}
