package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.UserFunctions;
import dev.sluice.runner.pipeline.Pieces.SinkPiece;
import dev.sluice.runner.pipeline.Pieces.SourcePiece;
import dev.sluice.runner.plan.Settings;
import dev.sluice.runner.plan.Trigger;
import dev.sluice.runner.schema.Components;
import dev.sluice.runner.schema.Pointer;
import java.util.LinkedHashMap;
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
    SourceReader reader = new SourceReader(request, components, root, broken, unknown, problems);
    List<SourcePiece> sources = reader.read();
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
    unknownSources.addAll(reader.names());
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
    List<SinkPiece> sinks =
        new SinkReader(request, components, root, broken, unknown, planner, problems).read(result);
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
        root.get("name").map(Node::text).orElse(""),
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
