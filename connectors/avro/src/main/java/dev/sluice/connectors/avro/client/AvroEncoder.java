package dev.sluice.connectors.avro.client;

import dev.sluice.connectors.avro.AvroClient.Messages;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/** A record each, bare or behind a zero byte and the number of its schema in a registry. */
final class AvroEncoder implements MessageEncoder {
  private final ValueWriters.RecordWriter writer;
  private final int id;
  private final boolean framed;
  private final Sink sink = new Sink();
  private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(sink, null);
  private @Nullable List<FlatColumn> current;

  AvroEncoder(Schema columns, Messages settings) {
    try {
      org.apache.avro.Schema schema = AvroFiles.schema(columns, settings.writing());
      this.writer = new ValueWriters(false).rows(columns.asStruct(), schema);
      this.framed = settings.registry() != null;
      this.id =
          settings.registry() == null || settings.subject() == null
              ? 0
              : RegistryClient.of(settings.registry())
                  .id(settings.subject(), schema, settings.register());
    } catch (IOException e) {
      throw new PipelineException(
          "avro-schema",
          "rows cannot be written: "
              + e.getMessage()
              + "; correct 'avroSchema', or leave it out: it is then made of the columns",
          e);
    }
  }

  @Override
  public boolean encode(List<FlatColumn> columns, int row, Bytes out) {
    if (columns != current) {
      writer.beginRows(columns);
      current = columns;
    }
    sink.target = out;
    try {
      if (framed) {
        out.put(0);
        out.put(id >>> 24);
        out.put(id >>> 16);
        out.put(id >>> 8);
        out.put(id);
      }
      writer.write(row, encoder);
      encoder.flush();
      return true;
    } catch (IOException e) {
      throw new PipelineException(
          "avro-value",
          "a row cannot be written as Avro: "
              + e.getMessage()
              + "; cast the column to the type that the schema has, or correct the schema",
          e);
    }
  }

  /** Puts what the encoder writes behind a message. */
  private static final class Sink extends OutputStream {
    private @Nullable Bytes target;

    @Override
    public void write(int b) {
      if (target != null) {
        target.put(b);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (target != null) {
        target.put(bytes, offset, length);
      }
    }
  }
}
