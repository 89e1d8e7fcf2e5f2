package dev.sluice.connectors.parquet;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes and reads whole Parquet files, for tests. */
final class ParquetFiles {
  static final LocalFileStore STORE = new LocalFileStore();
  static final ParquetFormat FORMAT = new ParquetFormat();

  private ParquetFiles() {}

  static Schema infer(Path file) throws IOException {
    return FORMAT.inferSchema(
        List.of(STORE.status(file.toString()).orElseThrow()),
        Options.of(FORMAT.options(), Map.of()),
        location -> STORE,
        Session.DEFAULT);
  }

  /** The rows, each a list of the values of its columns. */
  static List<List<@Nullable Object>> read(Path file, Schema schema, int batchRows)
      throws IOException {
    return read(file, new ScanRequest(schema, List.of(), batchRows));
  }

  static List<List<@Nullable Object>> read(Path file, ScanRequest request) throws IOException {
    return read(file, request, Map.of());
  }

  static List<List<@Nullable Object>> read(
      Path file, ScanRequest request, Map<String, String> options) throws IOException {
    Schema schema = request.schema();
    FileStatus status = STORE.status(file.toString()).orElseThrow();
    FileFormat.Reader reader =
        FORMAT.reader(schema, Options.of(FORMAT.options(), options), Session.DEFAULT);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (BatchReader batches =
        reader.open(status, STORE.open(status.location()), 0, status.length(), request)) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        for (int row = 0; row < batch.rows(); row++) {
          List<@Nullable Object> values = new ArrayList<>();
          for (int i = 0; i < schema.size(); i++) {
            values.add(batch.column(i).isNull(row) ? null : batch.column(i).value(row));
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }

  static void write(Path file, Schema schema, List<Batch> batches, String compression)
      throws IOException {
    write(file, schema, batches, Map.of("compression", compression));
  }

  static void write(Path file, Schema schema, List<Batch> batches, Map<String, String> options)
      throws IOException {
    FileFormat.Writer writer =
        FORMAT.writer(schema, Options.of(FORMAT.writeOptions(), options), Session.DEFAULT);
    try (FileOutput output = STORE.create(file.toString())) {
      FileFormat.FileWriter rows = writer.open(output);
      for (Batch batch : batches) {
        rows.write(batch);
      }
      rows.finish();
      output.commit();
    }
  }
}
