package dev.sluice.connectors.avro.client;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.avro.AvroClient;
import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.time.Rebase;
import java.io.IOException;
import org.apache.avro.SystemLimitException;
import org.jspecify.annotations.Nullable;

/** Reads and writes with the Avro library's schemas and its binary form. */
public final class AvroFiles implements AvroClient {
  static {
    limit(SystemLimitException.MAX_BYTES_LENGTH_PROPERTY);
    limit(SystemLimitException.MAX_STRING_LENGTH_PROPERTY);
  }

  /**
   * The library makes room for a value before it knows whether the bytes are there, and damage has
   * any length: a value has at most an eighth of the heap.
   */
  private static void limit(String property) {
    if (System.getProperty(property) == null) {
      long most = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 8);
      System.setProperty(property, Long.toString(most));
    }
  }

  /** For the service loader. */
  public AvroFiles() {}

  @Override
  public Schema columns(String avroSchema, Typing typing) throws IOException {
    return AvroTypes.columns(AvroTypes.parse(avroSchema), typing);
  }

  @Override
  public Schema columns(FileInput input, Typing typing) throws IOException {
    return AvroTypes.columns(AvroBatchReader.schema(new Container(input)), typing);
  }

  @Override
  public BatchReader open(
      FileInput input, long start, long end, ScanRequest request, Reading settings)
      throws IOException {
    try {
      return new AvroBatchReader(input, start, end, request, settings);
    } catch (IOException e) {
      input.close();
      throw e;
    } catch (RuntimeException e) {
      input.close();
      throw damaged(e);
    }
  }

  @Override
  public FileFormat.FileWriter create(FileOutput output, Schema schema, Writing settings)
      throws IOException {
    return new AvroBatchWriter(output, schema, settings);
  }

  /** The schema of written values. */
  static org.apache.avro.Schema schema(Schema columns, Writing settings) throws IOException {
    String given = settings.avroSchema();
    try {
      return given == null
          ? AvroTypes.schema(columns.asStruct(), settings.recordName(), settings.namespace())
          : AvroTypes.parse(given);
    } catch (RuntimeException e) {
      throw new IOException("the columns make no Avro schema: " + e.getMessage(), e);
    }
  }

  @Override
  public @Nullable String checkWrite(Schema columns, Writing settings) {
    try {
      new ValueWriters(settings.positional()).rows(columns.asStruct(), schema(columns, settings));
      return null;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  @Override
  public void check(Registry registry) {
    RegistryClient.of(registry).check();
  }

  @Override
  public Retried retried(Registry registry) {
    return RegistryClient.of(registry).retried();
  }

  @Override
  public MessageDecoder decoder(Schema wanted, Messages settings, int capacity) {
    return new AvroDecoder(wanted, settings, capacity);
  }

  @Override
  public MessageEncoder encoder(Schema schema, Messages settings) {
    return new AvroEncoder(schema, settings);
  }

  @Override
  public DataType type(String avroSchema, Typing typing) throws IOException {
    return AvroTypes.type(AvroTypes.parse(avroSchema), typing);
  }

  @Override
  public Values reader(String written, String read, DataType type, Rebase.Calendar calendar)
      throws IOException {
    return new ReadValues(AvroTypes.parse(written), AvroTypes.parse(read), type, calendar);
  }

  @Override
  public Values writer(DataType type, boolean nullable, @Nullable String avroSchema)
      throws IOException {
    try {
      return new WrittenValues(
          type,
          avroSchema == null ? AvroTypes.schema(type, nullable) : AvroTypes.parse(avroSchema));
    } catch (RuntimeException e) {
      throw new IOException("the values make no Avro schema: " + e.getMessage(), e);
    }
  }

  /** What is thrown at data that breaks its promises. */
  static IOException damaged(RuntimeException e) {
    if (e instanceof Rebase.AmbiguousTime) {
      return new IOException(e.getMessage(), e);
    }
    if (e instanceof SystemLimitException) {
      return new IOException(
          "a value is longer than an eighth of the heap, or damaged: " + e.getMessage(), e);
    }
    String message = e.getMessage();
    return new IOException(
        "the data is damaged: " + (message == null ? e.getClass().getSimpleName() : message), e);
  }
}
