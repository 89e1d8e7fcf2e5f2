package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.kafka.KafkaClient;
import dev.sluice.connectors.kafka.RowShape;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.Optional;
import java.util.function.Supplier;

/** The way in from where the client library is not known. */
public final class Client implements KafkaClient {
  @Override
  public Source source(Options options, Optional<Schema> declared, SourceContext context) {
    return make(() -> KafkaSource.open(options, declared, context));
  }

  @Override
  public Sink sink(RowShape shape, Schema schema, Options options, SinkContext context) {
    return make(() -> KafkaSink.open(shape, schema, options, context));
  }

  @Override
  public Connected checkSource(ConnectionRequest request, Problems problems) {
    return make(() -> Checks.source(request, problems));
  }

  @Override
  public Connected checkSink(ConnectionRequest request, Problems problems) {
    return make(() -> Checks.sink(request, problems));
  }

  /**
   * Makes a client. The library looks for classes that options name (login modules, partitioners)
   * by the thread's loader, which must be the one that knows the library.
   */
  static <T> T make(Supplier<T> client) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(Client.class.getClassLoader());
    try {
      return client.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
