package dev.sluice.connectors.file;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.Split;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A folder with input files, and the sources that read it. */
final class FileSourceHarness {
  static final FileStore STORE = new LocalFileStore();

  final Path root;
  final Path in;
  final Path log;
  private Schema declared = LineFormat.SCHEMA;

  FileSourceHarness(Path root) {
    this.root = root;
    this.in = root.resolve("in");
    this.log = root.resolve("checkpoint/sources/0");
    try {
      Files.createDirectories(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FileSourceHarness declared(Schema schema) {
    declared = schema;
    return this;
  }

  /** Puts a file of one number there, with a modification time in seconds after a fixed day. */
  void put(String path, long value, long seconds) {
    write(path, value + "\n", seconds);
  }

  void write(String path, String text, long seconds) {
    try {
      Path file = in.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L + seconds * 1000));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Source open(String... namesAndValues) {
    return open(new LineFormat(), namesAndValues);
  }

  Source open(FileFormat format, String... namesAndValues) {
    Map<String, String> given = new HashMap<>(Map.of("path", "in"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    SourceType type = FormatComponents.source(format);
    return type.open(
        Options.of(type.options(), given),
        Optional.of(declared),
        new SourceContext(
            "in",
            location -> STORE,
            Clock.SYSTEM,
            log.toString(),
            root.toString(),
            2,
            Session.DEFAULT));
  }

  /** The rows after {@code from} up to {@code to}, each as the list of its values. */
  static List<Object> rows(Source source, Offset from, Offset to, Schema schema) {
    return rows(source.splits(from, to), schema);
  }

  static List<Object> rows(List<Split> splits, Schema schema) {
    List<Object> rows = new ArrayList<>();
    for (Split split : splits) {
      try (BatchReader reader = split.open(new ScanRequest(schema, List.of(), 10))) {
        for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
          for (int row = 0; row < batch.rows(); row++) {
            List<Object> values = new ArrayList<>();
            for (int column = 0; column < schema.size(); column++) {
              values.add(String.valueOf(batch.column(column).value(row)));
            }
            rows.add(schema.size() == 1 ? values.get(0) : values);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return rows;
  }

  /** Runs batches until nothing is new: the rows of each. */
  static List<List<Object>> drain(Source source, Offset start) {
    List<List<Object>> batches = new ArrayList<>();
    Offset from = start;
    while (true) {
      Offset to = source.latestOffset(from, ReadLimit.CONFIGURED);
      if (to.equals(from)) {
        return batches;
      }
      batches.add(rows(source, from, to, source.schema()));
      source.commit(to);
      from = to;
    }
  }

  static List<List<Object>> drain(Source source) {
    return drain(source, source.initialOffset());
  }
}
