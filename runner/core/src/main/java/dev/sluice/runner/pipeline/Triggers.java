package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Durations;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.runner.plan.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** {@code trigger:} of the file, and {@code --trigger} of the command. */
final class Triggers {
  private static final List<String> WORDS =
      List.of("default", "once", "availableNow", "processingTime=INTERVAL");

  private Triggers() {}

  /** A word, or a mapping of one key; what has another shape has been reported by the schema. */
  static Trigger of(Node node, Problems problems) {
    if (node instanceof Node.Text text) {
      return word(text.value(), text.at(), problems);
    }
    if (node instanceof Node.Mapping mapping && mapping.entries().size() == 1) {
      Node.Entry entry = mapping.entries().get(0);
      if (entry.value() instanceof Node.Text interval) {
        if (entry.key().value().equals("processingTime")) {
          return processingTime(interval.value(), interval.at(), problems);
        }
        if (entry.key().value().equals("continuous")) {
          continuous(entry.key().at(), problems);
        }
      }
    }
    return new Trigger.Default();
  }

  /** {@code --trigger once}, {@code --trigger processingTime=5s}, {@code --trigger 5s}. */
  static Trigger ofCommand(String text, Problems problems) {
    SourcePosition at = new SourcePosition("--trigger", 0, 0);
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("processingtime=")) {
      return processingTime(text.substring("processingtime=".length()), at, problems);
    }
    if (lower.startsWith("continuous")) {
      continuous(at, problems);
      return new Trigger.Default();
    }
    return !text.isEmpty() && Character.isDigit(text.charAt(0))
        ? processingTime(text, at, problems)
        : word(text, at, problems);
  }

  private static Trigger word(String word, SourcePosition at, Problems problems) {
    switch (word.toLowerCase(Locale.ROOT)) {
      case "default":
        return new Trigger.Default();
      case "once":
        return new Trigger.Once();
      case "availablenow":
        return new Trigger.AvailableNow();
      default:
        if (at.line() == 0) {
          problems.error(
              "invalid-trigger",
              at,
              "there is no trigger '" + word + "'",
              Names.suggestion(word, WORDS));
        }
        return new Trigger.Default();
    }
  }

  private static void continuous(SourcePosition at, Problems problems) {
    problems.error(
        "not-supported-yet",
        at,
        "continuous processing is not supported yet",
        "use 'processingTime' with a short interval");
  }

  private static Trigger processingTime(String text, SourcePosition at, Problems problems) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.matches(".*[0-9 ](months?|years?)\\b.*")) {
      problems.error(
          "invalid-trigger",
          at,
          "an interval cannot be of months or years, such as '" + text + "'",
          "their length varies: write it in days");
      return new Trigger.Default();
    }
    try {
      long millis = Durations.millis(text);
      if (millis < 0) {
        problems.error("invalid-trigger", at, "the interval '" + text + "' is negative", null);
        return new Trigger.Default();
      }
      return millis == 0
          ? new Trigger.Default()
          : new Trigger.ProcessingTime(Duration.ofMillis(millis));
    } catch (IllegalArgumentException e) {
      problems.error(
          "invalid-trigger",
          at,
          "'" + text + "' is not a length of time",
          "write it as '10 seconds'");
      return new Trigger.Default();
    }
  }
}
