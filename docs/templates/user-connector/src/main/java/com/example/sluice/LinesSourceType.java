package com.example.sluice;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.receiver.Received;
import dev.sluice.connectors.receiver.ReceivedSource;
import dev.sluice.connectors.receiver.ReceiverOptions;
import dev.sluice.connectors.receiver.RecordShape;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.List;
import java.util.Optional;

/**
 * {@code lines}: a receiver, to which others connect and send lines. They cannot send again, so
 * what comes is kept in the checkpoint before its sender is told; all of that is done by {@link
 * ReceivedSource}. {@code valueFormat} and {@code schema} decode the lines, as for Kafka.
 */
public final class LinesSourceType implements SourceType {
  private static final ReceiverOptions RECEIVER = new ReceiverOptions();

  /** The raw columns, and how each is filled. */
  private static final RecordShape SHAPE =
      new RecordShape() {
        @Override
        public Schema raw() {
          return Schema.of(
              new Field("value", AtomicType.BINARY, false),
              new Field("received", AtomicType.TIMESTAMP, false));
        }

        @Override
        public void append(String column, Received received, ColumnBuilder into) {
          ((LongBuilder) into).append(received.micros());
        }
      };

  @Override
  public String name() {
    return "lines";
  }

  @Override
  public String summary() {
    return "Lines that others connect and send";
  }

  @Override
  public List<Option> options() {
    return RECEIVER.with(
        List.of(
            Option.integer("port", "Where to listen, on this machine only").mandatory().atLeast(1)));
  }

  @Override
  public SchemaRule schemaRule() {
    return SchemaRule.OPTIONAL;
  }

  @Override
  public Schema hiddenColumns() {
    return ReceivedSource.hidden(SHAPE);
  }

  @Override
  public void check(Options options, Problems problems) {
    RECEIVER.check(options, problems);
  }

  @Override
  public Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems) {
    return RECEIVER.schema(SHAPE, options, declared, problems);
  }

  @Override
  public Source open(Options options, Optional<Schema> declared, SourceContext context) {
    LineReceiver receiver =
        new LineReceiver(Math.toIntExact(options.number("port")), context.clock());
    return ReceivedSource.open(receiver, SHAPE, options, declared, context);
  }
}
