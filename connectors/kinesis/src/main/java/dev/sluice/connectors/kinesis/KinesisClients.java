package dev.sluice.connectors.kinesis;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import java.util.Optional;

/** What needs the SDK of AWS, behind its loader. */
public interface KinesisClients {
  /** As {@link dev.sluice.connectors.SourceType#open}. */
  Source source(Options options, Optional<Schema> declared, SourceContext context);

  /** Looks at the stream; fails with what is wrong. */
  Connected check(ConnectionRequest request);

  /** As {@link dev.sluice.connectors.SinkType#open}, for rows of this shape. */
  Sink sink(RowShape shape, Schema schema, Options options, SinkContext context);
}
