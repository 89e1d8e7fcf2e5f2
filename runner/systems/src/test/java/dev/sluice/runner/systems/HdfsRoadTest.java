package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.hadoop.HdfsServer;
import dev.sluice.connectors.testing.FreePort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HdfsRoadTest extends StoreRoad {
  private static final AtomicInteger ROOTS = new AtomicInteger();

  @TempDir static Path disk;
  private static HdfsServer server;

  private final String root = server.uri() + "/road/" + ROOTS.incrementAndGet();

  @BeforeAll
  static void startServer() {
    server = HdfsServer.start(disk, FreePort.find(), true);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  String root() {
    return root;
  }

  @Override
  Map<String, String> options() {
    return Map.of();
  }

  @Test
  void nameNodeMayRestartInMidRun() throws Exception {
    int files = 15;
    writeInput(0, files);
    Path pipeline =
        pipeline(
            "restart",
            """
            name: restart
            source:
              format: csv
              path: input
              schema: "id bigint, country string"
              options: {maxFilesPerTrigger: 1}
            steps:
              - dropDuplicates: {columns: [id]}
            trigger: availableNow
            sink: {format: json, path: ROOT/restarted}
            checkpointLocation: ROOT/cp-restart
            """);
    Running running = start(pipeline);
    assertThat(running.awaitBatches(3)).as("still running").isTrue();
    server.restartNameNode();
    assertThat(running.awaitBatches(1000)).as("it ended by itself").isFalse();
    assertThat(running.process().waitFor()).isZero();
    List<Long> ids =
        read("json", "restarted", "id bigint").stream()
            .map(row -> (Long) row.get("id"))
            .sorted()
            .toList();
    assertThat(ids).hasSize(files * ROWS).doesNotHaveDuplicates();
  }
}
