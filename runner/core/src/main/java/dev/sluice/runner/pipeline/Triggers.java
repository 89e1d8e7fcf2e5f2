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
      List.of("default", "once", "availableNow", "processingTime=INTERVAL", "continuous=INTERVAL");

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
          return continuous(interval.value(), interval.at(), problems);
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
    if (lower.startsWith("continuous=")) {
      return continuous(text.substring("continuous=".length()), at, problems);
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

  private static Trigger continuous(String text, SourcePosition at, Problems problems) {
    int before = problems.errorCount();
    long millis = interval(text, at, problems);
    if (millis == 0 && problems.errorCount() == before) {
      problems.error(
          "invalid-trigger",
          at,
          "the interval '" + text + "' is none",
          "say how often the checkpoint is written, such as '1 second'");
    }
    return new Trigger.Continuous(Duration.ofMillis(Math.max(1, millis)));
  }

  private static Trigger processingTime(String text, SourcePosition at, Problems problems) {
    long millis = interval(text, at, problems);
    return millis == 0
        ? new Trigger.Default()
        : new Trigger.ProcessingTime(Duration.ofMillis(millis));
  }

  /** Milliseconds; 0 after a mistake. */
  private static long interval(String text, SourcePosition at, Problems problems) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.matches(".*[0-9 ](months?|years?)\\b.*")) {
      problems.error(
          "invalid-trigger",
          at,
          "an interval cannot be of months or years, such as '" + text + "'",
          "their length varies: write it in days");
      return 0;
    }
    try {
      long millis = Durations.millis(text);
      if (millis < 0) {
        problems.error("invalid-trigger", at, "the interval '" + text + "' is negative", null);
        return 0;
      }
      if (millis > 0 && text.strip().chars().allMatch(Character::isDigit)) {
        problems.warning(
            "length-without-unit",
            at,
            "'" + text.strip() + "' has no unit and counts milliseconds",
            "write '" + text.strip() + " ms', or '" + text.strip() + " seconds'");
      }
      return millis;
    } catch (IllegalArgumentException e) {
      problems.error(
          "invalid-trigger",
          at,
          "'" + text + "' is not a length of time",
          "write it as '10 seconds'");
      return 0;
    }
  }
}
