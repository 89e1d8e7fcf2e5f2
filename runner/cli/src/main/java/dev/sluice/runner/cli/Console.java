package dev.sluice.runner.cli;

import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.io.Locations;
import dev.sluice.operators.json.Json;
import dev.sluice.runner.pipeline.Secrets;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The command's surroundings, injected.
 *
 * @param out data, and nothing else
 * @param err everything else
 * @param terminal whether a person looks at {@code err}
 * @param directory where relative paths of the command line start
 * @param secrets what {@code err} must never show
 */
record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    Path directory,
    Map<String, String> environment,
    Secrets secrets) {
  /** A location of the command line, as an absolute one. */
  String resolve(String location) {
    return Locations.resolve(location, directory.toAbsolutePath().toString());
  }

  /** One line for people: nothing in it can move the cursor, and secrets are struck out. */
  void say(String line) {
    err.println(shown(line));
    err.flush();
  }

  /** One line of JSON: it stays JSON, whatever is struck out of its texts. */
  void sayJson(Map<String, ?> json) {
    err.println(Escapes.visible(Json.write(secrets.redactJson(json))));
    err.flush();
  }

  void say(List<Problem> problems) {
    problems.forEach(problem -> say(problem.toString()));
  }

  /** Several lines for people. */
  String shownLines(String text) {
    StringBuilder out = new StringBuilder();
    text.lines().forEach(line -> out.append(shown(line)).append('\n'));
    return out.toString();
  }

  String shown(String line) {
    return Escapes.visible(secrets.redact(line));
  }
}
