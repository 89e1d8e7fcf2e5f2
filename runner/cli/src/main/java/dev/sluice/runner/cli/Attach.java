package dev.sluice.runner.cli;

import dev.sluice.connectors.memory.RunningTables;
import dev.sluice.operators.diagnostics.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds the running pipeline that {@code --attach} means. */
final class Attach {
  static final Flag FLAG =
      Flag.of(
          "attach",
          "NAME",
          "reads the 'memory' tables of a running pipeline: its name, its"
              + " process, or its socket");

  private Attach() {}

  /** Throws {@link UsageException} if there is none, or more than one. */
  static RunningTables find(String word, Path directory) {
    if (word.indexOf('/') >= 0) {
      Path socket = directory.resolve(word);
      if (!Files.exists(socket)) {
        throw new UsageException("'--attach': there is no socket '" + word + "'", null);
      }
      return RunningTables.at(socket);
    }
    List<RunningTables> running = RunningTables.all();
    List<RunningTables> named = running.stream().filter(r -> names(r).contains(word)).toList();
    if (named.isEmpty() && !word.isEmpty() && word.chars().allMatch(Character::isDigit)) {
      named = running.stream().filter(r -> word.equals(Long.toString(r.process()))).toList();
    }
    if (named.size() == 1) {
      return named.get(0);
    }
    if (named.isEmpty()) {
      throw new UsageException(
          "'--attach': no pipeline '" + word + "' with a 'memory' sink is running",
          hint(word, running));
    }
    throw new UsageException(
        "'--attach': several pipelines '" + word + "' are running",
        "name one by its process: "
            + String.join(", ", named.stream().map(r -> Long.toString(r.process())).toList()));
  }

  private static List<String> names(RunningTables running) {
    return running.tables().stream().map(RunningTables.Table::name).toList();
  }

  private static String hint(String word, List<RunningTables> running) {
    List<String> all = new ArrayList<>();
    List<String> told = new ArrayList<>();
    for (RunningTables each : running) {
      for (String name : names(each)) {
        all.add(name);
        told.add(name + " (process " + each.process() + ")");
      }
    }
    return all.isEmpty()
        ? "none is running; add 'sink: {format: memory}' to one and run it"
        : Names.nearest(word, all).map(name -> "did you mean '" + name + "'? ").orElse("")
            + "running: "
            + String.join(", ", told);
  }

  /** What there is to query, one line a table. */
  static String list(RunningTables running) {
    StringBuilder text = new StringBuilder();
    for (RunningTables.Table table : running.tables()) {
      List<String> columns = new ArrayList<>();
      table
          .schema()
          .fields()
          .forEach(f -> columns.add(f.name() + " " + f.type().sql().toLowerCase(Locale.ROOT)));
      text.append(table.name())
          .append("  ")
          .append(table.rows())
          .append(" rows, batch ")
          .append(table.batch())
          .append("  (")
          .append(String.join(", ", columns))
          .append(")\n");
    }
    return text.toString();
  }
}
