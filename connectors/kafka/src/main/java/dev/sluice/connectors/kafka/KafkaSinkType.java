package dev.sluice.connectors.kafka;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.message.ValueFormats;
import dev.sluice.connectors.store.ConnectorLibraries;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.plan.OutputMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code kafka}: rows as records, exactly once by a transaction for each batch. */
public final class KafkaSinkType implements SinkType, ConnectionCheck {
  public static final String TOPIC = "topic";
  public static final String DELIVERY = "delivery";
  public static final String KEY_COLUMN = "keyColumn";
  public static final String ID_PREFIX = "transactionalIdPrefix";

  private static final Map<String, String> REFUSED =
      Map.of(
          "kafka.key.serializer",
          "keys are written as bytes: encode them in a step",
          "kafka.value.serializer",
          "values are written as bytes: encode them with 'valueFormat', or in a step",
          "kafka.transactional.id",
          "it follows from the checkpoint; '" + ID_PREFIX + "' says how it begins");

  /** Made when a pipeline names Kafka, and not before. */
  private static final class Declared {
    static final ValueFormats FORMATS = ValueFormats.load();
    static final List<Option> OPTIONS = List.copyOf(declare(FORMATS));
  }

  private static List<Option> declare(ValueFormats formats) {
    List<Option> all =
        new ArrayList<>(
            List.of(
                ClientConfig.SERVERS_OPTION,
                Option.text(
                    TOPIC,
                    "The topic of all rows; without it the column topic says it for each row"),
                formats.option(
                    "How a row is written as the value of its record; without it the columns are"
                        + " key, value, topic, partition and headers"),
                Option.text(
                    KEY_COLUMN,
                    "With valueFormat: the column, a string or binary, that becomes the key too"),
                Option.choice(
                        DELIVERY,
                        List.of("exactly-once", "at-least-once"),
                        "Whether a batch is one transaction, or is sent without one, and then twice"
                            + " if it is replayed")
                    .orElse("exactly-once"),
                Option.text(
                        ID_PREFIX,
                        "How the transactional id, and the group that remembers batches, begin")
                    .orElse("sluice"),
                Option.flag(
                    "includeHeaders",
                    false,
                    "Taken as in Spark, where too it changes nothing: a column headers is always"
                        + " written")));
    all.addAll(formats.writeOptions());
    return all;
  }

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public boolean supportsContinuous() {
    return true;
  }

  /** Records are sent as they come, outside of transactions. */
  @Override
  public void checkContinuous(Options options, Problems problems) {
    if (options.isGiven(DELIVERY) && exactlyOnce(options)) {
      problems.error(
          "conflicting-options",
          options.at(DELIVERY),
          "the trigger 'continuous' delivers at least once",
          "set 'delivery: at-least-once', or use the trigger 'default'");
    }
  }

  @Override
  public String summary() {
    return "Writes rows as records of Kafka topics, exactly once";
  }

  @Override
  public List<Option> options() {
    return Declared.OPTIONS;
  }

  @Override
  public List<String> passThroughPrefixes() {
    return List.of(ClientConfig.PREFIX);
  }

  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.values());
  }

  @Override
  public void check(Options options, Problems problems) {
    ClientConfig.check(options, "sink", REFUSED, problems);
    Declared.FORMATS.checkWriting(options, problems);
    for (String name : List.of("kafka.enable.idempotence", "kafka.acks")) {
      if (exactlyOnce(options)
          && options.isGiven(name)
          && !Set.of("true", "all", "-1").contains(options.text(name).trim())) {
        problems.error(
            "conflicting-options",
            options.at(name),
            "transactions do not go with '" + name + ": " + options.text(name) + "'",
            "leave it out, or set 'delivery: at-least-once'");
      }
    }
  }

  /** Whether a batch is one transaction. */
  public static boolean exactlyOnce(Options options) {
    return options.text(DELIVERY).trim().equalsIgnoreCase("exactly-once");
  }

  @Override
  public void check(Schema schema, List<String> partitionBy, Options options, Problems problems) {
    RowShape.check(schema, options, Declared.FORMATS, problems);
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context) {
    RowShape shape = RowShape.of(schema, options, Declared.FORMATS);
    return ConnectorLibraries.load(KafkaClient.class, KafkaSinkType.class, "kafka", "zstd")
        .sink(shape, schema, options, context);
  }

  @Override
  public String address(ConnectionRequest request) {
    return "'" + request.options().text(ClientConfig.SERVERS) + "'";
  }

  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    return ConnectorLibraries.load(KafkaClient.class, KafkaSinkType.class, "kafka", "zstd")
        .checkSink(request, problems);
  }
}
