package dev.sluice.connectors.kinesis;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.message.ValueFormats;
import dev.sluice.connectors.store.ConnectorLibraries;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code kinesis}: the records of a data stream, its shards polled by GetRecords. */
public final class KinesisSourceType implements SourceType, ConnectionCheck {
  public static final String INITIAL = "initialPosition";
  public static final String PER_TRIGGER = "maxRecordsPerTrigger";
  public static final String PER_FETCH = "maxRecordsPerFetch";
  public static final String RATE = "maxFetchRate";
  public static final String PERIOD = "minFetchPeriod";
  public static final String BUFFER = "fetchBufferSize";
  public static final String SHARDS = "shardFetchInterval";
  private static final String MODE = "consumerMode";
  private static final String EFO = "efo";
  public static final String FAIL = "failOnDataLoss";

  /** The folder of the libraries, shared with S3: the SDK is there once. */
  static final String LIBRARIES = "aws";

  /** Made when a pipeline names Kinesis, and not before. */
  private static final class Declared {
    static final ValueFormats FORMATS = ValueFormats.load();
    static final List<Option> OPTIONS = List.copyOf(declare(FORMATS));
  }

  private static List<Option> declare(ValueFormats formats) {
    List<Option> all = new ArrayList<>(Connection.options());
    all.addAll(
        List.of(
            Option.text(
                    INITIAL,
                    "Where a new query starts: latest, earliest (trim_horizon), or JSON with a"
                        + " time: {\"at_timestamp\": \"2026-01-31T12:00:00Z\"}; latest, for a"
                        + " table earliest")
                .alias("startingPosition"),
            Option.integer(PER_TRIGGER, "At most so many records in a batch").atLeast(1),
            Option.integer(PER_FETCH, "At most so many records in an answer of Kinesis")
                .orElse("10000")
                .atLeast(1),
            Option.number(RATE, "How many megabytes a second are read of a shard, up to 2.0")
                .orElse("1.0"),
            Option.duration(PERIOD, "How long to wait between two requests to a shard")
                .orElse("400ms"),
            Option.bytes(BUFFER, "How many bytes are read ahead, over all shards")
                .orElse("67108864")
                .atLeast(1),
            Option.duration(SHARDS, "How often to ask which shards there are").orElse("10s"),
            Option.choice(
                    MODE,
                    List.of("polling", EFO),
                    "How records are fetched: by requests; efo, enhanced fan-out, is not there")
                .orElse("polling"),
            Option.flag(
                FAIL,
                true,
                "Whether the query stops when records are gone before it read them; otherwise it"
                    + " warns and goes on"),
            formats.option(
                "How the data of a record are written; without it there are the raw columns")));
    all.addAll(formats.readOptions());
    return all;
  }

  @Override
  public String name() {
    return "kinesis";
  }

  @Override
  public String summary() {
    return "Reads the records of a Kinesis data stream, as they are or decoded by valueFormat";
  }

  @Override
  public List<Option> options() {
    return Declared.OPTIONS;
  }

  @Override
  public SchemaRule schemaRule() {
    return SchemaRule.OPTIONAL;
  }

  @Override
  public Schema hiddenColumns() {
    return RecordSchema.HIDDEN;
  }

  @Override
  public void check(Options options, boolean streaming, Problems problems) {
    Connection.check(options, "source", problems);
    Declared.FORMATS.checkReading(options, problems);
    options
        .find(INITIAL)
        .ifPresent(
            text -> {
              try {
                InitialPosition start = InitialPosition.parse(text);
                if (!streaming && !start.earliest() && start.millis().isEmpty()) {
                  problems.error(
                      "invalid-option-value",
                      options.at(INITIAL),
                      "a table that starts at its end is empty",
                      "use 'earliest', or a time");
                }
              } catch (IllegalArgumentException e) {
                problems.error(
                    "invalid-option-value",
                    options.at(INITIAL),
                    "'" + INITIAL + "' cannot be '" + text + "': " + e.getMessage(),
                    null);
              }
            });
    if (options.text(MODE).trim().equalsIgnoreCase(EFO)) {
      problems.error(
          "not-supported-yet",
          options.at(MODE),
          "enhanced fan-out (a registered consumer with a rate of its own) is not supported",
          "leave '"
              + MODE
              + "' out: shards are polled, at up to 2 MB a second each ('"
              + RATE
              + "')");
    }
    double rate = Double.parseDouble(options.text(RATE).trim());
    if (!(rate > 0 && rate <= 2)) {
      problems.error(
          "invalid-option-value",
          options.at(RATE),
          "a shard does not give " + options.text(RATE) + " megabytes a second",
          "Kinesis allows up to 2.0");
    }
    if (options.number(PER_FETCH) > 10_000) {
      problems.error(
          "invalid-option-value",
          options.at(PER_FETCH),
          "an answer does not hold " + options.text(PER_FETCH) + " records",
          "Kinesis allows up to 10000");
    }
  }

  @Override
  public Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems) {
    return Declared.FORMATS.columns(
        "a Kinesis source", options, declared, RecordSchema.RAW, problems);
  }

  @Override
  public String address(ConnectionRequest request) {
    return Connection.address(request.options());
  }

  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    return ConnectorLibraries.load(KinesisClients.class, KinesisSourceType.class, LIBRARIES)
        .check(request);
  }

  @Override
  public Source open(Options options, Optional<Schema> declared, SourceContext context) {
    return ConnectorLibraries.load(KinesisClients.class, KinesisSourceType.class, LIBRARIES)
        .source(options, declared, context);
  }
}
