package dev.sluice.runner.checkpoint;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.optimizer.JoinBounds;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateKind;
import dev.sluice.operators.plan.StateProgram;
import dev.sluice.runner.checkpoint.Fingerprint.Facet;
import dev.sluice.runner.checkpoint.Fingerprint.Part;
import dev.sluice.runner.plan.PlannedSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the steps of a plan keep from batch to batch: of each all that a change of would make of its
 * state something else. What is done with a state may change.
 */
final class Kept {
  /** Aggregates may be added to those that are there. */
  static final String AGGREGATES = "aggregates";

  /** May come and go, but not be another one. */
  static final String EVENT_TIME = "event time";

  /** The kind of what a limit keeps. */
  static final String LIMIT = "limit";

  private Kept() {}

  /**
   * Of all steps whose rows go to a sink, inputs first.
   *
   * @param modes the output modes of all sinks
   */
  static void collect(Rel node, PlannedSink sink, Set<OutputMode> modes, List<Part> into) {
    for (Rel input : node.inputs()) {
      collect(input, sink, modes, into);
    }
    StateKind.of(node, modes).ifPresent(kind -> into.add(part(kind, node, sink)));
  }

  private static Part part(StateKind kind, Rel node, PlannedSink sink) {
    return switch (kind) {
      case AGGREGATE, SESSIONS -> part((Rel.Aggregate) node, sink);
      case DEDUPLICATE, DEDUPLICATE_WITHIN_WATERMARK -> part((Rel.Deduplicate) node);
      case JOIN -> part((Rel.Join) node);
      case TRANSFORM -> part((Rel.TransformWithState) node);
      case LIMIT -> part((Rel.Limit) node);
    };
  }

  private static Part part(String kind, Origin origin, List<Facet> facets) {
    return new Part(origin.label(), kind, origin.at(), facets);
  }

  private static Facet facet(String name, String value) {
    return new Facet(name, List.of(value), List.of());
  }

  private static Part part(Rel.Aggregate aggregate, PlannedSink sink) {
    Origin origin = aggregate.origin();
    List<Facet> facets = new ArrayList<>();
    facets.add(keys(aggregate.keys(), origin));
    generated(aggregate.input()).ifPresent(facets::add);
    List<String> aggregations = new ArrayList<>();
    List<SourcePosition> places = new ArrayList<>();
    for (NamedAggregation named : aggregate.aggregations()) {
      aggregations.add(describe(named));
      places.add(
          named.aggregation().arguments().stream()
              .flatMap(argument -> origin.places().find(argument).stream())
              .findFirst()
              .orElse(SourcePosition.NOWHERE));
    }
    facets.add(new Facet(AGGREGATES, aggregations, places));
    facets.add(facet("output mode", sink.mode().toString()));
    addEventTime(!EventTime.columns(aggregate).isEmpty(), aggregate, facets);
    return part("aggregation", origin, facets);
  }

  /** The windows or sessions that rows are put into. */
  private static Optional<Facet> generated(Rel input) {
    boolean sessions = input instanceof Rel.Sessions;
    Rel below = sessions ? input.inputs().get(0) : input;
    if (!(below instanceof Rel.Generate generate)
        || !sessions && !Schema.isHidden(generate.schema().field(generate.schema().size() - 1))) {
      return Optional.empty();
    }
    return Optional.of(facet(sessions ? "sessions" : "windows", generate.generator().sql()));
  }

  private static Part part(Rel.TransformWithState fold) {
    StateProgram program = fold.program();
    List<Facet> facets = new ArrayList<>();
    facets.add(keys(program.keys(), fold.origin()));
    List<String> columns = new ArrayList<>();
    for (int c = 0; c < program.state().size(); c++) {
      Field field = program.state().field(c);
      String ttl = program.columnTtls().get(c) > 0 ? " with a ttl" : "";
      columns.add(field.name() + " " + field.type().sql() + ttl);
    }
    facets.add(new Facet("state", columns, List.of()));
    if (!program.timers().isEmpty()) {
      facets.add(
          new Facet(
              "timers",
              program.timers().stream().map(timer -> timer.name() + " " + timer.clock()).toList(),
              List.of()));
    }
    program
        .timeout()
        .ifPresent(timeout -> facets.add(facet("timeout by", timeout.clock().toString())));
    if (program.ttlMillis() > 0) {
      facets.add(facet("ttl", "yes"));
    }
    addEventTime(program.timesOutBy(StateProgram.Clock.EVENT_TIME), fold, facets);
    return part("state", fold.origin(), facets);
  }

  private static Part part(Rel.Deduplicate deduplicate) {
    List<Facet> facets = new ArrayList<>();
    facets.add(
        new Facet(
            "columns",
            deduplicate.keys().stream()
                .map(deduplicate.schema()::field)
                .map(field -> field.name() + " " + field.type().sql())
                .toList(),
            List.of()));
    if (deduplicate.withinWatermark()) {
      facets.add(facet("within watermark", "yes"));
    }
    addEventTime(!EventTime.columns(deduplicate).isEmpty(), deduplicate, facets);
    return part("deduplication", deduplicate.origin(), facets);
  }

  private static Part part(Rel.Limit limit) {
    return part(LIMIT, limit.origin(), List.of(facet("rows", limit.count() + "")));
  }

  private static Part part(Rel.Join join) {
    List<Facet> facets = new ArrayList<>();
    facets.add(facet("type", word(join.type())));
    facets.add(
        new Facet(
            "condition",
            List.of(join.condition().sql()),
            join.origin().places().find(join.condition()).stream().toList()));
    addEventTime(JoinBounds.of(join).forgets(), join, facets);
    return part("join", join.origin(), facets);
  }

  /** As the file says it: {@code leftOuter}. */
  private static String word(JoinType type) {
    StringBuilder word = new StringBuilder();
    for (String part : type.name().toLowerCase(Locale.ROOT).split("_")) {
      word.append(
          word.length() == 0 ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
    }
    return word.toString();
  }

  private static void addEventTime(boolean counts, Rel node, List<Facet> facets) {
    List<String> columns = new ArrayList<>();
    List<SourcePosition> places = new ArrayList<>();
    if (counts) {
      watermarks(
          node,
          watermark -> {
            columns.add(watermark.schema().field(watermark.column()).name());
            places.add(watermark.origin().at());
          });
      facets.add(new Facet(EVENT_TIME, columns, places));
    }
  }

  private static void watermarks(Rel node, Consumer<Rel.Watermark> each) {
    for (Rel input : node.inputs()) {
      watermarks(input, each);
    }
    if (node instanceof Rel.Watermark watermark && Rel.streams(node)) {
      each.accept(watermark);
    }
  }

  private static Facet keys(List<NamedExpression> keys, Origin origin) {
    return new Facet(
        "keys",
        keys.stream().map(key -> describe(key.expression())).toList(),
        keys.stream()
            .map(key -> origin.places().find(key.expression()).orElse(SourcePosition.NOWHERE))
            .toList());
  }

  private static String describe(Expression key) {
    return key.sql() + " " + key.type().sql();
  }

  private static String describe(NamedAggregation named) {
    return (named.distinct() ? "distinct " : "")
        + named.aggregation().sql()
        + named.filter().map(f -> " filter " + f.sql()).orElse("")
        + " "
        + named.aggregation().type().sql();
  }
}
