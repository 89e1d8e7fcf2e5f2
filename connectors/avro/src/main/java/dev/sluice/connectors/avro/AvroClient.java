package dev.sluice.connectors.avro;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.connectors.store.ConnectorLibraries;
import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.time.Rebase;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What reads and writes; its implementation needs the Avro library. Thread-safe. */
public interface AvroClient {
  /** The columns of an Avro schema. Throws IOException with the reason if there are none. */
  Schema columns(String avroSchema, Typing typing) throws IOException;

  /** The columns of a file. Does not close the input. */
  Schema columns(FileInput input, Typing typing) throws IOException;

  /**
   * The rows of the blocks that begin in the bytes {@code start} to {@code end}. The reader closes
   * the input.
   */
  BatchReader open(FileInput input, long start, long end, ScanRequest request, Reading settings)
      throws IOException;

  FileFormat.FileWriter create(FileOutput output, Schema schema, Writing settings)
      throws IOException;

  /** Why rows cannot be written as values of that schema; null if they can. */
  @Nullable String checkWrite(Schema schema, Writing settings);

  MessageDecoder decoder(Schema wanted, Messages settings, int capacity);

  MessageEncoder encoder(Schema schema, Messages settings);

  /** Asks once whether a registry is there; fails with the reason if not. */
  void check(Registry registry);

  /** How often a registry was asked again. */
  Retried retried(Registry registry);

  /** The type of the values of an Avro schema. Throws IOException with the reason if none. */
  DataType type(String avroSchema, Typing typing) throws IOException;

  /**
   * Reads values.
   *
   * @param written the schema they were written with
   * @param read the schema they are read as, which has that type
   * @param calendar by which their days and times count
   */
  Values reader(String written, String read, DataType type, Rebase.Calendar calendar)
      throws IOException;

  /**
   * Writes values.
   *
   * @param nullable whether a schema that follows from the type takes null
   * @param avroSchema to write with, or null for the one that follows from the type
   */
  Values writer(DataType type, boolean nullable, @Nullable String avroSchema) throws IOException;

  /** Values in their binary form and back. Thread-safe. */
  interface Values {
    /**
     * The other form of each value; null of null. One that cannot be converted gives what {@code
     * failed} appends, or ends with what it throws.
     */
    Column convert(FlatColumn values, int rows, Failed failed);
  }

  /** Sees to a value that cannot be converted. */
  interface Failed {
    void value(int row, String reason, ColumnBuilder to);
  }

  /**
   * How types follow from schemas, where Spark has a choice.
   *
   * @param memberPrefix begins the name of a union's member, which its type ends; null for names by
   *     number
   * @param recordDepth how often a record may be in itself; what is deeper is left out; 0 or less:
   *     never
   */
  record Typing(@Nullable String memberPrefix, int recordDepth) {
    private static final int DEEPEST = 15;

    static final Typing PLAIN = new Typing(null, -1);

    static final String STABLE = "enableStableIdentifiersForUnionType";
    static final String PREFIX = "stableIdentifierPrefixForUnionType";
    static final String DEPTH = "recursiveFieldMaxDepth";

    static Typing of(boolean stable, String prefix, long depth) {
      return new Typing(stable ? prefix : null, (int) Math.max(-1, Math.min(depth, DEEPEST)));
    }

    /** Why that depth cannot be; null if it can. */
    static @Nullable String check(long depth) {
      return depth > DEEPEST ? "'" + DEPTH + "' cannot be more than " + DEEPEST : null;
    }
  }

  /**
   * @param avroSchema what values are read as; null for the schema they were written with
   * @param positional whether fields are matched by position, not by name
   * @param rebase how days before 1582 count in files that do not say who wrote them: LEGACY is by
   *     the Julian calendar
   */
  record Reading(@Nullable String avroSchema, boolean positional, String rebase) {}

  /**
   * @param avroSchema of the values; null for the one that follows from the columns
   * @param recordName of the record in a schema that follows from the columns
   * @param namespace of that record
   * @param codec of the blocks of a file, by Avro's word
   */
  record Writing(
      @Nullable String avroSchema,
      String recordName,
      String namespace,
      boolean positional,
      String codec) {}

  /**
   * @param avroSchema of the values, or what they are read as if a registry tells theirs
   * @param registry where schemas are; null if values are bare
   * @param subject under which the schema of written values is kept in the registry
   * @param register whether it is put there, or must be there
   */
  record Messages(
      @Nullable String avroSchema,
      @Nullable Registry registry,
      @Nullable String subject,
      boolean register,
      ParseMode mode,
      Writing writing) {}

  /**
   * A schema registry with Confluent's API.
   *
   * @param token shown instead of a user and password
   * @param certificates in PEM, by which it is known; null for those that Java knows
   */
  record Registry(
      String url,
      @Nullable String user,
      @Nullable String password,
      @Nullable String token,
      @Nullable String certificates) {
    /** Without the password. */
    @Override
    public String toString() {
      return url;
    }
  }

  /** Brings in the library, once. */
  static AvroClient get() {
    return Holder.get();
  }

  /** Holds the one client. */
  final class Holder {
    private static @Nullable AvroClient client;

    private Holder() {}

    /** Not in an initialiser, whose failures hide the reason. */
    private static synchronized AvroClient get() {
      AvroClient known = client;
      if (known == null) {
        known = ConnectorLibraries.load(AvroClient.class, AvroClient.class, "avro");
        client = known;
      }
      return known;
    }
  }
}
