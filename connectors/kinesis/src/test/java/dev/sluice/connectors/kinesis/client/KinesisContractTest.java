package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.kinesis.KinesisSourceType;
import dev.sluice.connectors.kinesis.testing.KinesisServer;
import dev.sluice.connectors.testing.SourceContract;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The Kinesis source through the suite, against an emulator. */
class KinesisContractTest extends SourceContract {
  private static KinesisServer server;

  private final String stream = "s" + UUID.randomUUID();
  private int sent;

  @BeforeAll
  static void start() {
    server = KinesisServer.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void createStream() {
    server.create(stream, 2);
  }

  @Override
  protected SourceType type() {
    return new KinesisSourceType();
  }

  @Override
  protected Map<String, String> options() {
    return SourceHarness.given(server, stream);
  }

  @Override
  protected Map<String, String> limit() {
    return Map.of("maxRecordsPerTrigger", "2");
  }

  @Override
  protected int mostRows() {
    return 2;
  }

  @Override
  protected int produce() {
    for (int i = 0; i < 5; i++) {
      server.put(stream, "key" + sent, "row" + sent);
      sent++;
    }
    return 5;
  }
}
