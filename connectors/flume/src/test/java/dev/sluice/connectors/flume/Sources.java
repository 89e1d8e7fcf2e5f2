package dev.sluice.connectors.flume;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sources as the engine opens them, and their rows. */
final class Sources {
  private Sources() {}

  static Source open(Path folder, Optional<Schema> declared, String... namesAndValues) {
    Map<String, String> given = new HashMap<>(Map.of("port", "0"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    FlumeSourceType type = new FlumeSourceType();
    LocalFileStore files = new LocalFileStore();
    return type.open(
        Options.of(type.options(), given),
        declared,
        new SourceContext(
            "s",
            any -> files,
            Clock.SYSTEM,
            folder.resolve("sources/0").toString(),
            folder.toString(),
            2,
            Session.DEFAULT));
  }

  /** Begins to listen; gives the port. */
  static int start(Source source) {
    source.latestOffset(source.initialOffset(), ReadLimit.ALL);
    String text = source.description();
    return Integer.parseInt(text.substring(text.lastIndexOf(':') + 1, text.length() - 1));
  }

  /** Asks until so many events are there. */
  static Offset until(Source source, Offset from, long count) {
    Offset end = source.latestOffset(from, ReadLimit.ALL);
    while (Long.parseLong(end.json()) < count) {
      Wait.aMoment();
      end = source.latestOffset(from, ReadLimit.ALL);
    }
    return end;
  }

  static List<String> rows(Source source, Offset from, Offset to) {
    return rows(source, source.schema(), from, to);
  }

  static List<String> rows(Source source, Schema schema, Offset from, Offset to) {
    List<String> rows = new ArrayList<>();
    for (Split split : source.splits(from, to)) {
      try (BatchReader reader = split.open(new ScanRequest(schema, List.of(), 3))) {
        for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
          for (int row = 0; row < batch.rows(); row++) {
            List<String> values = new ArrayList<>();
            for (int column = 0; column < batch.columns().size(); column++) {
              Object value = batch.column(column).value(row);
              values.add(
                  value instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(value));
            }
            rows.add(String.join("|", values));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return rows;
  }
}
