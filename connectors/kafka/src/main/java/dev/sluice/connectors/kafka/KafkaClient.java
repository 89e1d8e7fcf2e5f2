package dev.sluice.connectors.kafka;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.Optional;

/** What needs Kafka's client library, behind its loader. */
public interface KafkaClient {
  /** As {@link dev.sluice.connectors.SourceType#open}. */
  Source source(Options options, Optional<Schema> declared, SourceContext context);

  /** As {@link dev.sluice.connectors.SinkType#open}, for rows of this shape. */
  Sink sink(RowShape shape, Schema schema, Options options, SinkContext context);

  /** As {@link dev.sluice.connectors.connection.ConnectionCheck}, of a source. */
  Connected checkSource(ConnectionRequest request, Problems problems);

  /** As {@link dev.sluice.connectors.connection.ConnectionCheck}, of a sink. */
  Connected checkSink(ConnectionRequest request, Problems problems);
}
