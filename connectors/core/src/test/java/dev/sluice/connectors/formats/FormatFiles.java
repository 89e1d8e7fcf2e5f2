package dev.sluice.connectors.formats;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads whole files through a format, for tests. */
final class FormatFiles {
  static final LocalFileStore STORE = new LocalFileStore();

  private FormatFiles() {}

  static FileStatus status(Path file) throws IOException {
    return STORE.status(file.toString()).orElseThrow();
  }

  static Schema infer(FileFormat format, Path file, Map<String, String> options)
      throws IOException {
    return format.inferSchema(
        List.of(status(file)),
        Options.of(format.options(), options),
        location -> STORE,
        Session.DEFAULT);
  }

  static List<List<@Nullable Object>> read(
      FileFormat format, Path file, Schema schema, Schema wanted, Map<String, String> options)
      throws IOException {
    return read(format, file, schema, wanted, options, 0, Long.MAX_VALUE, Batch.TARGET_ROWS);
  }

  static List<List<@Nullable Object>> read(
      FileFormat format,
      Path file,
      Schema schema,
      Schema wanted,
      Map<String, String> options,
      long start,
      long end,
      int batchRows)
      throws IOException {
    FileFormat.Reader reader =
        format.reader(schema, Options.of(format.options(), options), Session.DEFAULT);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    FileStatus status = status(file);
    try (BatchReader batches =
        reader.open(
            status,
            STORE.open(status.location()),
            start,
            Math.min(end, status.length()),
            new ScanRequest(wanted, List.of(), batchRows))) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        for (int row = 0; row < batch.rows(); row++) {
          @Nullable Object[] values = new @Nullable Object[wanted.size()];
          for (int i = 0; i < values.length; i++) {
            Column column = batch.column(i);
            values[i] = column.isNull(row) ? null : column.value(row);
          }
          rows.add(Arrays.asList(values));
        }
      }
    }
    return rows;
  }
}
