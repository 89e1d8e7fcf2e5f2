package dev.sluice.connectors.avro.client;

import dev.sluice.connectors.avro.AvroClient.Messages;
import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.time.Rebase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are a record each: bare, or behind a zero byte and the number of their schema in a
 * registry.
 */
final class AvroDecoder implements MessageDecoder {
  private static final int HEADER = 5;

  /** Stands for the number of a schema where there is no registry. */
  private static final int BARE = -1;

  private final Messages settings;
  private final Schema wanted;
  private final org.apache.avro.@Nullable Schema readAs;
  private final @Nullable RegistryClient registry;
  private final Map<Integer, Written> known = new HashMap<>();
  private final Rows rows;
  private @Nullable BinaryDecoder bytes;
  private int[] messages = new int[16];
  private int seen;

  /** How values of one schema are read. */
  private record Written(@Nullable ResolvingDecoder resolving, RecordReader reader) {}

  AvroDecoder(Schema wanted, Messages settings, int capacity) {
    this.settings = settings;
    this.wanted = wanted;
    this.rows = new Rows(wanted, capacity);
    this.registry = settings.registry() == null ? null : RegistryClient.of(settings.registry());
    try {
      String json = settings.avroSchema();
      this.readAs = json == null ? null : AvroTypes.parse(json);
      if (registry == null && readAs != null) {
        known.put(BARE, written(readAs));
      }
    } catch (IOException e) {
      throw new PipelineException(
          "avro-schema",
          "'avroSchema' cannot be used: "
              + e.getMessage()
              + "; give the schema with which the messages were written, as JSON");
    }
  }

  private Written written(org.apache.avro.Schema schema) throws IOException {
    org.apache.avro.Schema read = readAs == null ? schema : readAs;
    return new Written(
        Rows.resolving(schema, read),
        new ValueReaders(false, Rebase.Calendar.MODERN).rows(read, wanted.asStruct()));
  }

  @Override
  public void decode(byte[] data, int start, int length) {
    int id = BARE;
    int from = start;
    if (registry != null) {
      if (length < HEADER || data[start] != 0) {
        malformed("it does not begin with the number of a schema");
        return;
      }
      id = ByteBuffer.wrap(data).getInt(start + 1);
      from += HEADER;
    }
    // What is wrong with a schema is no message's fault, and so outside of what a mode covers.
    Written written = known.get(id);
    if (written == null) {
      written = registry == null ? null : ask(registry, id);
      if (written == null) {
        malformed("the schema registry knows no Avro schema " + id);
        return;
      }
      known.put(id, written);
    }
    try {
      bytes = DecoderFactory.get().binaryDecoder(data, from, start + length - from, bytes);
      ResolvingDecoder resolving = written.resolving;
      if (resolving != null) {
        resolving.configure(bytes);
      }
      rows.read(written.reader, resolving == null ? bytes : resolving);
      add();
    } catch (IOException
        | AvroRuntimeException
        | ArithmeticException
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | UnsupportedOperationException e) {
      // All that the library throws at bytes that are no value of the schema.
      malformed(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    } catch (StackOverflowError e) {
      // A value that holds itself, in a field that no column asks for.
      malformed("its values are nested too deep");
    }
  }

  private @Nullable Written ask(RegistryClient registry, int id) {
    try {
      org.apache.avro.Schema schema = registry.schema(id);
      return schema == null ? null : written(schema);
    } catch (IOException e) {
      throw new PipelineException(
          "avro-schema",
          "messages with the schema "
              + id
              + " of the registry cannot be read: "
              + e.getMessage()
              + "; declare the columns as that schema has them, or give the one to read with as"
              + " 'avroSchema'",
          e);
    }
  }

  private void malformed(String reason) {
    rows.discardPartial();
    if (settings.mode() == ParseMode.PERMISSIVE) {
      decodeNull();
    } else if (settings.mode() == ParseMode.DROPMALFORMED) {
      seen++;
    } else {
      throw new RecordException(
          "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
          "a message is no Avro record of the schema: " + reason,
          0);
    }
  }

  @Override
  public void decodeNull() {
    rows.addNulls();
    add();
  }

  private void add() {
    int row = rows.size() - 1;
    if (row == messages.length) {
      messages = Arrays.copyOf(messages, row * 2);
    }
    messages[row] = seen++;
  }

  @Override
  public int rows() {
    return rows.size();
  }

  @Override
  public Decoded take() {
    int count = rows.size();
    int[] of = seen == count ? new int[0] : Arrays.copyOf(messages, count);
    seen = 0;
    return new Decoded(rows.take(), of);
  }
}
