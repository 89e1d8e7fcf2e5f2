package dev.sluice.connectors;

import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStores;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Rows in files. Formats multiply with file stores: each is a source and a sink wherever files can
 * lie, without knowing where. {@link ComponentType#options} are those for reading.
 */
public interface FileFormat extends ComponentType {
  List<Option> writeOptions();

  /** As {@link #passThroughPrefixes}, for writing: options that name a column behind a sign. */
  default List<String> writePassThroughPrefixes() {
    return List.of();
  }

  /**
   * Checks the options for writing rows of this schema (without partition columns) as far as they
   * are about its columns. Touches nothing outside.
   */
  default void checkWrite(Schema schema, Options options, Problems problems) {}

  /**
   * Checks the columns that are declared for reading; some of them may turn out to be folders.
   * Touches nothing outside.
   */
  default void checkRead(Schema declared, Options options, Problems problems) {}

  /**
   * Whether a schema must be declared for reading unless inferred. False for text, whose schema is
   * fixed, and self-describing formats.
   */
  boolean needsSchema();

  /** The types it can write ({@code text} only a string, ...). */
  boolean canWrite(DataType type);

  /** Whether a column that is VARIANT, or holds such values, can be read. */
  default boolean readsVariants() {
    return false;
  }

  /**
   * The columns that reading gives by these options whatever the files hold, so that none need be
   * declared; empty if the files tell.
   */
  default Optional<Schema> fixedSchema(Options options) {
    return Optional.empty();
  }

  /** Whether its files are text, which a program can read line by line. */
  default boolean isText() {
    return false;
  }

  /** Whether rows without any column can be written: when all are in the path. */
  default boolean canWriteNoColumns() {
    return false;
  }

  /**
   * The options, with what they name by its place read from there. Called once when a source opens,
   * before {@link #inferSchema} and {@link #reader}, and once when a sink opens, before {@link
   * #checkWrite} and {@link #writer}: those are given the result.
   *
   * @param baseDirectory where relative places start
   */
  default Options resolved(Options options, FileStores stores, String baseDirectory)
      throws IOException {
    return options;
  }

  /**
   * The columns found by looking into these files, for {@code inferSchema: true} and {@code schema
   * infer}.
   */
  Schema inferSchema(List<FileStatus> files, Options options, FileStores stores, Session session)
      throws IOException;

  /**
   * Prepares reading files of this schema (the data columns, without those of the path). Called
   * once a query.
   */
  Reader reader(Schema schema, Options options, Session session);

  /** Reads files. Thread-safe: regions are opened by worker threads. */
  interface Reader {
    /**
     * True if a file of this name may be cut into regions: a line format that is not compressed and
     * not {@code multiLine}.
     */
    boolean splittable(String fileName);

    /**
     * The rows that begin in the bytes {@code start} (inclusive) to {@code end} (exclusive) of a
     * file. The reader closes the input. Failures name the file, and for rows the line or byte
     * position.
     */
    BatchReader open(FileStatus file, FileInput input, long start, long end, ScanRequest request)
        throws IOException;
  }

  /** Prepares writing rows of this schema (without partition columns). Called once a query. */
  Writer writer(Schema schema, Options options, Session session);

  /** Writes files. Thread-safe. */
  interface Writer {
    /**
     * What follows the unique part of a file name: {@code .c000.snappy.parquet}, {@code
     * -c000.csv.gz}.
     */
    String suffix();

    FileWriter open(FileOutput output) throws IOException;
  }

  /** One file being written. Does not commit nor close the output. */
  interface FileWriter {
    void write(Batch batch) throws IOException;

    /** Writes what is still held back and the end of the file. */
    void finish() throws IOException;

    /** About how many bytes of heap it holds. */
    default long memoryBytes() {
      return 0;
    }
  }
}
