package dev.sluice.runner.checkpoint;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.runner.plan.CheckpointMismatchException;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.PlannedSink;
import dev.sluice.runner.plan.PlannedSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of a plan must not change while a checkpoint is used (Spark's guide, "Recovery Semantics
 * after Changes in a Streaming Query"): the sources and their places, what stateful steps keep, and
 * where files are written.
 *
 * @param version of its text; before 2 not all of what steps keep was said, and before 3 limits in
 *     complete mode were said to keep something
 * @param sources name and place of each source, in order
 * @param stateful what each stateful step keeps, in order
 * @param sinks the place of each sink, in order; empty text if it may change
 */
public record Fingerprint(int version, List<Part> sources, List<Part> stateful, List<Part> sinks) {
  private static final int VERSION = 3;
  private static final int WITH_STEPS = 2;
  private static final String PLACE = "place";
  private static final String BATCHES = "batches";
  private static final String NEW_CHECKPOINT =
      "; undo the change, or start with a new checkpointLocation";

  /**
   * One thing that must stay.
   *
   * @param label what to call it in a message
   * @param kind what it is: {@code join}, {@code aggregation}; one of another kind takes its place
   *     in no case
   * @param at where the file says it; {@link SourcePosition#NOWHERE} if it was read from a
   *     checkpoint
   */
  public record Part(String label, String kind, SourcePosition at, List<Facet> facets) {
    static Part place(String label, String kind, SourcePosition at, String place) {
      return new Part(label, kind, at, List.of(new Facet(PLACE, List.of(place), List.of())));
    }

    /** All of it, for people. */
    public String description() {
      return facets.stream().map(Facet::toString).collect(Collectors.joining(" "));
    }

    private String place() {
      return String.join(", ", values(PLACE));
    }

    private List<String> values(String name) {
      return facets.stream()
          .filter(facet -> facet.name().equals(name))
          .findFirst()
          .map(Facet::values)
          .orElse(List.of());
    }
  }

  /**
   * One side of it.
   *
   * @param places where the file says each value, as far as that is known; may be fewer
   */
  public record Facet(String name, List<String> values, List<SourcePosition> places) {
    @Override
    public String toString() {
      return name.equals(PLACE)
          ? String.join(", ", values)
          : name + " [" + String.join(", ", values) + "]";
    }
  }

  /** Of a plan about to run. */
  public static Fingerprint of(Plan plan) {
    List<Part> sources = new ArrayList<>();
    for (PlannedSource source : plan.sources()) {
      if (source.streaming()) {
        sources.add(
            Part.place(
                "source '" + source.name() + "'", "source", source.at(), source.fingerprint()));
      }
    }
    List<Part> stateful = new ArrayList<>();
    List<Part> sinks = new ArrayList<>();
    Set<OutputMode> modes =
        plan.sinks().stream().map(PlannedSink::mode).collect(Collectors.toSet());
    for (PlannedSink sink : plan.sinks()) {
      Kept.collect(sink.rel(), sink, modes, stateful);
      String place = sink.fingerprint().equals(sink.type().name()) ? "" : sink.fingerprint();
      List<Facet> facets = new ArrayList<>();
      facets.add(new Facet(PLACE, List.of(place), List.of()));
      List<String> batches = batches(sink);
      if (!batches.isEmpty()) {
        facets.add(new Facet(BATCHES, batches, List.of()));
      }
      sinks.add(new Part("sink '" + sink.name() + "'", "sink", sink.at(), facets));
    }
    return new Fingerprint(VERSION, sources, stateful, sinks);
  }

  private static List<String> batches(PlannedSink sink) {
    List<String> found = new ArrayList<>();
    for (Option option : sink.type().options()) {
      if (sink.type().tellsBatches(option)) {
        sink.options()
            .find(option.name())
            .ifPresent(value -> found.add(option.name() + "=" + value));
      }
    }
    return found;
  }

  /**
   * The same without secrets, wherever expressions and addresses have them. Folders that sinks
   * write stay: by them a checkpoint is rewound.
   */
  public Fingerprint redacted(UnaryOperator<String> redaction) {
    return new Fingerprint(
        version,
        redacted(sources, redaction),
        redacted(stateful, redaction),
        redacted(sinks, redaction));
  }

  private static boolean isFolder(Part part, String value) {
    return part.kind().equals("sink") && Rewind.folder(value).isPresent();
  }

  private static List<Part> redacted(List<Part> parts, UnaryOperator<String> redaction) {
    List<Part> redacted = new ArrayList<>();
    for (Part part : parts) {
      List<Facet> facets =
          part.facets().stream()
              .map(
                  facet ->
                      new Facet(
                          facet.name(),
                          facet.values().stream()
                              .map(value -> isFolder(part, value) ? value : redaction.apply(value))
                              .toList(),
                          facet.places()))
              .toList();
      redacted.add(new Part(part.label(), part.kind(), part.at(), facets));
    }
    return redacted;
  }

  /**
   * Throws if the plan can not go on where a plan of the fingerprint {@code before} stopped, naming
   * what changed.
   */
  void requireContinues(Fingerprint before, boolean evolves) {
    if (before.sources.size() != sources.size()) {
      List<Part> more = sources.size() > before.sources.size() ? sources : before.sources;
      throw mismatch(
          "sources-changed",
          sources.isEmpty() ? SourcePosition.NOWHERE : more.get(more.size() - 1).at(),
          "there are ["
              + before.sources.size()
              + "] sources in the checkpoint and now there are ["
              + sources.size()
              + "]");
    }
    compare("source-changed", before.sources, sources, false);
    if (before.version >= WITH_STEPS) {
      List<Part> kept = keptBefore(before);
      requireSameSteps(kept);
      compare("state-changed", kept, stateful, evolves);
    }
    compareSinks(before.sinks, sinks);
  }

  /** What was kept, without those limits of an older text that now keep nothing. */
  private List<Part> keptBefore(Fingerprint before) {
    if (before.version >= VERSION) {
      return before.stateful;
    }
    Set<String> limits =
        stateful.stream().filter(Fingerprint::isLimit).map(Part::label).collect(Collectors.toSet());
    return before.stateful.stream()
        .filter(part -> !isLimit(part) || limits.contains(part.label()))
        .toList();
  }

  private static boolean isLimit(Part part) {
    return part.kind().equals(Kept.LIMIT);
  }

  /** Throws if a step has come or gone. */
  private void requireSameSteps(List<Part> before) {
    boolean added = stateful.size() > before.size();
    if (stateful.size() == before.size()) {
      return;
    }
    List<Part> more = added ? stateful : before;
    List<Part> fewer = added ? before : stateful;
    int first = 0;
    while (first < fewer.size() && isLike(more.get(first), fewer.get(first))) {
      first++;
    }
    Part extra = more.get(first);
    throw mismatch(
        "state-changed",
        added || sinks.isEmpty() ? extra.at() : sinks.get(0).at(),
        extra.label()
            + (added ? " keeps state that the checkpoint does not have" : " kept state and is gone")
            + ": "
            + extra.description());
  }

  private static boolean isLike(Part one, Part other) {
    return one.kind().equals(other.kind()) && one.description().equals(other.description());
  }

  /**
   * A sink with a place of its own must have had it from the first batch on; one without may take
   * over any time.
   */
  private static void compareSinks(List<Part> before, List<Part> now) {
    for (int i = 0; i < now.size(); i++) {
      String was = i < before.size() ? before.get(i).place() : "";
      Part is = now.get(i);
      if (!is.place().isEmpty() && !is.place().equals(was)) {
        throw mismatch(
            "sink-changed",
            is.at(),
            is.label()
                + (was.isEmpty()
                    ? " is now '" + is.place() + "', which would lack the batches before"
                    : " changed from '" + was + "' to '" + is.place() + "'"));
      }
    }
  }

  /**
   * Throws if a sink would not know again what it has of a batch that is given to it again. What a
   * text of an earlier version does not say is taken to be the same.
   */
  void requireSameBatches(Fingerprint before) {
    for (int i = 0; i < Math.min(sinks.size(), before.sinks.size()); i++) {
      Part is = sinks.get(i);
      List<String> was = before.sinks.get(i).values(BATCHES);
      if (!was.isEmpty() && !was.equals(is.values(BATCHES))) {
        throw new CheckpointMismatchException(
            "sink-changed",
            is.at(),
            "the checkpoint does not fit the pipeline: a batch is not done, and "
                + is.label()
                + " would not know again what it has of it: it changed from "
                + told(was)
                + " to "
                + told(is.values(BATCHES))
                + "; undo the change until a run has ended by itself, with 'trigger: availableNow'"
                + " for example");
      }
    }
  }

  private static void compare(String code, List<Part> before, List<Part> now, boolean evolves) {
    for (int i = 0; i < now.size(); i++) {
      compare(code, before.get(i), now.get(i), evolves);
    }
  }

  private static void compare(String code, Part was, Part is, boolean evolves) {
    if (!was.kind().equals(is.kind())) {
      throw mismatch(
          code,
          is.at(),
          is.label()
              + " stands where the checkpoint has the state of another step: it was "
              + was.label()
              + ", "
              + was.kind()
              + " with "
              + was.description()
              + ", and is "
              + is.kind()
              + " with "
              + is.description());
    }
    Set<String> names = new LinkedHashSet<>();
    is.facets().forEach(facet -> names.add(facet.name()));
    was.facets().forEach(facet -> names.add(facet.name()));
    List<String> told = new ArrayList<>();
    SourcePosition at = SourcePosition.NOWHERE;
    boolean onlyAdded = true;
    for (String name : names) {
      List<String> wasValues = was.values(name);
      List<String> isValues = is.values(name);
      if (!goesOn(name, wasValues, isValues)) {
        told.add(told(name, wasValues, isValues));
        at = told.size() == 1 ? place(is, name, wasValues) : at;
        onlyAdded &= name.equals(Kept.AGGREGATES) && addsTo(wasValues, isValues);
      }
    }
    if (told.isEmpty() || onlyAdded && evolves) {
      return;
    }
    throw new CheckpointMismatchException(
        code,
        at,
        "the checkpoint does not fit the pipeline: "
            + is.label()
            + " changed"
            + String.join(", and", told)
            + (onlyAdded
                ? "; undo the change, start with a new checkpointLocation, or set"
                    + " settings.allowStateEvolution: true, and what was added starts empty"
                : NEW_CHECKPOINT));
  }

  /** Event time may come and go: what is kept stays the same, only how long changes. */
  private static boolean goesOn(String name, List<String> was, List<String> is) {
    return was.equals(is) || name.equals(Kept.EVENT_TIME) && (was.isEmpty() || is.isEmpty());
  }

  private static String told(String name, List<String> was, List<String> is) {
    if (name.equals(PLACE)) {
      return " from '" + String.join(", ", was) + "' to '" + String.join(", ", is) + "'";
    }
    return " its " + name + " from " + told(was) + " to " + told(is);
  }

  private static String told(List<String> values) {
    return values.isEmpty() ? "none" : "[" + String.join(", ", values) + "]";
  }

  /** Where the file says what was not there, or at least where it says the step. */
  private static SourcePosition place(Part is, String name, List<String> was) {
    for (Facet facet : is.facets()) {
      for (int i = 0; i < facet.places().size() && facet.name().equals(name); i++) {
        SourcePosition place = facet.places().get(i);
        if (!place.equals(SourcePosition.NOWHERE) && !was.contains(facet.values().get(i))) {
          return place;
        }
      }
    }
    return is.at();
  }

  /** True if all that was there is there still, in its order, and more. */
  private static boolean addsTo(List<String> before, List<String> now) {
    int next = 0;
    for (String aggregate : now) {
      if (next < before.size() && before.get(next).equals(aggregate)) {
        next++;
      }
    }
    return next == before.size() && now.size() > next;
  }

  private static CheckpointMismatchException mismatch(String code, SourcePosition at, String what) {
    return new CheckpointMismatchException(
        code, at, "the checkpoint does not fit the pipeline: " + what + NEW_CHECKPOINT);
  }

  String text() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", (long) version);
    all.put("sources", parts(sources));
    all.put("stateful", parts(stateful));
    all.put("sinks", parts(sinks));
    return Json.write(all);
  }

  private static List<Map<String, Object>> parts(List<Part> parts) {
    List<Map<String, Object>> maps = new ArrayList<>();
    for (Part part : parts) {
      Map<String, Object> facets = new LinkedHashMap<>();
      part.facets().forEach(facet -> facets.put(facet.name(), facet.values()));
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("label", part.label());
      map.put("kind", part.kind());
      map.put("is", facets);
      maps.add(map);
    }
    return maps;
  }

  /** Throws {@link IllegalArgumentException} saying what is wrong. */
  static Fingerprint parse(String text) {
    Map<String, @Nullable Object> all = Json.parseObject(text);
    if (!(all.get("version") instanceof Long version) || version < 1 || version > VERSION) {
      throw new IllegalArgumentException("its version is none of 1 to " + VERSION);
    }
    return new Fingerprint(
        version.intValue(),
        parts(all, "sources", "source"),
        parts(all, "stateful", "state"),
        parts(all, "sinks", "sink").stream().map(Fingerprint::withoutAddress).toList());
  }

  /**
   * Earlier versions kept the addresses of databases and web servers, with the passwords in them.
   */
  private static Part withoutAddress(Part sink) {
    List<Facet> facets =
        sink.facets().stream()
            .map(
                facet ->
                    new Facet(
                        facet.name(),
                        facet.values().stream().map(Fingerprint::withoutAddress).toList(),
                        facet.places()))
            .toList();
    return new Part(sink.label(), sink.kind(), sink.at(), facets);
  }

  /** Whether an earlier version wrote this text with an address in it. */
  static boolean holdsAddress(String text) {
    return text.contains("\"jdbc{dbtable=") && text.contains(", url=jdbc:")
        || text.contains("\"http{url=");
  }

  private static String withoutAddress(String place) {
    int url = place.indexOf(", url=jdbc:");
    return place.startsWith("jdbc{dbtable=") && url > 0
        ? place.substring(0, url) + "}"
        : place.startsWith("http{url=") ? "" : place;
  }

  private static List<Part> parts(Map<String, @Nullable Object> all, String key, String kind) {
    List<Part> parts = new ArrayList<>();
    if (!(all.get(key) instanceof List<?> list)) {
      throw new IllegalArgumentException("it has no list '" + key + "'");
    }
    for (Object element : list) {
      if (!(element instanceof Map<?, ?> part)) {
        throw new IllegalArgumentException("an entry of '" + key + "' is no object");
      }
      String label = String.valueOf(part.get("label"));
      if (part.get("is") instanceof Map<?, ?> facets) {
        List<Facet> read = new ArrayList<>();
        facets.forEach((name, values) -> read.add(facet(String.valueOf(name), values)));
        String own = String.valueOf(part.get("kind"));
        parts.add(new Part(label, own, SourcePosition.NOWHERE, read));
      } else {
        parts.add(Part.place(label, kind, SourcePosition.NOWHERE, String.valueOf(part.get("is"))));
      }
    }
    return parts;
  }

  private static Facet facet(String name, @Nullable Object values) {
    if (!(values instanceof List<?> list)) {
      throw new IllegalArgumentException("'" + name + "' is no list");
    }
    return new Facet(name, list.stream().map(String::valueOf).toList(), List.of());
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
