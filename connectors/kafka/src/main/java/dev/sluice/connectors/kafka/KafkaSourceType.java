package dev.sluice.connectors.kafka;

import static dev.sluice.operators.component.Option.choice;
import static dev.sluice.operators.component.Option.duration;
import static dev.sluice.operators.component.Option.flag;
import static dev.sluice.operators.component.Option.integer;
import static dev.sluice.operators.component.Option.text;

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
import java.util.Map;
import java.util.Optional;

/** {@code kafka}: the records of topics, with Spark's options, columns and offsets. */
public final class KafkaSourceType implements SourceType, ConnectionCheck {
  private static final Map<String, String> REFUSED =
      Map.of(
          "kafka.auto.offset.reset",
          "'startingOffsets' says where a new query starts; afterwards its checkpoint does",
          "kafka.key.deserializer",
          "keys are read as bytes: decode them in a step",
          "kafka.value.deserializer",
          "values are read as bytes: decode them with 'valueFormat', or in a step",
          "kafka.enable.auto.commit",
          "the checkpoint keeps the offsets; 'offsetsGroup' shows them to other tools",
          "kafka.interceptor.classes",
          "records are taken as they are");

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public boolean supportsContinuous() {
    return true;
  }

  @Override
  public String summary() {
    return "Reads the records of Kafka topics, as they are or decoded by valueFormat";
  }

  /** Made when a pipeline names Kafka, and not before. */
  private static final class Declared {
    static final ValueFormats FORMATS = ValueFormats.load();
    static final List<Option> OPTIONS = List.copyOf(declare(FORMATS));
  }

  @Override
  public List<Option> options() {
    return Declared.OPTIONS;
  }

  private static List<Option> declare(ValueFormats formats) {
    List<Option> all =
        new ArrayList<>(
            List.of(
                ClientConfig.SERVERS_OPTION,
                text("subscribe", "The topics to read, separated by commas"),
                text("subscribePattern", "A regular expression: the topics to read"),
                text("assign", "The partitions to read, as JSON: {\"topic\":[0,1]}"),
                text(
                    "startingOffsets",
                    "Where a new query starts: earliest, latest, or JSON with an offset for each"
                        + " partition (-2 earliest, -1 latest); latest, for a table earliest"),
                text(
                    "startingOffsetsByTimestamp",
                    "Where a new query starts, as JSON with a time in milliseconds for each"
                        + " partition; wins over startingOffsets"),
                integer(
                    "startingTimestamp",
                    "Where a new query starts, in milliseconds since 1970; wins over all others"),
                choice(
                        "startingOffsetsByTimestampStrategy",
                        List.of("error", "latest"),
                        "What to do where no record is as young as the time to start at")
                    .orElse("error"),
                text(
                    "endingOffsets",
                    "Where a table ends: latest, or JSON with an offset for each partition"),
                text(
                    "endingOffsetsByTimestamp",
                    "Where a table ends, as JSON with a time for each partition"),
                integer("endingTimestamp", "Where a table ends, in milliseconds since 1970"),
                flag(
                    "failOnDataLoss",
                    true,
                    "Whether the query stops when records are gone before it read them; otherwise"
                        + " it warns and goes on"),
                integer("maxOffsetsPerTrigger", "At most so many offsets in a batch").atLeast(1),
                integer(
                        "minOffsetsPerTrigger",
                        "No batch before so many offsets wait, or maxTriggerDelay is over")
                    .atLeast(1),
                duration("maxTriggerDelay", "The longest wait for minOffsetsPerTrigger")
                    .orElse("15m"),
                integer("minPartitions", "Into at least so many parts a batch is cut").atLeast(1),
                integer("maxRecordsPerPartition", "At most so many offsets in a part of a batch")
                    .atLeast(1),
                flag("includeHeaders", false, "Whether there is a column headers"),
                text("groupIdPrefix", "How the consumer group's name begins")
                    .orElse("spark-kafka-source"),
                text(
                    "offsetsGroup",
                    "A consumer group to which the offsets of finished batches are committed, for"
                        + " tools that show lag; the checkpoint stays what counts"),
                integer(
                        "kafkaConsumer.pollTimeoutMs",
                        "How long, in milliseconds, brokers may be silent before the query fails")
                    .orElse("120000")
                    .atLeast(1),
                integer(
                        "fetchOffset.numRetries",
                        "How often asking for offsets is repeated when brokers do not answer; by"
                            + " default for as long as kafkaConsumer.pollTimeoutMs allows")
                    .atLeast(0),
                integer(
                        "fetchOffset.retryIntervalMs",
                        "How long, in milliseconds, to wait before asking again")
                    .orElse("10")
                    .atLeast(0),
                formats.option(
                    "How the value of a record is written; without it there are Kafka's own"
                        + " columns")));
    all.addAll(formats.readOptions());
    return all;
  }

  @Override
  public List<String> passThroughPrefixes() {
    return List.of(ClientConfig.PREFIX);
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
    ClientConfig.check(options, "source", REFUSED, problems);
    SourceChecks.check(options, streaming, problems);
    Declared.FORMATS.checkReading(options, problems);
  }

  @Override
  public Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems) {
    Optional<Schema> schema =
        Declared.FORMATS.columns(
            "a Kafka source",
            options,
            declared,
            RecordSchema.raw(options.flag("includeHeaders")),
            problems);
    if (Declared.FORMATS.find(options).isPresent() && options.isGiven("includeHeaders")) {
      problems.error(
          "useless-option",
          options.at("includeHeaders"),
          "'includeHeaders' says nothing where 'valueFormat' makes the columns",
          "name '_metadata.headers' in a step");
    }
    return schema;
  }

  @Override
  public Source open(Options options, Optional<Schema> declared, SourceContext context) {
    return ConnectorLibraries.load(KafkaClient.class, KafkaSourceType.class, "kafka", "zstd")
        .source(options, declared, context);
  }

  @Override
  public String address(ConnectionRequest request) {
    return "'" + request.options().text(ClientConfig.SERVERS) + "'";
  }

  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    return ConnectorLibraries.load(KafkaClient.class, KafkaSourceType.class, "kafka", "zstd")
        .checkSource(request, problems);
  }
}
