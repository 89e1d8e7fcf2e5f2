package dev.sluice.connectors.jdbc.client;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.jdbc.JdbcClient;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.plan.OutputMode;
import java.util.Optional;

/** Opens sources and sinks; found as a service where the drivers are. */
public final class Client implements JdbcClient {
  @Override
  public Source source(Options options, Optional<Schema> declared, SourceContext context) {
    return JdbcSource.open(options, declared, context);
  }

  @Override
  public Sink sink(Schema schema, OutputMode mode, Options options, SinkContext context) {
    return JdbcSink.open(schema, mode, options, context);
  }

  @Override
  public Connected checkSource(ConnectionRequest request, Problems problems) {
    return Checks.source(request, problems);
  }

  @Override
  public Connected checkSink(ConnectionRequest request, Problems problems) {
    return Checks.sink(request, problems);
  }
}
