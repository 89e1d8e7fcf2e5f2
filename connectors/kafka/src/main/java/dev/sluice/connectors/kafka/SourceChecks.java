package dev.sluice.connectors.kafka;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Problems;
import java.util.List;

/** What can be said of a source's options before a broker is asked. */
final class SourceChecks {
  private static final String GROUP = "kafka.group.id";

  private SourceChecks() {}

  static void check(Options options, boolean streaming, Problems problems) {
    subscription(options, problems);
    positions(options, streaming, problems);
    limits(options, problems);
    group(options, problems);
  }

  /** Partitions are assigned, not shared out in a group; its name is still one for everybody. */
  private static void group(Options options, Problems problems) {
    if (!options.isGiven(GROUP)) {
      return;
    }
    problems.warning(
        "risky-option",
        options.at(GROUP),
        "with '"
            + GROUP
            + "' all queries that name this group count as one for the brokers: for their quotas,"
            + " and for tools that show lag",
        "leave it out unless the rights to groups ask for it; 'groupIdPrefix' gives each query one"
            + " of its own");
    if (options.isGiven("groupIdPrefix")) {
      problems.warning(
          "useless-option",
          options.at("groupIdPrefix"),
          "'groupIdPrefix' says nothing where '" + GROUP + "' names the group",
          "leave one of them out");
    }
  }

  private static void subscription(Options options, Problems problems) {
    List<String> given = Subscription.WORDS.stream().filter(options::isGiven).toList();
    if (given.isEmpty()) {
      problems.error(
          "missing-option",
          options.at(),
          "nothing says which topics are read",
          "add 'subscribe: TOPIC', or one of 'subscribePattern' and 'assign'");
      return;
    }
    if (given.size() > 1) {
      problems.error(
          "conflicting-options",
          options.at(given.get(1)),
          "'" + given.get(0) + "' and '" + given.get(1) + "' exclude each other",
          "keep one of them");
      return;
    }
    try {
      Subscription.of(options);
    } catch (IllegalArgumentException e) {
      invalid(options, given.get(0), e, problems);
    }
  }

  private static void invalid(
      Options options, String name, IllegalArgumentException e, Problems problems) {
    problems.error(
        "invalid-option-value",
        options.at(name),
        "'" + name + "' cannot be '" + options.text(name) + "': " + firstLine(e),
        null);
  }

  private static String firstLine(IllegalArgumentException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static void positions(Options options, boolean streaming, Problems problems) {
    for (String name : List.of("startingOffsets", "endingOffsets")) {
      tryParse(options, name, streaming, problems);
    }
    for (String name : List.of("startingOffsetsByTimestamp", "endingOffsetsByTimestamp")) {
      tryParse(options, name, streaming, problems);
    }
    for (String name : List.of("endingOffsets", "endingOffsetsByTimestamp", "endingTimestamp")) {
      if (streaming && options.isGiven(name)) {
        String what = name.equals("endingOffsets") ? "ending offset" : "ending timestamp";
        problems.error(
            "refused-option",
            options.at(name),
            what + " not valid in streaming queries",
            "leave '" + name + "' out, or read a table with 'static: true'");
      }
    }
    if (!streaming && isWord(options, "startingOffsets", "latest")) {
      problems.error(
          "invalid-option-value",
          options.at("startingOffsets"),
          "starting offset can't be latest for batch queries on Kafka",
          "a table that starts at its end is empty");
    }
    if (isWord(options, "endingOffsets", "earliest")) {
      problems.error(
          "invalid-option-value",
          options.at("endingOffsets"),
          "ending offset can't be earliest for batch queries on Kafka",
          "a table that ends at its beginning is empty");
    }
  }

  private static boolean isWord(Options options, String name, String word) {
    return options.find(name).map(text -> text.trim().equalsIgnoreCase(word)).orElse(false);
  }

  private static void tryParse(Options options, String name, boolean streaming, Problems problems) {
    if (!options.isGiven(name)) {
      return;
    }
    Options only = options.restrictedTo(List.of(Option.text(name, "")));
    try {
      if (name.startsWith("starting")) {
        Position.start(only, streaming);
      } else {
        Position.end(only);
      }
    } catch (IllegalArgumentException e) {
      invalid(options, name, e, problems);
    }
  }

  private static void limits(Options options, Problems problems) {
    long max = options.findNumber("maxOffsetsPerTrigger").orElse(Long.MAX_VALUE);
    long min = options.findNumber("minOffsetsPerTrigger").orElse(0L);
    if (min > max) {
      problems.error(
          "invalid-option-value",
          options.at("minOffsetsPerTrigger"),
          "The value of minOffsetPerTrigger("
              + min
              + ") should be less than or equal to the value of maxOffsetsPerTrigger("
              + max
              + ")",
          null);
    }
  }
}
