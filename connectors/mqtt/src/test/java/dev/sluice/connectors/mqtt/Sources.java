package dev.sluice.connectors.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sources of {@code sensors/#} as the engine opens them, and the payloads of their messages. */
final class Sources {
  private Sources() {}

  static Source open(Path folder, String url, String... namesAndValues) {
    Map<String, String> given = new HashMap<>(Map.of("brokerUrl", url, "topic", "[\"sensors/#\"]"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    MqttSourceType type = new MqttSourceType();
    return type.open(
        Options.of(type.options(), given),
        Optional.empty(),
        new SourceContext(
            "s",
            any -> new LocalFileStore(),
            Clock.SYSTEM,
            folder.resolve("sources/0").toString(),
            folder.toString(),
            2,
            Session.DEFAULT));
  }

  /** Connects and subscribes. */
  static void start(Source source) {
    source.latestOffset(source.initialOffset(), ReadLimit.ALL);
  }

  /** All that has come until now. */
  static List<String> payloads(Source source) throws IOException {
    Offset end = source.latestOffset(source.initialOffset(), ReadLimit.ALL);
    List<String> payloads = new ArrayList<>();
    Schema value = Schema.of(source.schema().field(1));
    for (Split split : source.splits(source.initialOffset(), end)) {
      try (BatchReader reader = split.open(new ScanRequest(value, List.of(), 100))) {
        for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
          for (int row = 0; row < batch.rows(); row++) {
            payloads.add(new String((byte[]) batch.column(0).value(row), UTF_8));
          }
        }
      }
    }
    return payloads;
  }
}
