package dev.sluice.runner.yaml;

import dev.sluice.operators.diagnostics.Problems;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** The parser's complaints in our words. */
final class YamlMessages {
  private YamlMessages() {}

  static void report(MarkedYamlEngineException e, SourceText source, Problems problems) {
    boolean openQuote =
        e.getProblem() != null && e.getProblem().contains("found unexpected end of stream");
    int index =
        (openQuote ? e.getContextMark() : e.getProblemMark())
            .or(e::getContextMark)
            .map(mark -> Math.min(mark.getIndex(), source.length()))
            .orElse(0);
    String problem = e.getProblem() == null ? "" : e.getProblem();
    String context = e.getContext() == null ? "" : e.getContext();
    String fact = fact(problem, context, source.at(index));
    problems.error("invalid-yaml", source.position(index), fact, remedy(problem, context));
  }

  private static String fact(String problem, String context, int point) {
    if (problem.contains("mapping values are not allowed here")) {
      return "a ':' cannot stand here";
    }
    if (problem.contains("could not find expected ':'")) {
      return "this line is neither 'key: value' nor part of a value";
    }
    if (problem.contains("found unexpected end of stream")) {
      return "the text that starts here is never closed";
    }
    if (problem.contains("found unknown escape character")) {
      return "in double quotes a '\\' begins an escape, and this is none";
    }
    if (problem.contains("that cannot start any token")) {
      return point == '\t'
          ? "a tab cannot indent or separate"
          : "the character '" + Character.toString(point) + "' cannot start a value";
    }
    if (problem.contains("undefined alias") || context.contains("undefined alias")) {
      return "the alias has no anchor";
    }
    if (context.contains("flow sequence")) {
      return "the list that starts with '[' is not closed, or a ',' is missing";
    }
    if (context.contains("flow mapping")) {
      return "the mapping that starts with '{' is not closed, or a ',' is missing";
    }
    if (context.contains("block mapping")) {
      return "this line does not continue the mapping above it";
    }
    if (context.contains("block collection") || context.contains("block sequence")) {
      return "this line does not continue the list above it";
    }
    return "this is not YAML: " + problem.toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
  }

  private static @Nullable String remedy(String problem, String context) {
    if (context.contains("flow sequence") || context.contains("flow mapping")) {
      return "a text with a comma, a quote or '${' inside needs quotes around it there";
    }
    if (problem.contains("mapping values are not allowed here")) {
      return "put the text in quotes, or mind the indentation";
    }
    if (problem.contains("could not find expected ':'")) {
      return "is a ':' missing?";
    }
    if (problem.contains("found unexpected end of stream")) {
      return "close the quote";
    }
    if (problem.contains("found unknown escape character")) {
      return "write '\\\\' for the character itself, or use single quotes";
    }
    if (problem.contains("TAB")) {
      return "use spaces";
    }
    if (problem.contains("that cannot start any token")) {
      return "put the text in quotes";
    }
    if (context.contains("block")) {
      return "mind the indentation";
    }
    return null;
  }
}
