package com.example.sluice;

import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.testing.SourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Does all that a source must do; tests of its own features come beside it. */
class LogFileSourceTest extends SourceContract {
  private int written;

  @Override
  protected SourceType type() {
    return new LogFileSourceType();
  }

  @Override
  protected Map<String, String> options() {
    return Map.of("path", "app.log");
  }

  @Override
  protected Map<String, String> limit() {
    return Map.of("maxLinesPerTrigger", "2");
  }

  @Override
  protected int mostRows() {
    return 2;
  }

  @Override
  protected int produce() throws IOException {
    Path file = folder.resolve("app.log");
    for (int i = 0; i < 5; i++) {
      Files.writeString(
          file, "line " + written++ + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    return 5;
  }
}
