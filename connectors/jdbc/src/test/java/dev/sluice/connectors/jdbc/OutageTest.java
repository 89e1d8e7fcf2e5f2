package dev.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Write;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real database whose connections are cut, and that is stopped and started, in mid-batch. */
@Timeout(240)
class OutageTest {
  private static final Schema NUMBERS = Schema.of(new Field("n", AtomicType.BIGINT));
  private static final int CUTS = 50;
  private static final long SEED = 20261121L;

  @TempDir Path folder;
  private int port;
  private EmbeddedPostgres server;

  @BeforeEach
  void start() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
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
        SinkContext.of("q", any -> new LocalFileStore()));
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
