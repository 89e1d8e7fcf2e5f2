package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.kinesis.KinesisClients;
import dev.sluice.connectors.kinesis.RowShape;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import java.util.Optional;

/** The way in from where the SDK is not known. */
public final class Clients implements KinesisClients {
  @Override
  public Source source(Options options, Optional<Schema> declared, SourceContext context) {
    return KinesisSource.open(options, declared, context);
  }

  @Override
  public Connected check(ConnectionRequest request) {
    Failures failures = new Failures(request.options());
    try (StreamClient client = StreamClient.connect(request.options(), failures, request.clock())) {
      client.retention();
      return new Connected(
          "stream " + failures.place() + " with " + client.shards().size() + " shards");
    }
  }

  @Override
  public Sink sink(RowShape shape, Schema schema, Options options, SinkContext context) {
    return KinesisSink.open(shape, schema, options, context);
  }
}
