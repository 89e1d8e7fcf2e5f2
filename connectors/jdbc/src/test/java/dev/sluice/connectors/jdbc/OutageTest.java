package dev.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real database whose connections are cut, and that is stopped and started, in mid-batch. */
@Timeout(300)
class OutageTest {
  private static final Schema NUMBERS = Schema.of(new Field("n", AtomicType.BIGINT));
  private static final int CUTS = 50;
  private static final long SEED = 20261121L;

  @TempDir Path folder;
  private int port;
  private EmbeddedPostgres server;

  @BeforeEach
  void start() {
    port = FreePort.find();
    server = serve();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private EmbeddedPostgres serve() {
    try {
      return EmbeddedPostgres.builder()
          .setDataDirectory(folder.resolve("data"))
          .setCleanDataDirectory(false)
          .setPort(port)
          .setPGStartupWait(Duration.ofMinutes(5))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String url() {
    return server.getJdbcUrl("postgres", "postgres");
  }

  private Sink sink(String... more) {
    Map<String, String> given = new HashMap<>(Map.of("url", url(), "dbtable", "numbers"));
    for (int i = 0; i < more.length; i += 2) {
      given.put(more[i], more[i + 1]);
    }
    JdbcSinkType type = new JdbcSinkType();
    return type.open(
        NUMBERS,
        List.of(),
        OutputMode.APPEND,
        Options.of(type.options(), given),
        SinkContexts.of("q", any -> new LocalFileStore()).build());
  }

  private static Batch numbers(long from, int count) {
    long[] values = LongStream.range(from, from + count).toArray();
    return new Batch(
        NUMBERS, List.of(new LongColumn(AtomicType.BIGINT, values, Validity.ALL, count)), count);
  }

  /** Ends every other connection of the database, as a failing network or an administrator does. */
  private void cut() throws SQLException {
    ask(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <>"
            + " pg_backend_pid() AND backend_type = 'client backend'");
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long ask(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private void assertEachOnce(long count) throws SQLException {
    assertThat(ask("SELECT count(*) FROM numbers")).isEqualTo(count);
    assertThat(ask("SELECT count(DISTINCT n) FROM numbers WHERE n BETWEEN 0 AND " + (count - 1)))
        .isEqualTo(count);
  }

  @Test
  void connectionsThatAreCutInMidTransactionCostNothingButTime() throws SQLException {
    Random random = new Random(SEED);
    try (Sink sink = sink("batchsize", "7")) {
      for (int epoch = 0; epoch < CUTS; epoch++) {
        int when = random.nextInt(4);
        try (Write write = sink.begin(epoch)) {
          cutAt(0, when);
          Write.Part part = write.part(0);
          part.write(numbers(epoch * 20L, 10));
          cutAt(1, when);
          part.write(numbers(epoch * 20L + 10, 10));
          cutAt(2, when);
          part.finish();
          cutAt(3, when);
          write.commit();
        }
      }
      assertThat(sink.retried().count()).as("seed %s", SEED).isGreaterThanOrEqualTo(CUTS);
      assertThat(sink.retried().lastReason()).isNotBlank();
    }
    assertEachOnce(CUTS * 20L);
  }

  private void cutAt(int place, int when) throws SQLException {
    if (place == when) {
      cut();
    }
  }

  @Test
  void aDatabaseThatIsRestartedInMidBatchIsWaitedFor() throws Exception {
    try (Sink sink = sink()) {
      for (int epoch = 0; epoch < 3; epoch++) {
        try (Write write = sink.begin(epoch)) {
          Write.Part part = write.part(0);
          part.write(numbers(epoch * 10L, 5));
          part.finish();
          server.close();
          CompletableFuture<EmbeddedPostgres> back = CompletableFuture.supplyAsync(this::serve);
          part.write(numbers(epoch * 10L + 5, 5));
          part.finish();
          write.commit();
          server = back.join();
        }
      }
      assertThat(sink.retried().count()).isGreaterThanOrEqualTo(3);
    }
    assertEachOnce(30);
  }

  @Test
  void aTableThatBreaksOffBeforeARowWasGivenIsReadAgain() throws Exception {
    run("CREATE TABLE numbers AS SELECT generate_series(0, 99999) AS n");
    JdbcSourceType type = new JdbcSourceType();
    Options options =
        Options.of(type.options(), Map.of("url", url(), "dbtable", "numbers", "fetchsize", "1000"));
    SourceContext context =
        new SourceContext(
            "t", any -> new LocalFileStore(), Clock.SYSTEM, "/", "/", 1, false, Session.DEFAULT);
    try (Source source = type.open(options, Optional.empty(), context)) {
      Split split = source.snapshot().get(0);
      // Open, and cut before the first rows are asked for: all of them come from a second query.
      ScanRequest whole = new ScanRequest(source.schema(), List.of(), 4096);
      try (BatchReader reader = split.open(whole)) {
        cut();
        long rows = 0;
        for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
          rows += batch.rows();
        }
        assertThat(rows).isEqualTo(100_000);
      }
      assertThat(source.retried().count()).isPositive();
      try (BatchReader reader = split.open(whole)) {
        assertThat(reader.next()).isNotNull();
        cut();
        assertThatThrownBy(
                () -> {
                  while (reader.next() != null) {}
                })
            .isInstanceOf(PipelineException.class)
            .hasMessageContaining("broke off behind row");
      }
    }
  }

  @Test
  void rowsThatAreKeptForAnotherTryDoNotHoldTheFileTheyCameFrom() throws Exception {
    Schema texts = Schema.of(new Field("s", AtomicType.STRING));
    run("CREATE TABLE texts (s text)");
    JdbcSinkType type = new JdbcSinkType();
    try (Sink sink =
            type.open(
                texts,
                List.of(),
                OutputMode.APPEND,
                Options.of(type.options(), Map.of("url", url(), "dbtable", "texts")),
                SinkContexts.of("q", any -> new LocalFileStore()).build());
        Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      WeakReference<byte[]> chunk = writeOneWordOf(texts, part);
      for (int i = 0; i < 50 && chunk.get() != null; i++) {
        System.gc();
      }
      assertThat(chunk.get()).as("a large piece of a file for one word").isNull();
      cut();
      part.finish();
      write.commit();
    }
    assertThat(ask("SELECT count(*) FROM texts WHERE s = 'word'")).isOne();
  }

  private static WeakReference<byte[]> writeOneWordOf(Schema schema, Write.Part part) {
    byte[] chunk = new byte[1 << 20];
    System.arraycopy("word".getBytes(StandardCharsets.UTF_8), 0, chunk, 1000, 4);
    part.write(
        new Batch(
            schema,
            List.of(
                new BytesColumn(
                    AtomicType.STRING, chunk, new int[] {1000}, new int[] {4}, Validity.ALL, 1)),
            1));
    return new WeakReference<>(chunk);
  }

  @Test
  void aConnectionThatFallsSilentIsGivenUpAndTheBatchGoesAgain() throws Exception {
    try (SilentNetwork network = new SilentNetwork(port);
        Sink sink =
            sink(
                "url", url().replace(":" + port + "/", ":" + network.port() + "/"),
                "socketTimeout", "1s",
                "retryTimeout", "120s");
        Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(numbers(0, 5));
      network.swallow();
      part.finish();
      write.commit();
      assertThat(sink.retried().count()).isPositive();
    }
    assertEachOnce(5);
  }

  @Test
  void whoDoesNotWantToWaitIsToldAtOnce() throws SQLException {
    try (Sink sink = sink("retryTimeout", "0s")) {
      assertThatThrownBy(
              () -> {
                try (Write write = sink.begin(0)) {
                  cut();
                  Write.Part part = write.part(0);
                  part.write(numbers(0, 5));
                  part.finish();
                  write.commit();
                }
              })
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("see that the database runs there");
    }
    assertThat(ask("SELECT count(*) FROM numbers")).isZero();
  }
}
