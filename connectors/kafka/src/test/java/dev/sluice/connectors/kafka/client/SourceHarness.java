package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSourceType;
import dev.sluice.connectors.kafka.testing.Broker;
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
import java.util.function.Predicate;

/** Sources of the tests' broker, opened as the engine opens them. */
final class SourceHarness {
  final Broker broker;
  private final Path checkpoint;
  private Optional<Schema> declared = Optional.empty();
  private boolean streaming = true;
  private Clock clock = Clock.SYSTEM;

  SourceHarness(Broker broker, Path checkpoint) {
    this.broker = broker;
    this.checkpoint = checkpoint;
  }

  SourceHarness declared(Schema schema) {
    declared = Optional.of(schema);
    return this;
  }

  SourceHarness table() {
    streaming = false;
    return this;
  }

  /** No second goes by: what is asked for now and then is not asked for again. */
  SourceHarness stopped() {
    clock =
        new Clock() {
          @Override
          public long millis() {
            return 1_700_000_000_000L;
          }

          @Override
          public long nanos() {
            return 0;
          }

          @Override
          public void sleep(long millis) {}
        };
    return this;
  }

  Source open(String... namesAndValues) {
    Map<String, String> given = new HashMap<>(Map.of(ClientConfig.SERVERS, broker.servers()));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    KafkaSourceType type = new KafkaSourceType();
    LocalFileStore files = new LocalFileStore();
    return type.open(
        Options.of(type.options(), given),
        declared,
        new SourceContext(
            "source",
            location -> files,
            clock,
            checkpoint.resolve("sources/0").toString(),
            "/",
            2,
            streaming,
            Session.DEFAULT));
  }

  /** The rows of a range, each as its values in text, by splits. */
  static List<List<String>> splits(
      Source source, Offset from, Offset to, Schema schema, int batchRows) {
    List<List<String>> all = new ArrayList<>();
    for (Split split : source.splits(from, to)) {
      List<String> rows = new ArrayList<>();
      try (BatchReader reader = split.open(new ScanRequest(schema, List.of(), batchRows))) {
        for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
          for (int row = 0; row < batch.rows(); row++) {
            rows.add(text(batch, row));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      all.add(rows);
    }
    source.confirm();
    return all;
  }

  private static String text(Batch batch, int row) {
    List<String> values = new ArrayList<>();
    for (int column = 0; column < batch.columns().size(); column++) {
      Object value = batch.column(column).value(row);
      values.add(value instanceof byte[] bytes ? new String(bytes) : String.valueOf(value));
    }
    return String.join("|", values);
  }

  /** The given columns of a range, all splits together. */
  static List<String> rows(Source source, Offset from, Offset to, String... columns) {
    Schema wanted =
        columns.length == 0
            ? source.schema()
            : new Schema(
                java.util.Arrays.stream(columns)
                    .map(
                        name ->
                            java.util.stream.Stream.concat(
                                    source.schema().fields().stream(),
                                    source.hiddenColumns().fields().stream())
                                .filter(f -> f.name().equals(name))
                                .findFirst()
                                .orElseThrow())
                    .toList());
    return splits(source, from, to, wanted, 3).stream().flatMap(List::stream).toList();
  }

  /** Asks until something is new: a running source is told of records a moment after their send. */
  static Offset news(Source source, Offset from) {
    return news(source, from, found -> !found.equals(from));
  }

  /** Asks until the answer is as it should be. */
  static Offset news(Source source, Offset from, Predicate<Offset> enough) {
    long deadline = System.nanoTime() + 240_000_000_000L;
    Offset found = source.latestOffset(from, ReadLimit.CONFIGURED);
    while (!enough.test(found)) {
      assertThat(System.nanoTime()).as(found.json()).isLessThan(deadline);
      found = source.latestOffset(from, ReadLimit.CONFIGURED);
    }
    return found;
  }

  /** Everything from the start to what is there now. */
  static List<String> all(Source source, String... columns) {
    Offset from = source.initialOffset();
    return rows(source, from, source.latestOffset(from, ReadLimit.ALL), columns);
  }
}
