package dev.sluice.runner.checkpoint;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import dev.sluice.runner.plan.CheckpointMismatchException;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.PlannedSink;
import dev.sluice.runner.plan.PlannedSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of a plan must not change while a checkpoint is used (Spark's guide, "Recovery Semantics
 * after Changes in a Streaming Query"): the sources and their places, what stateful steps keep, and
 * where files are written.
 *
 * @param sources name and place of each source, in order
 * @param stateful what each stateful step keeps, in order
 * @param sinks the place of each sink, in order; empty text if it may change
 */
public record Fingerprint(List<Part> sources, List<Part> stateful, List<Part> sinks) {
  private static final String AGGREGATES = " aggregates [";
  private static final String NEW_CHECKPOINT =
      "; undo the change, or start with a new checkpointLocation";

  /** One thing that must stay: what to call it in a message, and its exact description. */
  public record Part(String label, String description) {}

  /** Of a plan about to run. */
  public static Fingerprint of(Plan plan) {
    List<Part> sources = new ArrayList<>();
    for (PlannedSource source : plan.sources()) {
      if (source.streaming()) {
        sources.add(new Part("source '" + source.name() + "'", source.fingerprint()));
      }
    }
    List<Part> stateful = new ArrayList<>();
    List<Part> sinks = new ArrayList<>();
    for (PlannedSink sink : plan.sinks()) {
      collect(sink.rel(), sink, stateful);
      String place = sink.fingerprint().equals(sink.type().name()) ? "" : sink.fingerprint();
      sinks.add(new Part("sink '" + sink.name() + "'", place));
    }
    return new Fingerprint(sources, stateful, sinks);
  }

  private static void collect(Rel node, PlannedSink sink, List<Part> into) {
    for (Rel input : node.inputs()) {
      collect(input, sink, into);
    }
    if (node instanceof Rel.Aggregate aggregate
        && aggregate.scope() == Rel.Aggregate.Scope.STREAM) {
      into.add(new Part(node.origin().label(), describe(aggregate) + " " + sink.mode()));
    } else if (node instanceof Rel.TransformWithState fold && Rel.streams(node)) {
      into.add(new Part(node.origin().label(), describe(fold.program())));
    } else if (node instanceof Rel.Limit limit) {
      into.add(new Part(node.origin().label(), "limit " + limit.count()));
    }
  }

  private static String describe(Rel.Aggregate aggregate) {
    String keys =
        aggregate.keys().stream().map(Fingerprint::describe).collect(Collectors.joining(", "));
    String aggregations =
        aggregate.aggregations().stream()
            .map(Fingerprint::describe)
            .collect(Collectors.joining(", "));
    String windows =
        aggregate.input() instanceof Rel.Generate generate
                && Schema.isHidden(generate.schema().field(generate.schema().size() - 1))
            ? " windows [" + generate.generator().sql() + "]"
            : "";
    return "keys [" + keys + "]" + windows + AGGREGATES + aggregations + "]";
  }

  /** What is done with a state may change, but not what is kept. */
  private static String describe(StateProgram program) {
    return "keys ["
        + program.keys().stream().map(Fingerprint::describe).collect(Collectors.joining(", "))
        + "] state ["
        + program.state().ddl()
        + "]"
        + program.timeout().map(timeout -> " timeout " + timeout.clock()).orElse("")
        + (program.ttlMillis() > 0 ? " ttl" : "");
  }

  private static String describe(NamedExpression key) {
    return key.expression().sql() + " " + key.expression().type().sql();
  }

  private static String describe(NamedAggregation named) {
    return (named.distinct() ? "distinct " : "")
        + named.aggregation().sql()
        + named.filter().map(f -> " filter " + f.sql()).orElse("")
        + " "
        + named.aggregation().type().sql();
  }

  /**
   * Throws if the plan can not go on where a plan of the fingerprint {@code before} stopped, naming
   * what changed.
   */
  void requireContinues(Fingerprint before, boolean evolves) {
    if (before.sources.size() != sources.size()) {
      throw mismatch(
          "sources-changed",
          "there are ["
              + before.sources.size()
              + "] sources in the checkpoint and now there are ["
              + sources.size()
              + "]");
    }
    compare("source-changed", before.sources, sources, false);
    if (before.stateful.size() != stateful.size()) {
      List<Part> more = before.stateful.size() > stateful.size() ? before.stateful : stateful;
      Part extra = more.get(Math.min(before.stateful.size(), stateful.size()));
      throw mismatch(
          "state-changed",
          extra.label()
              + (more == stateful
                  ? " keeps state that the checkpoint does not have"
                  : " kept state and is gone")
              + ": "
              + extra.description());
    }
    compare("state-changed", before.stateful, stateful, evolves);
    compareSinks(before.sinks, sinks);
  }

  /**
   * A sink with a place of its own must have had it from the first batch on; one without may take
   * over any time.
   */
  private static void compareSinks(List<Part> before, List<Part> now) {
    for (int i = 0; i < now.size(); i++) {
      String was = i < before.size() ? before.get(i).description() : "";
      Part is = now.get(i);
      if (!is.description().isEmpty() && !is.description().equals(was)) {
        throw mismatch(
            "sink-changed",
            is.label()
                + (was.isEmpty()
                    ? " is now '" + is.description() + "', which would lack the batches before"
                    : " changed from '" + was + "' to '" + is.description() + "'"));
      }
    }
  }

  private static void compare(String code, List<Part> before, List<Part> now, boolean evolves) {
    for (int i = 0; i < now.size(); i++) {
      Part was = before.get(i);
      Part is = now.get(i);
      boolean added = addsAggregates(was.description(), is.description());
      if (!was.description().equals(is.description()) && !(added && evolves)) {
        throw mismatch(
            code,
            is.label() + " changed from '" + was.description() + "' to '" + is.description() + "'",
            added
                ? "; undo the change, start with a new checkpointLocation, or set"
                    + " settings.allowStateEvolution: true, and what was added starts empty"
                : NEW_CHECKPOINT);
      }
    }
  }

  /** True if two aggregations differ only in that the second has further aggregates. */
  private static boolean addsAggregates(String before, String now) {
    int from = before.indexOf(AGGREGATES);
    int to = before.lastIndexOf(']');
    int nowTo = now.lastIndexOf(']');
    if (from < 0
        || to < from
        || !now.startsWith(before.substring(0, from) + AGGREGATES)
        || nowTo < from
        || !now.substring(nowTo).equals(before.substring(to))) {
      return false;
    }
    int start = from + AGGREGATES.length();
    if (nowTo < start || to < start) {
      return false;
    }
    List<String> more = elements(now.substring(start, nowTo));
    int next = 0;
    List<String> fewer = elements(before.substring(start, to));
    for (String aggregate : more) {
      if (next < fewer.size() && fewer.get(next).equals(aggregate)) {
        next++;
      }
    }
    return next == fewer.size() && more.size() > next;
  }

  /** What commas part that stand in no brackets and no quotes. */
  private static List<String> elements(String list) {
    List<String> elements = new ArrayList<>();
    int depth = 0;
    char quote = 0;
    int start = 0;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '`' || c == '"') {
        quote = c;
      } else if (c == '(' || c == '[' || c == '{') {
        depth++;
      } else if (c == ')' || c == ']' || c == '}') {
        depth--;
      } else if (c == ',' && depth == 0) {
        elements.add(list.substring(start, i).trim());
        start = i + 1;
      }
    }
    elements.add(list.substring(start).trim());
    return elements;
  }

  private static CheckpointMismatchException mismatch(String code, String what) {
    return mismatch(code, what, NEW_CHECKPOINT);
  }

  private static CheckpointMismatchException mismatch(String code, String what, String remedy) {
    return new CheckpointMismatchException(
        code, "the checkpoint does not fit the pipeline: " + what + remedy);
  }

  String text() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", 1L);
    all.put("sources", parts(sources));
    all.put("stateful", parts(stateful));
    all.put("sinks", parts(sinks));
    return Json.write(all);
  }

  private static List<Map<String, String>> parts(List<Part> parts) {
    List<Map<String, String>> maps = new ArrayList<>();
    for (Part part : parts) {
      Map<String, String> map = new LinkedHashMap<>();
      map.put("label", part.label());
      map.put("is", part.description());
      maps.add(map);
    }
    return maps;
  }

  /** Throws {@link IllegalArgumentException} saying what is wrong. */
  static Fingerprint parse(String text) {
    Map<String, @Nullable Object> all = Json.parseObject(text);
    if (!Long.valueOf(1).equals(all.get("version"))) {
      throw new IllegalArgumentException("its version is not 1");
    }
    return new Fingerprint(parts(all, "sources"), parts(all, "stateful"), parts(all, "sinks"));
  }

  private static List<Part> parts(Map<String, @Nullable Object> all, String key) {
    List<Part> parts = new ArrayList<>();
    if (!(all.get(key) instanceof List<?> list)) {
      throw new IllegalArgumentException("it has no list '" + key + "'");
    }
    for (Object element : list) {
      if (!(element instanceof Map<?, ?> part)) {
        throw new IllegalArgumentException("an entry of '" + key + "' is no object");
      }
      parts.add(new Part(String.valueOf(part.get("label")), String.valueOf(part.get("is"))));
    }
    return parts;
  }

  /** True if the plan keeps anything over batches. */
  public boolean isStateful() {
    return !stateful.isEmpty();
  }

  /** The steps that keep state, as texts for people. */
  public Optional<String> firstStateful() {
    return stateful.stream().map(Part::label).findFirst();
  }
}
