package dev.sluice.runner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.runner.pipeline.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs the command in this process, as a shell would. */
final class Command {
  /** What a run left behind. */
  record Result(int code, String out, String err) {}

  private Command() {}

  static Result run(Path directory, String... words) {
    return run(directory, Map.of(), words);
  }

  static Result run(Path directory, Map<String, String> environment, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            directory,
            environment,
            new Secrets());
    int code = Main.run(List.of(words), console);
    return new Result(code, out.toString(UTF_8), err.toString(UTF_8));
  }
}
