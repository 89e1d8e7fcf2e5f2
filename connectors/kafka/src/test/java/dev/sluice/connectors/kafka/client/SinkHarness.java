package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSinkType;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sinks of one text column, opened as the engine opens them. */
final class SinkHarness {
  static final Schema VALUE = Schema.of(new Field("value", AtomicType.STRING));

  private SinkHarness() {}

  /** The query's id is the topic's name. */
  static Sink open(String servers, String topic, String... namesAndValues) {
    Map<String, String> given = new HashMap<>(Map.of(ClientConfig.SERVERS, servers));
    given.put("topic", topic);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    LocalFileStore files = new LocalFileStore();
    KafkaSinkType type = new KafkaSinkType();
    return type.open(
        VALUE,
        List.of(),
        OutputMode.APPEND,
        Options.of(type.options(), given),
        SinkContexts.of("q", location -> files).queryId(topic).build());
  }

  static Batch value(String text) {
    return new Batch(VALUE, List.of(ConstantColumn.of(AtomicType.STRING, text, 1)), 1);
  }
}
