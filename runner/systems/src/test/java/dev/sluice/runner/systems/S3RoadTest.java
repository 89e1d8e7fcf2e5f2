package dev.sluice.runner.systems;

import dev.sluice.connectors.s3.S3Server;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class S3RoadTest extends StoreRoad {
  private static final AtomicInteger ROOTS = new AtomicInteger();

  @TempDir static Path disk;
  private static S3Server server;

  private final String root = "s3a://bucket/road/" + ROOTS.incrementAndGet();

  @BeforeAll
  static void startServer() {
    server = S3Server.start(disk, 0).withBucket("bucket");
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
    return server.options();
  }
}
