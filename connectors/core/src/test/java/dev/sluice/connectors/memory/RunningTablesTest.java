package dev.sluice.connectors.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Memory tables seen through the socket, as another process sees them. */
@Timeout(300)
class RunningTablesTest {
  private static final String QUERY = "running-tables-test";
  private static final Schema NUMBERS = Schema.of(new Field("n", AtomicType.BIGINT));

  @TempDir Path scratch;
  private Path folder;

  @BeforeEach
  void useOwnFolder() {
    folder = scratch.resolve("sockets");
    System.setProperty("sluice.attach.folder", folder.toString());
  }

  @AfterEach
  void forget() {
    System.clearProperty("sluice.attach.folder");
    MemoryTable.forget(QUERY);
  }

  private static Sink open(Schema schema, OutputMode mode) {
    LocalFileStore files = new LocalFileStore();
    MemorySinkType type = new MemorySinkType();
    return type.open(
        schema,
        List.of(),
        mode,
        Options.of(type.options(), Map.of()),
        SinkContexts.of(QUERY, any -> files).build());
  }

  private static void write(Sink sink, long epoch, Batch... batches) {
    try (Write write = sink.begin(epoch)) {
      Write.Part part = write.part(0);
      Arrays.asList(batches).forEach(part::write);
      part.finish();
      write.commit();
    }
  }

  private static RunningTables only() {
    List<RunningTables> all = RunningTables.all();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static List<String> rows(RunningTables running) {
    return running.snapshot(QUERY).batches().stream()
        .flatMap(batch -> Rows.texts(batch).stream())
        .toList();
  }

  @Test
  void rowsOfEveryTypeAreReadAsTheyAre() {
    Schema schema =
        Schema.of(
            new Field("a b`c", AtomicType.STRING, false),
            new Field("d", new DecimalType(30, 3)),
            new Field("t", AtomicType.TIMESTAMP),
            new Field("l", new ArrayType(AtomicType.DOUBLE, true)),
            new Field("m", new MapType(AtomicType.STRING, AtomicType.DATE, true)),
            new Field(
                "s",
                new StructType(
                    List.of(
                        new Field("in, side", AtomicType.BINARY),
                        new Field("n", AtomicType.INT)))));
    Batch batch =
        Rows.batch(
            schema,
            List.of(
                Arrays.asList(
                    "é",
                    new BigDecimal("1.500"),
                    -1L,
                    Arrays.asList(0.5, null),
                    List.of(Map.entry("k", 3)),
                    Arrays.asList(new byte[] {1, -1}, null)),
                Arrays.asList("", null, null, null, null, null)));
    try (Sink sink = open(schema, OutputMode.APPEND)) {
      write(sink, 0, batch);
      assertThat(only().process()).isEqualTo(ProcessHandle.current().pid());
      RunningTables.Snapshot read = only().snapshot(QUERY);
      assertThat(read.table().schema()).isEqualTo(schema);
      assertThat(rows(only())).isEqualTo(Rows.texts(batch));
    }
  }

  @Test
  void aTableWithoutRowsIsThereToo() {
    try (Sink sink = open(NUMBERS, OutputMode.UPDATE)) {
      assertThat(only().tables().get(0).batch()).isEqualTo(-1);
      assertThat(rows(only())).isEmpty();
      write(sink, 0);
      assertThat(only().tables().get(0).batch()).isZero();
    }
  }

  @Test
  void aCompleteResultIsTheNewestOne() {
    try (Sink sink = open(NUMBERS, OutputMode.COMPLETE)) {
      write(sink, 0, Rows.numbered(NUMBERS, 0, 3));
      write(sink, 1, Rows.numbered(NUMBERS, 5, 2));
      assertThat(rows(only())).containsExactly("5", "6");
    }
  }

  @Test
  void aReaderSeesWholeBatchesWhileTheQueryRuns() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (Sink sink = open(NUMBERS, OutputMode.APPEND)) {
      Thread query =
          new Thread(
              () -> {
                for (int epoch = 0; !stop.get(); epoch++) {
                  write(
                      sink,
                      epoch,
                      Rows.numbered(NUMBERS, epoch * 10, 7),
                      Rows.numbered(NUMBERS, epoch * 10 + 7, 3));
                }
              });
      query.setDaemon(true);
      query.start();
      int seen = 0;
      while (seen < 200) {
        RunningTables.Snapshot read = only().snapshot(QUERY);
        long rows = read.batches().stream().mapToLong(Batch::rows).sum();
        assertThat(rows).isEqualTo((read.table().batch() + 1) * 10);
        seen = rows > seen ? (int) rows : seen;
      }
      stop.set(true);
      query.join();
    }
  }

  @Test
  void nothingIsThereOnceTheSinkIsClosed() throws IOException {
    Sink sink = open(NUMBERS, OutputMode.APPEND);
    RunningTables running = only();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    sink.close();
    assertThat(RunningTables.all()).isEmpty();
    assertThat(folder).isEmptyDirectory();
    assertThatThrownBy(() -> running.snapshot(QUERY))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("does not answer");
  }

  @Test
  void whatAKilledProcessLeftIsPassedBy() throws IOException {
    try (Sink sink = open(NUMBERS, OutputMode.APPEND)) {
      write(sink, 0, Rows.numbered(NUMBERS, 0, 3));
      Files.createFile(folder.resolve("1.sock"));
      assertThat(rows(only())).hasSize(3);
    }
  }

  @Test
  void aProcessThatDoesNotAnswerIsNotWaitedForForEver() throws IOException {
    Files.createDirectory(folder);
    Path socket = folder.resolve("2.sock");
    try (ServerSocketChannel deaf = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      deaf.bind(UnixDomainSocketAddress.of(socket));
      assertThatThrownBy(() -> RunningTables.at(socket, 50))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("2.sock' does not answer");
    }
  }

  @Test
  void aFolderThatOthersMayEnterIsNotUsed() throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    try (Sink sink = open(NUMBERS, OutputMode.APPEND)) {
      write(sink, 0, Rows.numbered(NUMBERS, 0, 3));
      assertThat(folder).isEmptyDirectory();
      assertThatThrownBy(RunningTables::all).hasMessageContaining("is not this user's alone");
    }
  }
}
