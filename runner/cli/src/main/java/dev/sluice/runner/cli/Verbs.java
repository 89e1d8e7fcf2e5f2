package dev.sluice.runner.cli;

import dev.sluice.operators.diagnostics.Names;
import java.util.List;

/** All verbs; each is made only when it is asked for. */
final class Verbs {
  static final List<String> NAMES =
      List.of("run", "validate", "sql", "functions", "schema", "checkpoint");

  private Verbs() {}

  static Verb of(String name) {
    return switch (name) {
      case "run" -> new RunVerb();
      case "validate" -> new ValidateVerb();
      case "sql" -> new SqlVerb();
      case "functions" -> new FunctionsVerb();
      case "schema" -> new SchemaVerb();
      case "checkpoint" -> new CheckpointVerb();
      default ->
          throw new UsageException(
              "there is no verb '" + name + "'", Names.suggestion(name, NAMES));
    };
  }

  /** The verb that some words begin with, and how many of them it takes. */
  static Named named(List<String> words) {
    Verb verb = of(words.get(0));
    if (words.size() > 1) {
      String name = verb.name() + " " + words.get(1);
      for (Verb action : verb.actions()) {
        if (action.name().equals(name)) {
          return new Named(action, 2);
        }
      }
    }
    return new Named(verb, 1);
  }

  record Named(Verb verb, int words) {}

  static String help() {
    StringBuilder help = new StringBuilder();
    help.append("Streaming pipelines written as YAML, run by one process.\n\n");
    help.append("usage: runner VERB ...\n\n");
    for (String name : NAMES) {
      Verb verb = of(name);
      help.append(
          String.format("  %-34s %s%n", name + " " + verb.operands().synopsis(), verb.summary()));
    }
    help.append("\n  --help     this text; behind a verb, all about it\n");
    help.append("  --version  the version\n\n");
    help.append(
        "Exit codes: 0 done, 1 the pipeline failed, 2 the file or the command line is wrong,\n");
    help.append(
        "3 the checkpoint is in use by another run, 4 the checkpoint does not fit this pipeline.\n");
    return help.toString();
  }

  static String help(Verb verb) {
    StringBuilder help = new StringBuilder();
    help.append("usage: runner ")
        .append(verb.name())
        .append(' ')
        .append(verb.operands().synopsis());
    if (!verb.flags().isEmpty()) {
      help.append(" [flags]");
    }
    help.append("\n\n").append(verb.summary()).append(".\n");
    if (!verb.flags().isEmpty()) {
      help.append('\n');
      List<Flag> flags = verb.flags().stream().filter(Flag::shown).toList();
      int width = flags.stream().mapToInt(f -> f.synopsis().length()).max().orElse(0);
      for (Flag flag : flags) {
        help.append("  ")
            .append(flag.synopsis())
            .append(" ".repeat(width - flag.synopsis().length() + 2))
            .append(flag.description())
            .append('\n');
      }
    }
    if (!verb.actions().isEmpty()) {
      help.append('\n');
      for (Verb action : verb.actions()) {
        help.append(
            String.format(
                "  %-24s %s%n",
                action.name() + " " + action.operands().synopsis(), action.summary()));
      }
      help.append("\n  --help behind one of them tells its flags\n");
    }
    if (!verb.notes().isEmpty()) {
      help.append('\n').append(verb.notes()).append('\n');
    }
    return help.toString();
  }
}
