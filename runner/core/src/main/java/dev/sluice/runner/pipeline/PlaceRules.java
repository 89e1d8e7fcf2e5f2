package dev.sluice.runner.pipeline;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.io.Locations;
import dev.sluice.runner.pipeline.Pieces.SinkPiece;
import dev.sluice.runner.pipeline.Pieces.SourcePiece;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Folders that must not be one: a stream that reads what its own query writes has no end. */
final class PlaceRules {
  /** Where a query reads or writes, as it is written. */
  private record Place(String text, SourcePosition at) {
    static Place of(Node.Text text) {
      return new Place(text.value(), text.at());
    }
  }

  private static final SourcePosition COMMAND_LINE = new SourcePosition("--checkpoint", 0, 0);

  private final LoadRequest request;
  private final Predicate<Node> unknown;
  private final Problems problems;

  private PlaceRules(LoadRequest request, Predicate<Node> unknown, Problems problems) {
    this.request = request;
    this.unknown = unknown;
    this.problems = problems;
  }

  /**
   * Refuses a sink or a checkpoint in the very folder that a stream reads, and a checkpoint in a
   * sink's folder; what only may meet is warned of.
   *
   * @param unknown values that are not known before the run: nothing is said of these
   */
  static void check(
      LoadRequest request,
      List<SourcePiece> sources,
      List<SinkPiece> sinks,
      Optional<Node> checkpoint,
      Predicate<Node> unknown,
      Problems problems) {
    PlaceRules rules = new PlaceRules(request, unknown, problems);
    Optional<Place> place = rules.checkpoint(checkpoint);
    sources.forEach(source -> rules.path(source.options()).ifPresent(rules::store));
    sinks.forEach(sink -> rules.path(sink.options()).ifPresent(rules::store));
    place.ifPresent(rules::store);
    for (SourcePiece source : sources) {
      Optional<Place> read = source.streaming() ? rules.path(source.options()) : Optional.empty();
      if (read.isEmpty()) {
        continue;
      }
      String where = rules.location(read.get());
      for (SinkPiece sink : sinks) {
        String who = "sink '" + sink.type().name() + "' writes";
        rules.path(sink.options()).ifPresent(path -> rules.compare(source, where, who, path));
      }
      place.ifPresent(path -> rules.compare(source, where, "the checkpoint lies", path));
    }
    place.ifPresent(path -> rules.sinks(sinks, path));
  }

  /** That of the command line is absolute. */
  private Optional<Place> checkpoint(Optional<Node> written) {
    return request
        .checkpoint()
        .map(folder -> new Place(folder, COMMAND_LINE))
        .or(() -> written.filter(Node.Text.class::isInstance).flatMap(this::known));
  }

  private Optional<Place> path(Options options) {
    return options.node("path").flatMap(this::known);
  }

  private Optional<Place> known(Node text) {
    return Optional.of((Node.Text) text)
        .filter(node -> !unknown.test(node) && !node.value().isBlank())
        .map(Place::of);
  }

  /** A place in a storage that there is not. */
  private void store(Place place) {
    StoreRegistry.unknown(place.text().trim(), place.at()).ifPresent(problems::add);
  }

  private String location(Place place) {
    return Locations.resolve(place.text(), request.baseDirectory().toString());
  }

  private void compare(SourcePiece source, String read, String who, Place place) {
    String written = location(place);
    String folder = withoutPattern(read);
    boolean all = folder.equals(read) && source.options().find("pathGlobFilter").isEmpty();
    if (all && written.equals(folder)) {
      problems.error(
          "reads-own-output",
          place.at(),
          who
              + " in the folder that source '"
              + source.type().name()
              + "' reads, and would be read again and again",
          "give it a folder of its own");
    } else if ((written + "/").startsWith(folder + "/")
        && !folder.isEmpty()
        && !isHidden(written.substring(folder.length()))) {
      problems.warning(
          "reads-own-output",
          place.at(),
          who
              + " in or below the folder that source '"
              + source.type().name()
              + "' reads, and may be read again",
          "give it a folder beside it");
    }
  }

  /** Names that no source of files looks at. */
  private static boolean isHidden(String below) {
    return below.contains("/_") || below.contains("/.");
  }

  private void sinks(List<SinkPiece> sinks, Place checkpoint) {
    String place = location(checkpoint);
    for (SinkPiece sink : sinks) {
      if (path(sink.options()).filter(path -> location(path).equals(place)).isPresent()) {
        problems.warning(
            "checkpoint-in-output",
            checkpoint.at(),
            "the checkpoint lies in the folder that sink '" + sink.type().name() + "' writes",
            "give it a folder of its own");
      }
    }
  }

  /** The folder above the first name that is a pattern; the folder itself if there is none. */
  private static String withoutPattern(String location) {
    int first = -1;
    for (int i = 0; i < location.length() && first < 0; i++) {
      if ("{[*?\\".indexOf(location.charAt(i)) >= 0) {
        first = i;
      }
    }
    return first < 0
        ? location
        : location.substring(0, Math.max(0, location.lastIndexOf('/', first)));
  }
}
