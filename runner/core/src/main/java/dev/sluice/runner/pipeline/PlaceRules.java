package dev.sluice.runner.pipeline;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.io.Locations;
import dev.sluice.runner.pipeline.Pieces.SinkPiece;
import dev.sluice.runner.pipeline.Pieces.SourcePiece;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Folders that must not be one: a stream that reads what its own query writes has no end. */
final class PlaceRules {
  private final LoadRequest request;
  private final Problems problems;

  private PlaceRules(LoadRequest request, Problems problems) {
    this.request = request;
    this.problems = problems;
  }

  /**
   * Refuses a sink or a checkpoint in the very folder that a stream reads, and a checkpoint in a
   * sink's folder; what only may meet is warned of.
   */
  static void check(
      LoadRequest request,
      List<SourcePiece> sources,
      List<SinkPiece> sinks,
      Optional<Node> checkpoint,
      Problems problems) {
    PlaceRules rules = new PlaceRules(request, problems);
    sources.forEach(source -> rules.store(source.options()));
    sinks.forEach(sink -> rules.store(sink.options()));
    Optional<Node.Text> place =
        request.checkpoint().isEmpty() && checkpoint.orElse(null) instanceof Node.Text text
            ? Optional.of(text)
            : Optional.empty();
    for (SourcePiece source : sources) {
      Optional<String> read = source.streaming() ? source.options().find("path") : Optional.empty();
      if (read.filter(path -> !path.isBlank()).isEmpty()) {
        continue;
      }
      String where = rules.location(read.get());
      for (SinkPiece sink : sinks) {
        sink.options()
            .find("path")
            .filter(path -> !path.isBlank())
            .ifPresent(
                path ->
                    rules.compare(
                        source,
                        where,
                        "sink '" + sink.type().name() + "' writes",
                        rules.location(path),
                        sink.options().at("path")));
      }
      place.ifPresent(
          text ->
              rules.compare(
                  source, where, "the checkpoint lies", rules.location(text.value()), text.at()));
    }
    place.ifPresent(text -> rules.sinks(sinks, text));
  }

  /** A place in a storage that there is not. */
  private void store(Options options) {
    String path = options.find("path").orElse("").trim();
    if (!Locations.hasScheme(path) || path.startsWith("file:")) {
      return;
    }
    String scheme = path.substring(0, path.indexOf(':'));
    TreeSet<String> known = new TreeSet<>();
    StoreRegistry.installed().forEach(type -> known.addAll(type.schemes()));
    if (!known.contains(scheme)) {
      problems.error(
          "unknown-file-store",
          options.at("path"),
          "there is no file store for '" + scheme + "://'",
          Names.nearest(scheme, known)
              .map(near -> "did you mean '" + near + "://'?")
              .orElse(
                  known.isEmpty()
                      ? "use a path of the local disk"
                      : "use a path of the local disk, or one of "
                          + String.join("://, ", known)
                          + "://"));
    }
  }

  private String location(String path) {
    return Locations.resolve(path, request.baseDirectory().toString());
  }

  private void compare(
      SourcePiece source, String read, String who, String written, SourcePosition at) {
    String folder = withoutPattern(read);
    boolean all = folder.equals(read) && source.options().find("pathGlobFilter").isEmpty();
    if (all && written.equals(folder)) {
      problems.error(
          "reads-own-output",
          at,
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
          at,
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

  private void sinks(List<SinkPiece> sinks, Node.Text checkpoint) {
    String place = location(checkpoint.value());
    for (SinkPiece sink : sinks) {
      if (sink.options().find("path").filter(path -> location(path).equals(place)).isPresent()
          && !checkpoint.value().isBlank()) {
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
