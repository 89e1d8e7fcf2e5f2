package dev.sluice.connectors.socket;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.component.Options;
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
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server whose line never ends. */
@Timeout(300)
class EndlessLineTest {
  @TempDir Path folder;

  @Test
  void isGivenUpAtALimitThatTheFailureNames() throws IOException {
    SocketSourceType type = new SocketSourceType();
    LocalFileStore files = new LocalFileStore();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Source source =
            type.open(
                Options.of(
                    type.options(),
                    Map.of("host", "127.0.0.1", "port", "" + server.getLocalPort())),
                Optional.empty(),
                new SourceContext(
                    "s",
                    any -> files,
                    Clock.SYSTEM,
                    folder.resolve("log").toString(),
                    "/",
                    1,
                    Session.DEFAULT))) {
      CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(server));
      Offset start = source.initialOffset();
      assertThatThrownBy(
              () -> {
                while (true) {
                  source.latestOffset(start, ReadLimit.CONFIGURED);
                  Wait.aMoment();
                }
              })
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("sent a line of more than 67108864 bytes");
      sending.cancel(true);
    }
  }

  private static void send(ServerSocket server) {
    byte[] part = new byte[1 << 20];
    java.util.Arrays.fill(part, (byte) 'x');
    try (Socket peer = server.accept();
        OutputStream out = peer.getOutputStream()) {
      for (int i = 0; i <= 65; i++) {
        out.write(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
