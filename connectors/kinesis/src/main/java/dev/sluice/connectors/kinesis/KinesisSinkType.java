package dev.sluice.connectors.kinesis;

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
import java.util.Set;

/** {@code kinesis}: rows as records of a data stream, at least once: it has no transactions. */
public final class KinesisSinkType implements SinkType, ConnectionCheck {
  public static final String KEY_COLUMN = "partitionKeyColumn";
  public static final String HASH_COLUMN = "explicitHashKeyColumn";

  /** Made when a pipeline names Kinesis, and not before. */
  private static final class Declared {
    static final ValueFormats FORMATS = ValueFormats.load();
    static final List<Option> OPTIONS = List.copyOf(declare(FORMATS));
  }

  private static List<Option> declare(ValueFormats formats) {
    List<Option> all = new ArrayList<>(Connection.options());
    all.addAll(
        List.of(
            formats.option(
                "How a row is written as the data of its record; without it the columns are data,"
                    + " partitionKey and explicitHashKey"),
            Option.text(
                KEY_COLUMN,
                "With valueFormat: the column, a string, whose hash picks the shard; without it"
                    + " rows are spread evenly"),
            Option.text(
                HASH_COLUMN,
                "With valueFormat: the column, a string, that is a shard's hash itself")));
    all.addAll(formats.writeOptions());
    return all;
  }

  @Override
  public String name() {
    return "kinesis";
  }

  @Override
  public String summary() {
    return "Writes rows as records of a Kinesis data stream, at least once";
  }

  @Override
  public List<Option> options() {
    return Declared.OPTIONS;
  }

  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.values());
  }

  @Override
  public void check(Options options, Problems problems) {
    Connection.check(options, "sink", problems);
    Declared.FORMATS.checkWriting(options, problems);
  }

  @Override
  public void check(Schema schema, List<String> partitionBy, Options options, Problems problems) {
    RowShape.check(schema, options, Declared.FORMATS, problems);
  }

  @Override
  public String address(ConnectionRequest request) {
    return Connection.address(request.options());
  }

  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    return ConnectorLibraries.load(
            KinesisClients.class, KinesisSinkType.class, KinesisSourceType.LIBRARIES)
        .check(request);
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context) {
    RowShape shape = RowShape.of(schema, options, Declared.FORMATS);
    return ConnectorLibraries.load(
            KinesisClients.class, KinesisSinkType.class, KinesisSourceType.LIBRARIES)
        .sink(shape, schema, options, context);
  }
}
