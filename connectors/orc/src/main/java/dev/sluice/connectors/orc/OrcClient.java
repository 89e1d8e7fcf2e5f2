package dev.sluice.connectors.orc;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import java.io.IOException;
import java.time.ZoneId;
import java.util.Map;

/** What reads and writes files; its implementation needs the ORC library. Thread-safe. */
public interface OrcClient {
  /** The columns of a file; none for one without a byte. Does not close the input. */
  Schema schema(FileInput input) throws IOException;

  /**
   * The rows of the stripes that begin in the bytes {@code start} to {@code end}. The reader closes
   * the input.
   */
  BatchReader open(
      FileInput input, long start, long end, ScanRequest request, ReadSettings settings)
      throws IOException;

  /**
   * Begins a file.
   *
   * @param zone whose wall clock the file's times without zone show
   * @param properties the library's own settings, by its names
   */
  FileFormat.FileWriter create(
      FileOutput output, Schema schema, ZoneId zone, Map<String, String> properties)
      throws IOException;

  /**
   * How files are read.
   *
   * @param columns all data columns of the source: files without names are matched with them by
   *     position
   * @param byPosition whether names in files are not looked at
   * @param zone whose wall clock the file's times without zone show
   */
  record ReadSettings(Schema columns, boolean byPosition, ZoneId zone) {}
}
