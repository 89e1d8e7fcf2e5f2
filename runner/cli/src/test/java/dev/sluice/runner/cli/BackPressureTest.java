package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A source that has far more than the heap holds, at once, and a sink that takes its time: what
 * waits does so outside the heap, and no batch is larger than its limit.
 */
@Timeout(600)
class BackPressureTest {
  /** Each batch says how many rows it has, and is slow. */
  private static final String SLOW_SINK =
      "{format: foreachBatch, options: {command: [sh, -c, 'wc -l >> counts; sleep 0.3']}}";

  private static final String LINE = "x".repeat(99);

  @TempDir Path folder;
  private PipelineFolder bench;

  @BeforeEach
  void opens() {
    bench = new PipelineFolder(folder);
  }

  private List<Integer> rowsOfBatches() throws IOException {
    return Files.readAllLines(folder.resolve("counts")).stream()
        .map(line -> Integer.parseInt(line.strip()))
        .toList();
  }

  @Test
  void filesWaitUntilTheirBatchComes() throws Exception {
    int rows = 50_000;
    for (int i = 0; i < 20; i++) {
      bench.put("in/" + i + ".txt", (LINE + "\n").repeat(rows));
    }
    bench.pipeline(
        """
        name: q
        source: {format: text, path: in, options: {maxFilesPerTrigger: 1}}
        trigger: availableNow
        sink: %s
        checkpointLocation: cp
        """
            .formatted(SLOW_SINK));
    Command.Result result = bench.end(bench.start(List.of("-Xmx40m")));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(rowsOfBatches()).isEqualTo(Collections.nCopies(20, rows));
  }

  @Test
  void linesOfAServerThatNeverRestsWaitOnDisk() throws Exception {
    int lines = 1_000_000;
    int limit = 100_000;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread sender = new Thread(() -> send(server, lines));
      sender.setDaemon(true);
      sender.start();
      bench.pipeline(
          """
          name: q
          source:
            format: socket
            options: {host: 127.0.0.1, port: %d, maxRecordsPerTrigger: %d}
          sink: %s
          checkpointLocation: cp
          """
              .formatted(server.getLocalPort(), limit, SLOW_SINK));
      Process process = bench.start(List.of("-Xmx64m"), "--progress", "none");
      try {
        while (!Files.exists(folder.resolve("counts"))
            || rowsOfBatches().stream().mapToInt(Integer::intValue).sum() < lines) {
          assertThat(process.isAlive()).as(Files.readString(folder.resolve("stderr"))).isTrue();
          assertThat(Thread.interrupted()).as("the time of the test is over").isFalse();
          Thread.onSpinWait();
        }
      } finally {
        process.destroy();
      }
      assertThat(process.waitFor()).isIn(0, 143);
      assertThat(rowsOfBatches()).allMatch(rows -> rows <= limit);
      assertThat(rowsOfBatches().stream().mapToInt(Integer::intValue).sum()).isEqualTo(lines);
    }
  }

  private static void send(ServerSocket server, int lines) {
    byte[] line = (LINE + "\n").getBytes(StandardCharsets.UTF_8);
    try (Socket connection = server.accept();
        OutputStream out = new BufferedOutputStream(connection.getOutputStream(), 1 << 16)) {
      for (int i = 0; i < lines; i++) {
        out.write(line);
      }
      out.flush();
      server.accept();
    } catch (IOException e) {
      // The test is over, and says what came.
    }
  }
}
