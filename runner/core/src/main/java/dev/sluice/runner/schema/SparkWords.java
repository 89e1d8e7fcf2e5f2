package dev.sluice.runner.schema;

import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.expression.IntervalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What people who write Spark programs may call things, and what to write here. */
final class SparkWords {
  private static final Map<String, String> STEPS =
      Map.ofEntries(
          Map.entry("cache", "rows are read once; a view can be used several times"),
          Map.entry("coalesce", "'parallelism' in 'settings' says how many work; files follow it"),
          Map.entry("collect", "rows come out by a sink: console, memory"),
          Map.entry("dropna", "write 'where: COLUMN IS NOT NULL'"),
          Map.entry("fillna", "write 'withColumns: {COLUMN: coalesce(COLUMN, VALUE)}', in quotes"),
          Map.entry("foreach", "it is a sink"),
          Map.entry("persist", "rows are read once; a view can be used several times"),
          Map.entry("repartition", "'parallelism' in 'settings' says how many work"),
          Map.entry("show", "it is a sink: format: console"),
          Map.entry("todf", "it is called 'rename'"),
          Map.entry("agg", "write 'groupBy: {keys: [...], agg: {...}}'"),
          Map.entry("crossjoin", "write 'join: {with: ..., type: cross}'"),
          Map.entry("distinct", "write 'dropDuplicates: {}'"),
          Map.entry(
              "dropduplicateswithinwatermark", "write 'dropDuplicates: {withinWatermark: true}'"),
          Map.entry(
              "expect",
              "it is not there yet; 'where' drops rows that break a rule, and"
                  + " 'where: if(RULE, true, raise_error(TEXT))' ends the run at one"),
          Map.entry("explode", "write it as an item of 'select'"),
          Map.entry("filter", "it is called 'where'"),
          Map.entry("flatmapgroupswithstate", "it is said with 'transformWithState'"),
          Map.entry("foreachbatch", "it is a sink"),
          Map.entry("having", "write 'where' behind the 'groupBy'"),
          Map.entry("mapgroupswithstate", "it is said with 'transformWithState'"),
          Map.entry("selectexpr", "it is called 'select'"),
          Map.entry("unionall", "it is called 'union'"),
          Map.entry("unionbyname", "it is called 'union'"),
          Map.entry("withcolumnrenamed", "it is called 'rename'"),
          Map.entry("withcolumnsrenamed", "it is called 'rename'"));

  private static final Map<String, String> KEYS =
      Map.of(
          "checkpoint", "checkpointLocation",
          "queryname", "name",
          "readstream", "source",
          "writestream", "sink",
          "transformations", "steps");

  /** Keys of steps by the names of Spark's parameters: step, key there, key here. */
  private static final Map<String, Map<String, String>> STEP_KEYS =
      Map.of(
          "watermark",
          Map.of("eventtime", "column", "delaythreshold", "delay", "threshold", "delay"),
          "window",
          Map.of(
              "timecolumn", "column",
              "windowduration", "duration",
              "slideduration", "slide",
              "gapduration", "gap",
              "gap_duration", "gap",
              "size", "duration"),
          "groupBy",
          Map.of("by", "keys", "columns", "keys", "cols", "keys", "aggregations", "agg"),
          "join",
          Map.of("how", "type", "jointype", "type", "right", "with", "other", "with"),
          "dropDuplicates",
          Map.of("subset", "columns", "keys", "columns", "cols", "columns"));

  private static final List<String> TRIGGERS =
      List.of("default", "once", "availableNow", "processingTime", "continuous");

  private static final String REAL_TIME =
      "a trigger of Spark's that is not there; the usual one, 'default', takes rows within"
          + " milliseconds, and 'continuous: 1 second' passes them on as they come";

  private SparkWords() {}

  /** The remedy for a step of this name. */
  static Optional<String> step(String name) {
    return Optional.ofNullable(STEPS.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The remedy for a key of this name at a JSON pointer. */
  static Optional<String> key(String pointer, String name) {
    String word = name.toLowerCase(Locale.ROOT);
    if (pointer.equals("/trigger") && word.equals("realtime")) {
      return Optional.of(REAL_TIME);
    }
    if (pointer.equals("/trigger")) {
      return TRIGGERS.stream()
          .filter(trigger -> trigger.equalsIgnoreCase(name))
          .findFirst()
          .map(
              trigger ->
                  isLong(trigger)
                      ? "it is called '" + trigger + "'"
                      : "write 'trigger: " + trigger + "'");
    }
    String last = pointer.substring(pointer.lastIndexOf('/') + 1);
    if (STEP_KEYS.containsKey(last) && STEP_KEYS.get(last).containsKey(word)) {
      return Optional.of("it is called '" + STEP_KEYS.get(last).get(word) + "'");
    }
    boolean top = pointer.isEmpty() || pointer.startsWith("/source") || pointer.startsWith("/sink");
    String meant = top ? KEYS.get(word) : null;
    if (meant == null) {
      return Optional.empty();
    }
    return Optional.of(
        pointer.isEmpty()
            ? "it is called '" + meant + "'"
            : "'" + meant + "' is a key of the pipeline");
  }

  private static boolean isLong(String trigger) {
    return trigger.equals("processingTime") || trigger.equals("continuous");
  }

  /** The remedy for a word that is none of those that can stand there. */
  static String value(String value, List<String> words) {
    String plain = value.toLowerCase(Locale.ROOT).replace("_", "").replace(" ", "");
    String spark =
        switch (plain) {
          case "left" -> "leftOuter";
          case "right" -> "rightOuter";
          case "outer", "full" -> "fullOuter";
          case "semi" -> "leftSemi";
          case "anti" -> "leftAnti";
          default -> plain;
        };
    for (String word : words) {
      if (word.equalsIgnoreCase(spark)) {
        return "did you mean '" + word + "'?";
      }
    }
    for (String word : words) {
      String lower = word.toLowerCase(Locale.ROOT);
      boolean part = plain.startsWith(lower) || lower.startsWith(plain);
      if (part && Math.min(plain.length(), lower.length()) >= 3) {
        return "did you mean '" + word + "'?";
      }
    }
    return Names.suggestion(value, words);
  }

  /** The remedy for an option that a component does not have. */
  static Optional<String> option(String name, boolean source, List<String> options) {
    String word = name.toLowerCase(Locale.ROOT);
    if (!source && (word.equals("modifiedbefore") || word.equals("modifiedafter"))) {
      return Optional.of("it chooses files to read; a sink has none");
    }
    if (word.startsWith("asyncprogresstracking")) {
      return Optional.of("leave it out: the checkpoint's log is written beside the batches anyway");
    }
    if (source && word.equals("inferschema") && options.contains("pathGlobFilter")) {
      return Optional.of("leave it out: such files tell their columns by themselves");
    }
    String meant =
        switch (word) {
          case "topic", "topics" -> source ? "subscribe" : "topic";
          case "brokers", "servers" -> "kafka.bootstrap.servers";
          case "delimiter", "separator" -> "sep";
          case "charset" -> "encoding";
          case "table", "tablename" -> "dbtable";
          case "username" -> "user";
          case "rows", "rowspersec" -> "rowsPerSecond";
          default -> "";
        };
    List<String> near =
        options.stream()
            .filter(o -> o.equals(meant) || o.toLowerCase(Locale.ROOT).endsWith("." + word))
            .toList();
    return near.size() == 1 ? Optional.of("did you mean '" + near.get(0) + "'?") : Optional.empty();
  }

  /** The remedy for a trigger that is no word. */
  static String trigger(String value, List<String> words) {
    if (value.equalsIgnoreCase("realTime")) {
      return REAL_TIME;
    }
    for (String trigger : TRIGGERS) {
      if (isLong(trigger) && trigger.equalsIgnoreCase(value)) {
        return "say how long: {" + trigger + ": 10 seconds}";
      }
    }
    if (value.matches("[0-9]+ *[a-zA-Z]+") && IntervalText.parseUnits(value).isPresent()) {
      return "write {processingTime: " + value + "}";
    }
    List<String> all = new ArrayList<>(words);
    all.add("{processingTime: 10 seconds}");
    all.add("{continuous: 1 second}");
    return Names.nearest(value, words)
        .map(name -> "did you mean '" + name + "'?")
        .orElse("available: " + String.join(", ", all));
  }
}
