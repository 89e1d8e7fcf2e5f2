package dev.sluice.connectors.kinesis.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.connectors.kinesis.KinesisSourceType;
import dev.sluice.connectors.kinesis.testing.KinesisServer;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Sources of the tests' server, opened as the engine opens them. */
final class SourceHarness {
  final KinesisServer server;
  final String stream;
  final AtomicLong shift = new AtomicLong();
  private Optional<Schema> declared = Optional.empty();
  private boolean streaming = true;

  SourceHarness(KinesisServer server, String stream) {
    this.server = server;
    this.stream = stream;
  }

  SourceHarness declared(Schema schema) {
    declared = Optional.of(schema);
    return this;
  }

  SourceHarness table() {
    streaming = false;
    return this;
  }

  /** Moves the server's clock and that of sources. */
  void shift(long millis) {
    shift.set(millis);
    server.control("{\"shiftMillis\": " + millis + "}");
  }

  /** Moves the server's clock alone. */
  void shiftServer(long millis) {
    server.control("{\"shiftMillis\": " + millis + "}");
  }

  final Clock clock =
      new Clock() {
        @Override
        public long millis() {
          return Clock.SYSTEM.millis() + shift.get();
        }

        @Override
        public long nanos() {
          return Clock.SYSTEM.nanos() + shift.get() * 1_000_000;
        }

        @Override
        public void sleep(long millis) throws InterruptedException {
          Clock.SYSTEM.sleep(millis);
        }
      };

  /** What a source of a stream of the server must say, from its beginning. */
  static Map<String, String> given(KinesisServer server, String stream) {
    return Map.of(
        "streamName",
        stream,
        "region",
        "us-east-1",
        "endpoint",
        server.url(),
        "awsAccessKey",
        "local",
        "awsSecretKey",
        "secret",
        "initialPosition",
        "earliest",
        "minFetchPeriod",
        "20ms");
  }

  Options options(String... namesAndValues) {
    Map<String, String> given = new HashMap<>(given(server, stream));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Options.of(new KinesisSourceType().options(), given);
  }

  Source open(String... namesAndValues) {
    LocalFileStore files = new LocalFileStore();
    return new KinesisSourceType()
        .open(
            options(namesAndValues),
            declared,
            new SourceContext(
                "source",
                location -> files,
                clock,
                "/checkpoint/sources/0",
                "/",
                2,
                streaming,
                Session.DEFAULT));
  }

  /** The values of a range's rows in text, by splits. */
  static List<List<String>> splits(Source source, Offset from, Offset to, String... columns) {
    Schema wanted =
        columns.length == 0
            ? source.schema()
            : new Schema(Stream.of(columns).map(name -> field(source, name)).toList());
    return read(source.splits(from, to), wanted);
  }

  static List<List<String>> read(List<Split> splits, Schema wanted) {
    List<List<String>> all = new ArrayList<>();
    for (Split split : splits) {
      List<String> rows = new ArrayList<>();
      try (BatchReader reader = split.open(new ScanRequest(wanted, List.of(), 3))) {
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
    return all;
  }

  private static Field field(Source source, String name) {
    return Stream.concat(
            source.schema().fields().stream(), source.hiddenColumns().fields().stream())
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String text(Batch batch, int row) {
    List<String> values = new ArrayList<>();
    for (int column = 0; column < batch.columns().size(); column++) {
      Object value = batch.column(column).value(row);
      values.add(value instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(value));
    }
    return String.join("|", values);
  }

  static List<String> rows(Source source, Offset from, Offset to, String... columns) {
    return splits(source, from, to, columns).stream().flatMap(List::stream).toList();
  }

  /** The offsets of the batches that {@code availableNow} makes, the start first. */
  static List<Offset> availableNow(Source source, Offset from) {
    ((SupportsAvailableNow) source).prepareForAvailableNow();
    List<Offset> offsets = new ArrayList<>(List.of(from));
    while (true) {
      Offset last = offsets.get(offsets.size() - 1);
      Offset next = source.latestOffset(last, ReadLimit.CONFIGURED);
      if (next.equals(last)) {
        return offsets;
      }
      offsets.add(next);
    }
  }

  /** The batches of a run with {@code availableNow}, each read before the next is planned. */
  static List<List<String>> batches(Source source, Offset from, String... columns) {
    ((SupportsAvailableNow) source).prepareForAvailableNow();
    List<List<String>> batches = new ArrayList<>();
    Offset last = from;
    while (true) {
      Offset next = source.latestOffset(last, ReadLimit.CONFIGURED);
      if (next.equals(last)) {
        return batches;
      }
      batches.add(rows(source, last, next, columns));
      source.commit(next);
      last = next;
    }
  }
}
