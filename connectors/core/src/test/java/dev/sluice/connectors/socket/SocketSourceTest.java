package dev.sluice.connectors.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SocketSourceTest {
  @TempDir Path folder;

  private Source open(int port) {
    SocketSourceType type = new SocketSourceType();
    LocalFileStore files = new LocalFileStore();
    return type.open(
        Options.of(type.options(), Map.of("host", "127.0.0.1", "port", String.valueOf(port))),
        Optional.empty(),
        new SourceContext(
            "s",
            any -> files,
            Clock.SYSTEM,
            folder.resolve("sources/0").toString(),
            "/",
            1,
            Session.DEFAULT));
  }

  private static Offset waitFor(Source source, Offset from, String offset) {
    Offset latest = source.latestOffset(from, ReadLimit.CONFIGURED);
    while (!latest.json().equals(offset)) {
      Wait.aMoment();
      latest = source.latestOffset(from, ReadLimit.CONFIGURED);
    }
    return latest;
  }

  private static List<String> rows(Source source, Offset from, Offset to) throws IOException {
    List<String> rows = new ArrayList<>();
    for (Split split : source.splits(from, to)) {
      try (BatchReader reader = split.open(new ScanRequest(source.schema(), List.of(), 2))) {
        for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
          for (int i = 0; i < batch.rows(); i++) {
            rows.add((String) batch.column(0).value(i));
          }
        }
      }
    }
    return rows;
  }

  @Test
  void numbersLinesFromZeroAndGoesOnCountingAfterARestart() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Source source = open(server.getLocalPort())) {
      Offset start = source.initialOffset();
      assertThat(source.latestOffset(start, ReadLimit.CONFIGURED)).isEqualTo(new Offset("-1"));
      try (Socket peer = server.accept();
          OutputStream out = peer.getOutputStream()) {
        out.write("a\nb\r\nc\rd".getBytes(StandardCharsets.UTF_8));
      }
      Offset end = waitFor(source, start, "3");
      assertThat(rows(source, start, end)).containsExactly("a", "b", "c", "d");
      source.commit(new Offset("1"));
      assertThat(rows(source, new Offset("1"), end)).containsExactly("c", "d");
    }
  }

  @Test
  void aLaterRunGoesOnCounting() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Source source = open(server.getLocalPort())) {
      Offset before = new Offset("41");
      assertThat(source.latestOffset(before, ReadLimit.CONFIGURED)).isEqualTo(before);
      try (Socket peer = server.accept();
          OutputStream out = peer.getOutputStream()) {
        out.write("new\n".getBytes(StandardCharsets.UTF_8));
      }
      assertThat(rows(source, before, waitFor(source, before, "42"))).containsExactly("new");
    }
  }

  @Test
  void unreachableServerIsNamed() {
    int free = FreePort.find();
    try (Source source = open(free)) {
      assertThatThrownBy(() -> source.latestOffset(source.initialOffset(), ReadLimit.CONFIGURED))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("127.0.0.1:" + free);
    }
  }

  private static void send(ServerSocket server, String text) throws IOException {
    try (Socket peer = server.accept();
        OutputStream out = peer.getOutputStream()) {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void linesOfAnUnfinishedBatchAreThereAfterARestart() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Offset start;
      Offset end;
      try (Source source = open(server.getLocalPort())) {
        start = source.latestOffset(source.initialOffset(), ReadLimit.CONFIGURED);
        send(server, "a\nb\nc\n");
        end = waitFor(source, start, "2");
      }
      try (Source source = open(server.getLocalPort())) {
        assertThat(rows(source, start, end)).containsExactly("a", "b", "c");
        assertThat(source.latestOffset(new Offset("0"), ReadLimit.CONFIGURED))
            .as("what is kept is there before the server has sent anything")
            .isEqualTo(end);
      }
    }
  }

  @Test
  void findsAServerAgainThatWentAway() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Source source = open(server.getLocalPort())) {
      Offset start = source.latestOffset(source.initialOffset(), ReadLimit.CONFIGURED);
      send(server, "a\nwithout an end");
      send(server, "b\n");
      Offset end = waitFor(source, start, "2");
      assertThat(rows(source, start, end)).containsExactly("a", "without an end", "b");
      assertThat(source.retried().count()).isPositive();
    }
  }

  @Test
  void aLineThatBreaksOffIsNone() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Source source = open(server.getLocalPort())) {
      Offset start = source.latestOffset(source.initialOffset(), ReadLimit.CONFIGURED);
      try (Socket peer = server.accept()) {
        peer.getOutputStream().write("a\n{\"id\": 12345".getBytes(StandardCharsets.UTF_8));
        waitFor(source, start, "0");
        // Closed so, the connection is reset.
        peer.setSoLinger(true, 0);
      }
      send(server, "b\n");
      Offset end = waitFor(source, start, "1");
      assertThat(rows(source, start, end)).containsExactly("a", "b");
    }
  }

  @Test
  void availableNowGoesOnCountingWhereTheCheckpointDoes() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Source source = open(server.getLocalPort())) {
      Thread sender =
          new Thread(
              () -> {
                try {
                  send(server, "a\nb\nc\n");
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      sender.start();
      // Spark's checkpoint: the offset is there, and no log.
      ((SupportsAvailableNow) source).prepareForAvailableNow();
      Offset start = new Offset("16");
      Offset end = source.latestOffset(start, ReadLimit.CONFIGURED);
      assertThat(end.json()).isEqualTo("19");
      assertThat(rows(source, start, end)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void bytesThatAreNoTextBecomeReplacements() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Source source = open(server.getLocalPort())) {
      Offset start = source.latestOffset(source.initialOffset(), ReadLimit.CONFIGURED);
      send(server, "caf\u00e9\n");
      assertThat(rows(source, start, waitFor(source, start, "0"))).containsExactly("caf\ufffd");
    }
  }
}
