package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.kinesis.KinesisSinkType;
import dev.sluice.connectors.kinesis.testing.KinesisServer;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.connectors.testing.SinkContract;
import dev.sluice.operators.data.Schema;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** The Kinesis sink through the suite, against an emulator: at least once, and seen at once. */
class KinesisSinkContractTest extends SinkContract {
  private static KinesisServer server;

  private final String stream = "s" + UUID.randomUUID();

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
    server.create(stream, 1);
  }

  @Override
  protected SinkType type() {
    return new KinesisSinkType();
  }

  @Override
  protected Map<String, String> options() {
    return Map.of(
        "streamName",
        stream,
        "region",
        "us-east-1",
        "endpoint",
        server.url(),
        "awsAccessKey",
        "local",
        "awsSecretKey",
        "secret",
        "valueFormat",
        "json");
  }

  @Override
  protected boolean exactlyOnce() {
    return false;
  }

  @Override
  protected boolean hidesUntilCommit() {
    return false;
  }

  @Override
  protected boolean readsBackTypes() {
    return false;
  }

  @Override
  protected List<String> visible(Schema schema) {
    String iterator =
        server
            .client()
            .getShardIterator(
                request ->
                    request
                        .streamName(stream)
                        .shardId("shardId-000000000000")
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    return server.client().getRecords(request -> request.shardIterator(iterator)).records().stream()
        .map(record -> Rows.ofJson(schema, record.data().asUtf8String()))
        .toList();
  }
}
