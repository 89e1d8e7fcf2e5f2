package dev.sluice.runner.cli;

import dev.sluice.operators.json.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Behind {@code scripts/conformance streaming}: runs a file of cases, writes what was observed. */
@NullMarked
class ConformanceRun {
  @Test
  @EnabledIfSystemProperty(named = "conformance.cases", matches = ".+")
  void observesTheCases(@TempDir Path folder) throws IOException {
    Path cases = Path.of(System.getProperty("conformance.cases"));
    Path out = Path.of(System.getProperty("conformance.out"));
    int number = 0;
    try (BufferedWriter writer = Files.newBufferedWriter(out)) {
      for (String line : Files.readAllLines(cases)) {
        Path own = Files.createDirectory(folder.resolve("case" + number++));
        Optional<Map<String, @Nullable Object>> seen =
            StreamingCases.run(Json.parseObject(line), own);
        if (seen.isPresent()) {
          writer.write(Json.write(seen.get()));
          writer.newLine();
        }
      }
    }
  }
}
