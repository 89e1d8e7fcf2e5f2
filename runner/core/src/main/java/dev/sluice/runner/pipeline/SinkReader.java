package dev.sluice.runner.pipeline;

import dev.sluice.connectors.SinkType;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.runner.pipeline.Pieces.SinkPiece;
import dev.sluice.runner.schema.Components;
import dev.sluice.runner.schema.Pointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What the file says of its sinks, and whether it goes with the rows they are given. */
final class SinkReader {
  private final LoadRequest request;
  private final Components components;
  private final Node.Mapping root;
  private final ShapeMistakes broken;
  private final Predicate<Node> unknown;
  private final Problems problems;
  private final StepPlanner planner;

  SinkReader(
      LoadRequest request,
      Components components,
      Node.Mapping root,
      ShapeMistakes broken,
      Predicate<Node> unknown,
      StepPlanner planner,
      Problems problems) {
    this.request = request;
    this.components = components;
    this.root = root;
    this.broken = broken;
    this.unknown = unknown;
    this.planner = planner;
    this.problems = problems;
  }

  /**
   * Those that can be made sense of, in the order of the file.
   *
   * @param result the rows of the pipeline's own steps, if they are known
   */
  List<SinkPiece> read(Optional<Rel> result) {
    List<SinkPiece> pieces = new ArrayList<>();
    root.get("sink")
        .ifPresent(
            node -> sink("sink", Pointer.ROOT.child("sink"), node, result).ifPresent(pieces::add));
    if (root.get("sinks").orElse(null) instanceof Node.Sequence sinks) {
      Map<String, String> places = new HashMap<>();
      for (int i = 0; i < sinks.items().size(); i++) {
        String name = "sinks[" + i + "]";
        Optional<SinkPiece> piece =
            sink(name, Pointer.ROOT.child("sinks").child(i), sinks.items().get(i), result);
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
                + root.get("name").map(Node::text).orElse("")
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

  private Optional<SinkPiece> sink(String name, Pointer pointer, Node node, Optional<Rel> result) {
    if (!(node instanceof Node.Mapping mapping)) {
      return Optional.empty();
    }
    Optional<Rel> rel = input(mapping, result).map(Rel.Project::visible);
    if (!(mapping.get("format").orElse(null) instanceof Node.Text format)
        || components.sinks().find(format.value()).isEmpty()) {
      return Optional.empty();
    }
    SinkType type = components.sinks().find(format.value()).orElseThrow();
    int before = problems.errorCount();
    ComponentReader reader = new ComponentReader(unknown, request.secrets(), problems);
    Options options = reader.options("sink", type, mapping);
    boolean sound =
        problems.errorCount() == before
            && !broken.isWithin(pointer.child("options"))
            && !broken.isWithin(pointer.child("path"));
    Problems found = new Problems();
    if (sound) {
      type.check(options, found);
    }
    Optional<Node> modeNode = mapping.get("outputMode");
    SourcePosition modeAt = modeNode.map(Node::at).orElse(format.at());
    // Absent where it is none, which the schema has told.
    Optional<OutputMode> mode =
        modeNode.isEmpty()
            ? Optional.of(OutputMode.APPEND)
            : OutputMode.find(Node.text(modeNode.get()));
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
      type.check(mode.get(), options, found);
    }
    if (sound && rel.isPresent() && planner.isSound()) {
      type.check(rel.get().schema(), partitionBy, options, found);
    }
    reader.add(options, found);
    return Optional.of(
        new SinkPiece(
            name, type, options, partitionBy, mode.orElse(OutputMode.APPEND), rel, format.at()));
  }

  private Optional<Rel> input(Node.Mapping sink, Optional<Rel> result) {
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
}
