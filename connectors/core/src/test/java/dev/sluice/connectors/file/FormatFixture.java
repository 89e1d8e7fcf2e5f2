package dev.sluice.connectors.file;

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

/** Writes and reads whole files of a format that describes itself, for tests. */
public final class FormatFixture {
  private static final LocalFileStore STORE = new LocalFileStore();

  private FormatFixture() {}

  public static FileStatus status(Path file) throws IOException {
    return STORE.status(file.toString()).orElseThrow();
  }

  public static Schema infer(FileFormat format, Path... files) throws IOException {
    return infer(format, Map.of(), files);
  }

  public static Schema infer(FileFormat format, Map<String, String> options, Path... files)
      throws IOException {
    List<FileStatus> all = new ArrayList<>();
    for (Path file : files) {
      all.add(status(file));
    }
    return format.inferSchema(
        all, Options.of(format.options(), options), location -> STORE, Session.DEFAULT);
  }

  /** The rows, each a list of the values of its columns. */
  public static List<List<@Nullable Object>> read(
      FileFormat format, Path file, Schema schema, int batchRows) throws IOException {
    return read(format, file, schema, new ScanRequest(schema, List.of(), batchRows), Map.of());
  }

  public static List<List<@Nullable Object>> read(
      FileFormat format,
      Path file,
      Schema columns,
      ScanRequest request,
      Map<String, String> options)
      throws IOException {
    return read(format, file, columns, request, options, Session.DEFAULT, 0, status(file).length());
  }

  /** The rows of a part of a file. */
  public static List<List<@Nullable Object>> read(
      FileFormat format,
      Path file,
      Schema columns,
      ScanRequest request,
      Map<String, String> options,
      Session session,
      long start,
      long end)
      throws IOException {
    FileStatus status = status(file);
    FileFormat.Reader reader =
        format.reader(columns, Options.of(format.options(), options), session);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (BatchReader batches =
        reader.open(status, STORE.open(status.location()), start, end, request)) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        rows.addAll(RandomRows.rows(batch));
      }
    }
    return rows;
  }

  public static void write(
      FileFormat format, Path file, Schema schema, List<Batch> batches, Map<String, String> options)
      throws IOException {
    write(format, file, schema, batches, options, Session.DEFAULT);
  }

  public static void write(
      FileFormat format,
      Path file,
      Schema schema,
      List<Batch> batches,
      Map<String, String> options,
      Session session)
      throws IOException {
    FileFormat.Writer writer =
        format.writer(schema, Options.of(format.writeOptions(), options), session);
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
