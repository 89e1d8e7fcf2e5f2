package dev.sluice.runner.cli;

import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.io.Locations;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code runner checkpoint}: shows what one says, prints state, goes back. */
final class CheckpointVerb implements Verb {
  @Override
  public String name() {
    return "checkpoint";
  }

  @Override
  public Operands operands() {
    return new Operands("show|state|rewind DIR", 2, 2);
  }

  @Override
  public String summary() {
    return "tells what a checkpoint says, prints its state, takes it back to an earlier batch";
  }

  @Override
  public List<Flag> flags() {
    return List.of();
  }

  @Override
  public List<Verb> actions() {
    return List.of(new CheckpointShow(), new CheckpointState(), new CheckpointRewind());
  }

  /** Called without an action that is known. */
  @Override
  public int run(Arguments arguments, Console console) {
    String action = arguments.operands().get(0);
    throw new UsageException(
        "a checkpoint cannot be asked to '" + action + "'",
        Names.suggestion(action, List.of("show", "state", "rewind")));
  }

  /** The checkpoint that the command names. */
  static String location(Arguments arguments, Console console) {
    String given = arguments.operands().get(0);
    String location = Locations.resolve(given, console.directory().toString());
    if (!location.contains(":") && Files.isRegularFile(Path.of(location))) {
      throw new UsageException(
          "'" + given + "' is a file, not the folder of a checkpoint",
          "give the folder that 'checkpointLocation' names");
    }
    return location;
  }

  static long number(Arguments arguments, String flag) {
    String text = arguments.find(flag).orElse("");
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // As one below zero.
    }
    throw new UsageException("'--" + flag + "' needs a number from 0, not '" + text + "'", null);
  }

  /** A line of what is told: a word and what it is. */
  static void line(PrintStream out, String what, String value) {
    out.println(Escapes.visible(String.format("%-12s %s", what, value)));
  }
}
