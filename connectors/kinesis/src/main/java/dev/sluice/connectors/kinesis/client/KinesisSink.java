package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kinesis.RowShape;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.connectors.message.ValueFormats;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.Retried;
import java.util.Optional;

/**
 * Writes rows as they come: nothing in Kinesis can be undone or recognised, so a batch that is
 * repeated is there twice.
 */
final class KinesisSink implements Sink {
  private final RowShape shape;
  private final Schema schema;
  private final Options options;
  private final SinkContext context;
  private final StreamClient client;
  private final Failures failures;

  private KinesisSink(
      RowShape shape,
      Schema schema,
      Options options,
      SinkContext context,
      StreamClient client,
      Failures failures) {
    this.shape = shape;
    this.schema = schema;
    this.options = options;
    this.context = context;
    this.client = client;
    this.failures = failures;
  }

  static KinesisSink open(RowShape shape, Schema schema, Options options, SinkContext context) {
    Failures failures = new Failures(options);
    StreamClient client = StreamClient.connect(options, failures, context.clock());
    try {
      // Says now that there is no stream.
      client.retention();
      return new KinesisSink(shape, schema, options, context, client, failures);
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  @Override
  public String description() {
    return "KinesisSink[" + failures.stream() + "]";
  }

  @Override
  public Retried retried() {
    return client.retried();
  }

  /** A record does not say of which batch it is. */
  @Override
  public boolean mayRegroup() {
    return true;
  }

  @Override
  public Write begin(long epochId) {
    return new Write() {
      @Override
      public Part part(int index) {
        return newPart();
      }

      @Override
      public void commit() {}

      @Override
      public void close() {}
    };
  }

  private Write.Part newPart() {
    Optional<MessageEncoder> encoder =
        shape
            .format()
            .map(f -> f.encoder(schema, ValueFormats.writing(f, options), context.session()));
    Putting putting = new Putting(client, failures, context.clock());
    RecordWriter writer = new RecordWriter(shape, encoder, failures);
    return new Write.Part() {
      @Override
      public void write(Batch batch) {
        writer.write(batch, putting);
      }

      @Override
      public void flush() {
        putting.flush();
      }

      @Override
      public void finish() {
        putting.flush();
      }
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
