package dev.sluice.runner.pipeline;

import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.SourceType;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.UserFunctions;
import dev.sluice.runner.pipeline.Pieces.SinkPiece;
import dev.sluice.runner.pipeline.Pieces.SourcePiece;
import dev.sluice.runner.plan.Refresh;
import dev.sluice.runner.plan.Settings;
import dev.sluice.runner.plan.Trigger;
import dev.sluice.runner.schema.Components;
import dev.sluice.runner.schema.Pointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The meaning of a file whose shape has been checked: names, columns, types, output modes. Reports
 * all that it finds; what the schema has reported already is passed over. Touches nothing outside.
 */
final class Analysis {
  private final LoadRequest request;
  private final Components components;
  private final FunctionRegistry installed;
  private final Node.Mapping root;
  private final ShapeMistakes broken;
  private final Substituted values;
  private final Predicate<Node> unknown;
  private final Problems problems;

  /**
   * @param installed the functions that expressions may call, beside those that the file defines
   * @param broken where the schema found a mistake
   * @param values what is known of substituted values
   */
  Analysis(
      LoadRequest request,
      Components components,
      FunctionRegistry installed,
      Node.Mapping root,
      ShapeMistakes broken,
      Substituted values,
      Problems problems) {
    this.request = request;
    this.components = components;
    this.installed = installed;
    this.root = root;
    this.broken = broken;
    this.values = values;
    this.unknown = values::isUnknown;
    this.problems = problems;
  }

  /** The same file, reporting elsewhere. */
  Analysis with(Problems other) {
    return new Analysis(request, components, installed, root, broken, values, other);
  }

  /**
   * Checks the file.
   *
   * @param opened the columns that open sources really have, by name; empty while nothing is open
   */
  Pipeline analyse(Map<String, Schema> opened) {
    Settings settings = SettingsReader.read(root.get("settings"), problems);
    Trigger trigger =
        request.trigger().isPresent()
            ? Triggers.ofCommand(request.trigger().get(), problems)
            : root.get("trigger")
                .map(node -> Triggers.of(node, problems))
                .orElseGet(Trigger.Default::new);
    List<SourcePiece> sources = sources();
    Map<String, Rel.Read> reads = new LinkedHashMap<>();
    Set<String> unknownSources = new TreeSet<>();
    Map<String, SourcePosition> unchecked = new LinkedHashMap<>();
    for (SourcePiece source : sources) {
      Optional<Schema> schema = Optional.ofNullable(opened.get(source.name())).or(source::schema);
      if (schema.isPresent()) {
        reads.put(
            source.name(),
            new Rel.Read(
                source.name(),
                schema.get().withHidden(source.type().hiddenColumns()),
                source.streaming(),
                new Origin("source '" + source.name() + "'", source.at())));
      } else {
        unknownSources.add(source.name());
        unchecked.put(source.name(), source.at());
      }
    }
    unreadableNames().forEach(unknownSources::add);
    StepPlanner planner =
        new StepPlanner(
            components.steps(),
            settings.session(),
            functions(settings),
            reads,
            unknownSources,
            root.get("source").isEmpty() && root.get("sources").isEmpty(),
            root.get("views"),
            broken,
            values,
            problems);
    Optional<Rel> result = main(planner);
    planner.planAllViews();
    List<SinkPiece> sinks = sinks(planner, result);
    OutputRules.checkTogether(sinks, problems);
    PlaceRules.check(request, sources, sinks, root.get("checkpointLocation"), unknown, problems);
    if (trigger instanceof Trigger.Continuous) {
      SourcePosition at =
          root.get("trigger").map(Node::at).orElseGet(() -> new SourcePosition("--trigger", 0, 0));
      ContinuousRules.check(components, sources, sinks, at, problems);
    }
    if (!problems.hasErrors() && !planner.hasPassedOver()) {
      warnOfUnused(sources, planner);
    }
    Optional<String> checkpoint = checkpoint(sinks);
    if (!planner.hasPassedOver()) {
      unchecked.keySet().retainAll(planner.used());
    }
    return new Pipeline(
        request,
        root.get("name").map(Analysis::text).orElse(""),
        sources,
        sinks,
        trigger,
        checkpoint,
        settings,
        StoreSettingsReader.read(root.get("settings"), unknown, request.secrets(), problems),
        unchecked,
        this);
  }

  private FunctionRegistry functions(Settings settings) {
    return root.get("functions").orElse(null) instanceof Node.Mapping definitions
        ? UserFunctions.define(definitions.entries(), installed, settings.session(), problems)
        : installed;
  }

  private static String text(Node node) {
    return node instanceof Node.Text text ? text.value() : "";
  }

  // ---- sources

  private List<SourcePiece> sources() {
    List<SourcePiece> pieces = new ArrayList<>();
    root.get("source")
        .ifPresent(
            node -> source("source", Pointer.ROOT.child("source"), node).ifPresent(pieces::add));
    if (root.get("sources").orElse(null) instanceof Node.Mapping sources) {
      Pointer all = Pointer.ROOT.child("sources");
      for (Node.Entry entry : sources.entries()) {
        String name = entry.key().value();
        source(name, all.child(name), entry.value()).ifPresent(pieces::add);
      }
    }
    return pieces;
  }

  /** Sources that are there, but so wrong that nothing can be said of them. */
  private Set<String> unreadableNames() {
    Set<String> names = new LinkedHashSet<>();
    if (root.get("sources").orElse(null) instanceof Node.Mapping sources) {
      sources.entries().forEach(entry -> names.add(entry.key().value()));
    }
    names.add("source");
    return names;
  }

  private Optional<SourcePiece> source(String name, Pointer pointer, Node node) {
    if (!(node instanceof Node.Mapping mapping)
        || !(mapping.get("format").orElse(null) instanceof Node.Text format)) {
      return Optional.empty();
    }
    Optional<SourceType> found = components.sources().find(format.value());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    SourceType type = found.get();
    ComponentReader reader = new ComponentReader(unknown, request.secrets(), problems);
    int before = problems.errorCount();
    Options options = reader.options("source", type, mapping);
    boolean sound =
        problems.errorCount() == before
            && !broken.isWithin(pointer.child("options"))
            && !broken.isWithin(pointer.child("path"));
    Optional<Node> written = mapping.get("schema");
    Optional<Schema> declared = written.flatMap(reader::columns);
    Optional<Schema> schema = declared;
    if (written.isPresent() && type.schemaRule() == SourceType.SchemaRule.REFUSED) {
      problems.error(
          "refused-schema",
          written.get().at(),
          "the columns of source '" + type.name() + "' are fixed",
          "leave 'schema' out");
      declared = Optional.empty();
      schema = Optional.empty();
    }
    boolean streaming =
        !(mapping.get("static").orElse(null) instanceof Node.Text text) || !text.isTrue();
    if (sound) {
      type.check(options, streaming, problems);
      if (written.isEmpty() || declared.isPresent()) {
        schema = type.schema(options, declared, problems);
      }
    }
    if (streaming && type.onlyStatic()) {
      problems.error(
          "not-a-stream",
          format.at(),
          "a source '" + type.name() + "' is a table, not a stream",
          "say 'static: true', and join a stream with it");
    }
    Refresh refresh =
        mapping
            .get("refresh")
            .map(value -> Refreshes.of(value, streaming, unknown, problems))
            .orElse(Refresh.EACH_BATCH);
    return Optional.of(
        new SourcePiece(name, type, options, declared, schema, streaming, refresh, format.at()));
  }

  private void warnOfUnused(List<SourcePiece> sources, StepPlanner planner) {
    for (SourcePiece source : sources) {
      if (!planner.used().contains(source.name())) {
        problems.warning(
            "unused-source",
            source.at(),
            "nothing reads the source '" + source.name() + "'",
            "leave it out, or read it with 'from: " + source.name() + "'");
      }
    }
  }

  // ---- steps

  private Optional<Rel> main(StepPlanner planner) {
    Optional<Node.Text> only =
        root.get("source")
            .map(
                node ->
                    new Node.Text("source", Node.Text.Kind.STRING, node.at(), offset -> node.at()))
            .or(this::missingSource);
    Optional<Node> steps = root.get("steps");
    if (steps.isPresent()) {
      return planner.steps(steps.get(), Pointer.ROOT.child("steps"), StepPlanner.MAIN, only);
    }
    if (only.isPresent()) {
      return planner.named(only.get());
    }
    return Optional.empty();
  }

  /** Stands for a source that is not there, or misspelt, which the schema has told. */
  private Optional<Node.Text> missingSource() {
    return root.get("sources").isPresent()
        ? Optional.empty()
        : Optional.of(
            new Node.Text("source", Node.Text.Kind.STRING, root.at(), offset -> root.at()));
  }

  // ---- sinks

  private List<SinkPiece> sinks(StepPlanner planner, Optional<Rel> result) {
    List<SinkPiece> pieces = new ArrayList<>();
    root.get("sink")
        .ifPresent(
            node ->
                sink("sink", Pointer.ROOT.child("sink"), node, planner, result)
                    .ifPresent(pieces::add));
    if (root.get("sinks").orElse(null) instanceof Node.Sequence sinks) {
      Map<String, String> places = new HashMap<>();
      for (int i = 0; i < sinks.items().size(); i++) {
        String name = "sinks[" + i + "]";
        Optional<SinkPiece> piece =
            sink(name, Pointer.ROOT.child("sinks").child(i), sinks.items().get(i), planner, result);
        piece.ifPresent(pieces::add);
        piece.ifPresent(p -> refuseSamePlace(p, places));
      }
    }
    return pieces;
  }

  private void refuseSamePlace(SinkPiece sink, Map<String, String> places) {
    if (sink.type().isSingle()) {
      String other = places.putIfAbsent("format " + sink.type().name(), sink.name());
      if (other != null) {
        problems.error(
            "duplicate-sink",
            sink.at(),
            other
                + " and "
                + sink.name()
                + " are both the "
                + sink.type().name()
                + " table '"
                + root.get("name").map(Analysis::text).orElse("")
                + "': it has the pipeline's name",
            "keep one of them, or make a pipeline of its own for the other");
      }
    }
    Optional<Node.Text> written = sink.options().node("path");
    if (written.isEmpty() || unknown.test(written.get())) {
      return;
    }
    String path = written.get().value();
    String other = places.putIfAbsent(path, sink.name());
    if (other != null) {
      problems.error(
          "duplicate-sink",
          sink.options().at("path"),
          other + " and " + sink.name() + " write to the same path '" + path + "'",
          "give each a folder of its own");
    }
  }

  private Optional<SinkPiece> sink(
      String name, Pointer pointer, Node node, StepPlanner planner, Optional<Rel> result) {
    if (!(node instanceof Node.Mapping mapping)) {
      return Optional.empty();
    }
    Optional<Rel> rel = input(mapping, planner, result).map(Rel.Project::visible);
    if (!(mapping.get("format").orElse(null) instanceof Node.Text format)
        || components.sinks().find(format.value()).isEmpty()) {
      return Optional.empty();
    }
    SinkType type = components.sinks().find(format.value()).orElseThrow();
    int before = problems.errorCount();
    Options options =
        new ComponentReader(unknown, request.secrets(), problems).options("sink", type, mapping);
    boolean sound =
        problems.errorCount() == before
            && !broken.isWithin(pointer.child("options"))
            && !broken.isWithin(pointer.child("path"));
    if (sound) {
      type.check(options, problems);
    }
    Optional<Node> modeNode = mapping.get("outputMode");
    SourcePosition modeAt = modeNode.map(Node::at).orElse(format.at());
    // Absent where it is none, which the schema has told.
    Optional<OutputMode> mode =
        modeNode.isEmpty() ? Optional.of(OutputMode.APPEND) : OutputMode.find(text(modeNode.get()));
    boolean takesMode = mode.filter(type.outputModes()::contains).isPresent();
    if (mode.isPresent()) {
      if (!takesMode) {
        problems.error(
            "unsupported-output-mode",
            modeAt,
            "[STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE] Invalid streaming output mode: "
                + mode.get()
                + ". This output mode is not supported in Data Source "
                + type.name(),
            "it takes " + modes(type));
      } else if (rel.isPresent()) {
        OutputRules.check(rel.get(), mode.get(), modeAt, problems);
      }
    }
    List<String> partitionBy =
        partitionBy(mapping, type, planner.isSound() ? rel : Optional.empty());
    if (sound && takesMode) {
      type.check(mode.get(), options, problems);
    }
    if (sound && rel.isPresent() && planner.isSound()) {
      type.check(rel.get().schema(), partitionBy, options, problems);
    }
    return Optional.of(
        new SinkPiece(
            name, type, options, partitionBy, mode.orElse(OutputMode.APPEND), rel, format.at()));
  }

  private Optional<Rel> input(Node.Mapping sink, StepPlanner planner, Optional<Rel> result) {
    if (sink.get("from").orElse(null) instanceof Node.Text from) {
      return from.value().equals(StepPlanner.MAIN) && root.get("steps").isPresent()
          ? result
          : planner.named(from);
    }
    if (root.get("steps").isEmpty()
        && root.get("source").isEmpty()
        && root.get("sources").isPresent()) {
      problems.error(
          "missing-from",
          sink.at(),
          "it is not said which source or view feeds this sink",
          "add 'from: NAME'");
    }
    return result;
  }

  private static String modes(SinkType type) {
    List<String> names = new ArrayList<>();
    for (OutputMode mode : OutputMode.values()) {
      if (type.outputModes().contains(mode)) {
        names.add(mode.toString());
      }
    }
    return String.join(", ", names);
  }

  /** The columns by the names that they have in the rows. */
  private List<String> partitionBy(Node.Mapping sink, SinkType type, Optional<Rel> rel) {
    Optional<Node> node = sink.get("partitionBy");
    List<Node> items =
        node.isEmpty()
            ? List.of()
            : node.get() instanceof Node.Sequence list ? list.items() : List.of(node.get());
    if (!items.isEmpty() && !type.supportsPartitionBy()) {
      problems.error(
          "refused-partition-by",
          items.get(0).at(),
          "sink '" + type.name() + "' does not partition",
          "leave 'partitionBy' out");
      return List.of();
    }
    List<String> columns = new ArrayList<>();
    for (Node item : items) {
      if (!(item instanceof Node.Text name)) {
        continue;
      }
      if (rel.isEmpty()) {
        columns.add(name.value());
        continue;
      }
      Schema schema = rel.get().schema();
      List<Integer> found = schema.indexesOf(name.value());
      if (found.isEmpty()) {
        problems.error(
            "unknown-column",
            name.at(),
            "there is no column '" + name.value() + "'",
            Names.suggestion(name.value(), schema.names()));
      } else if (columns.contains(schema.names().get(found.get(0)))) {
        problems.error(
            "duplicate-column",
            name.at(),
            "the column '" + name.value() + "' is named twice",
            null);
      } else {
        columns.add(schema.names().get(found.get(0)));
      }
    }
    return columns;
  }

  // ---- checkpoint

  /** Where the file says it, if it does. */
  SourcePosition checkpointAt() {
    return root.get("checkpointLocation").orElse(root).at();
  }

  private Optional<String> checkpoint(List<SinkPiece> sinks) {
    if (request.checkpoint().isPresent()) {
      return request.checkpoint();
    }
    if (root.get("checkpointLocation").orElse(null) instanceof Node.Text text) {
      if (text.value().isBlank() && !unknown.test(text)) {
        problems.error("invalid-value", text.at(), "'checkpointLocation' must not be empty", null);
      }
      return Optional.of(text.value());
    }
    for (SinkPiece sink : sinks) {
      if (!sink.type().allowsTemporaryCheckpoint()) {
        problems.error(
            "missing-checkpoint",
            sink.at(),
            "checkpointLocation must be specified for sink '" + sink.type().name() + "'",
            "add 'checkpointLocation: DIRECTORY' to the pipeline, or run it with --checkpoint");
        break;
      }
    }
    return Optional.empty();
  }
}
