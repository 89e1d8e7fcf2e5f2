package dev.sluice.runner.pipeline;

import dev.sluice.connectors.SourceType;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.runner.pipeline.Pieces.SourcePiece;
import dev.sluice.runner.plan.Refresh;
import dev.sluice.runner.schema.Components;
import dev.sluice.runner.schema.Pointer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What the file says of its sources. */
final class SourceReader {
  private final LoadRequest request;
  private final Components components;
  private final Node.Mapping root;
  private final ShapeMistakes broken;
  private final Predicate<Node> unknown;
  private final Problems problems;

  SourceReader(
      LoadRequest request,
      Components components,
      Node.Mapping root,
      ShapeMistakes broken,
      Predicate<Node> unknown,
      Problems problems) {
    this.request = request;
    this.components = components;
    this.root = root;
    this.broken = broken;
    this.unknown = unknown;
    this.problems = problems;
  }

  /** Those that can be made sense of, in the order of the file. */
  List<SourcePiece> read() {
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

  /** All names, also of sources that are so wrong that nothing can be said of them. */
  Set<String> names() {
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
      Problems mistakes = new Problems();
      type.check(options, streaming, mistakes);
      if (written.isEmpty() || declared.isPresent()) {
        schema = type.schema(options, declared, mistakes);
      }
      reader.add(options, mistakes);
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
}
