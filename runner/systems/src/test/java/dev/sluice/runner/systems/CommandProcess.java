package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The command in a process of its own, with an environment of its own, as from a shell. */
final class CommandProcess {
  private final Path folder;
  private final Map<String, String> environment;

  CommandProcess(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private Process start(Path out, Path err, String... words) throws IOException {
    ProcessBuilder builder =
        JavaProcess.of(List.of("-Xmx256m"), "dev.sluice.runner.cli.Main", words)
            .directory(folder.toFile());
    builder.environment().putAll(environment);
    return builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
  }

  /** A run that ends by itself, and well; gives what it says. */
  String run(String... words) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    int code = start(out, err, words).waitFor();
    String text = Files.readString(out);
    assertThat(code).as(text + Files.readString(err)).isZero();
    return text;
  }

  /** A run that is ended, as by Ctrl-C, once its output is as wanted; gives that. */
  String runUntil(Predicate<String> wanted, String... words)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Process process = start(out, err, words);
    try {
      String text = Files.readString(out);
      while (!wanted.test(text) && process.isAlive()) {
        Wait.aMoment();
        text = Files.readString(out);
      }
      process.destroy();
      int code = process.waitFor();
      assertThat(code).as(text + Files.readString(err)).isZero();
      assertThat(text).matches(wanted);
      return text;
    } finally {
      process.destroyForcibly();
    }
  }
}
