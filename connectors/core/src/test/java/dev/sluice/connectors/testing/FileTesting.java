package dev.sluice.connectors.testing;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Files of a format, written by its sink and read by its source. */
final class FileTesting {
  private FileTesting() {}

  /** Puts one finished file of these rows into a folder. */
  static void put(FileFormat format, Batch rows, Path scratch, FileStores stores, String target)
      throws IOException {
    SinkType type = FormatComponents.sink(format);
    LocalFileStore files = new LocalFileStore();
    Path out = Files.createTempDirectory(scratch, "out");
    try (Sink sink =
            type.open(
                rows.schema(),
                List.of(),
                OutputMode.APPEND,
                Options.of(type.options(), Map.of("path", out.toString())),
                SinkContexts.of("q", location -> files).baseDirectory(scratch.toString()).build());
        Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(rows);
      part.finish();
      write.commit();
    }
    try (Stream<Path> found = Files.list(out)) {
      Path file =
          found
              .filter(f -> f.getFileName().toString().startsWith("part-"))
              .findFirst()
              .orElseThrow();
      stores.of(target).write(target + "/" + file.getFileName(), Files.readAllBytes(file));
    }
  }

  /** All rows of a folder, as a reader that knows its log sees them. */
  static List<String> read(
      FileFormat format,
      Schema schema,
      Map<String, String> options,
      FileStores stores,
      String out) {
    SourceType type = FormatComponents.source(format);
    Map<String, String> given = new HashMap<>(options);
    given.put("path", out);
    try (Source source =
        type.open(
            Options.of(type.options(), given),
            Optional.of(schema),
            new SourceContext(
                "in", stores, Clock.SYSTEM, out + "-no-log", out, 2, false, Session.DEFAULT))) {
      ScanRequest request = new ScanRequest(schema, List.of(), 100);
      return Rows.joined(
          source.snapshot().stream().map(split -> Rows.read(split, request)).toList());
    }
  }
}
