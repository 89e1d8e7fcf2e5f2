package com.example.sluice;

import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.testing.SinkContract;
import dev.sluice.operators.data.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Does all that a sink must do. */
class JournalSinkTest extends SinkContract {
  @Override
  protected SinkType type() {
    return new JournalSinkType();
  }

  @Override
  protected Map<String, String> options() {
    return Map.of("path", "journal");
  }

  @Override
  protected boolean readsBackTypes() {
    // It writes texts for people.
    return false;
  }

  @Override
  protected List<String> visible(Schema schema) throws IOException {
    List<String> rows = new ArrayList<>();
    Path journal = folder.resolve("journal");
    if (Files.isDirectory(journal)) {
      try (Stream<Path> files = Files.list(journal)) {
        for (Path file : files.filter(f -> !f.getFileName().toString().startsWith(".")).toList()) {
          rows.addAll(Files.readAllLines(file));
        }
      }
    }
    return rows;
  }
}
