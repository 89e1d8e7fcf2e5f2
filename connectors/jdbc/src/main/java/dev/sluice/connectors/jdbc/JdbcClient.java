package dev.sluice.connectors.jdbc;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.OutputMode;
import java.util.Optional;

/** What opens sources and sinks; its implementation needs drivers and a pool. */
public interface JdbcClient {
  Source source(Options options, Optional<Schema> declared, SourceContext context);

  Sink sink(Schema schema, OutputMode mode, Options options, SinkContext context);
}
