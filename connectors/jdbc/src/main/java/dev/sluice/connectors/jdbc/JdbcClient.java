package dev.sluice.connectors.jdbc;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.plan.OutputMode;
import java.util.Optional;

/** What opens sources and sinks; its implementation needs drivers and a pool. */
public interface JdbcClient {
  Source source(Options options, Optional<Schema> declared, SourceContext context);

  Sink sink(Schema schema, OutputMode mode, Options options, SinkContext context);

  /** As {@link dev.sluice.connectors.connection.ConnectionCheck}, of a source. */
  Connected checkSource(ConnectionRequest request, Problems problems);

  /** As {@link dev.sluice.connectors.connection.ConnectionCheck}, of a sink. */
  Connected checkSink(ConnectionRequest request, Problems problems);
}
