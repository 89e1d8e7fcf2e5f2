package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Expected texts in files; {@code -Dgolden=update} writes what is there now. */
final class Golden {
  private Golden() {}

  static void check(Path file, String actual) throws IOException {
    if ("update".equals(System.getProperty("golden"))) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    assertThat(file).as("run with -Dgolden=update to make it").exists();
    assertThat(actual).isEqualTo(Files.readString(file));
  }
}
