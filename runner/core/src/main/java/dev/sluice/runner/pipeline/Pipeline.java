package dev.sluice.runner.pipeline;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.ComponentException;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.IoReasons;
import dev.sluice.operators.plan.Rel;
import dev.sluice.runner.pipeline.Pieces.SinkPiece;
import dev.sluice.runner.pipeline.Pieces.SourcePiece;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.PlannedSink;
import dev.sluice.runner.plan.PlannedSource;
import dev.sluice.runner.plan.Settings;
import dev.sluice.runner.plan.Trigger;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A pipeline file that has been read and checked. Nothing of it is open yet. */
public final class Pipeline {
  private final LoadRequest request;
  private final String name;
  private final List<SourcePiece> sources;
  private final List<SinkPiece> sinks;
  private final Trigger trigger;
  private final Optional<String> checkpointLocation;
  private final Settings settings;
  private final StoreSettings stores;
  private final Map<String, SourcePosition> unchecked;
  private final Analysis analysis;

  Pipeline(
      LoadRequest request,
      String name,
      List<SourcePiece> sources,
      List<SinkPiece> sinks,
      Trigger trigger,
      Optional<String> checkpointLocation,
      Settings settings,
      StoreSettings stores,
      Map<String, SourcePosition> unchecked,
      Analysis analysis) {
    this.request = request;
    this.name = name;
    this.sources = sources;
    this.sinks = sinks;
    this.trigger = trigger;
    this.checkpointLocation = checkpointLocation;
    this.settings = settings;
    this.stores = stores;
    this.unchecked = unchecked;
    this.analysis = analysis;
  }

  public String name() {
    return name;
  }

  /** As the file or the command says; empty if the sinks do without a lasting one. */
  public Optional<String> checkpointLocation() {
    return checkpointLocation;
  }

  /** How storage beside the local disk is reached. */
  public StoreSettings storeSettings() {
    return stores;
  }

  /**
   * Sources whose columns are known only when they are opened: what reads them has not been
   * checked.
   */
  public Map<String, SourcePosition> unchecked() {
    return Map.copyOf(unchecked);
  }

  List<SourcePiece> sources() {
    return sources;
  }

  List<SinkPiece> sinks() {
    return sinks;
  }

  /** The same, now that the columns of its sources are known; what does not fit them is told. */
  Pipeline bind(Map<String, Schema> schemas, Problems problems) {
    try {
      return PipelineLoader.bind(analysis, schemas);
    } catch (InvalidPipelineException e) {
      e.problems().forEach(problems::add);
      return this;
    }
  }

  /**
   * Looks whether everything outside that it names is there and may be used, all at once. Nothing
   * is written that stays.
   *
   * @param checkpoint the absolute location of the checkpoint, if there is one that lasts
   * @param files stores that give up soon where nobody answers
   * @param limit how long one may take; those that wait for the columns of others begin after them
   */
  public ConnectionReport checkConnections(
      Optional<String> checkpoint, FileStores files, Clock clock, Duration limit)
      throws InterruptedException {
    ConnectionChecks checks =
        new ConnectionChecks(
            files, clock, request.baseDirectory().toString(), settings.session(), limit);
    return ConnectionChecks.run(checks, this, checkpoint, analysis.checkpointAt());
  }

  /**
   * Opens the sources and binds the steps to the columns that they really have. Throws {@link
   * dev.sluice.operators.diagnostics.InvalidPipelineException} when these do not fit; then nothing
   * stays open.
   *
   * @param checkpoint an absolute location; sources keep their own logs in it
   */
  public Plan open(String checkpoint, FileStores files, Clock clock) {
    Map<String, PlannedSource> open = new LinkedHashMap<>();
    try {
      List<String> order = sourcesInOrder(sinks);
      for (SourcePiece source : sources) {
        if (unchecked.containsKey(source.name()) && !order.contains(source.name())) {
          order.add(source.name());
        }
      }
      openAll(order, checkpoint, files, clock, open);
      Map<String, Schema> schemas = new LinkedHashMap<>();
      open.forEach((source, planned) -> schemas.put(source, planned.source().schema()));
      Pipeline bound = matches(schemas) ? this : PipelineLoader.bind(analysis, schemas);
      List<String> boundOrder = sourcesInOrder(bound.sinks);
      if (!boundOrder.equals(order)) {
        // Their numbers, and so the places of their logs, are known only now.
        open.values().forEach(source -> source.source().close());
        open.clear();
        openAll(boundOrder, checkpoint, files, clock, open);
      }
      return bound.plan(checkpoint, open);
    } catch (RuntimeException | Error e) {
      open.values().forEach(source -> source.source().close());
      throw e;
    }
  }

  private void openAll(
      List<String> order,
      String checkpoint,
      FileStores files,
      Clock clock,
      Map<String, PlannedSource> open) {
    boolean recovered = isThere(checkpoint, files);
    int streams = 0;
    for (String name : order) {
      SourcePiece piece = piece(name);
      // A table is not logged: only streams have a place in the checkpoint, as in Spark.
      String log = checkpoint + (piece.streaming() ? "/sources/" + streams++ : "/tables/" + name);
      open.put(piece.name(), openSource(piece, log, recovered, files, clock));
    }
  }

  private SourcePiece piece(String wanted) {
    return sources.stream().filter(s -> s.name().equals(wanted)).findFirst().orElseThrow();
  }

  private static boolean isThere(String checkpoint, FileStores files) {
    try {
      return files.of(checkpoint).status(checkpoint + "/metadata").isPresent();
    } catch (IOException e) {
      throw new PipelineException(
          "checkpoint-unavailable",
          "the checkpoint '" + checkpoint + "' cannot be read: " + IoReasons.of(e, checkpoint),
          e);
    }
  }

  private PlannedSource openSource(
      SourcePiece piece, String log, boolean recovered, FileStores files, Clock clock) {
    SourceContext context =
        new SourceContext(
            piece.name(),
            files,
            clock,
            log,
            request.baseDirectory().toString(),
            settings.parallelism(),
            piece.streaming(),
            recovered,
            settings.session());
    Source source;
    try {
      source = piece.type().open(piece.options(), piece.declared(), context);
    } catch (PipelineException e) {
      throw ComponentException.of(e, PlannedSource.label(piece.name()), piece.at());
    }
    return new PlannedSource(
        piece.name(),
        piece.type().name(),
        source,
        piece.streaming(),
        piece.refresh(),
        ComponentReader.fingerprint(piece.type(), piece.options()),
        piece.at());
  }

  /** True if the steps were bound to exactly these columns. */
  private boolean matches(Map<String, Schema> schemas) {
    if (!unchecked.isEmpty() || sinks.stream().anyMatch(sink -> sink.rel().isEmpty())) {
      return false;
    }
    return sources.stream()
        .filter(source -> schemas.containsKey(source.name()))
        .allMatch(
            source -> source.schema().equals(Optional.ofNullable(schemas.get(source.name()))));
  }

  private Plan plan(String checkpoint, Map<String, PlannedSource> open) {
    List<PlannedSink> planned = new ArrayList<>();
    for (SinkPiece sink : sinks) {
      Rel rel =
          sink.rel()
              .orElseThrow(
                  () ->
                      new PipelineException(
                          "unknown-columns", "the columns of " + sink.name() + " are not known"));
      planned.add(
          new PlannedSink(
              sink.name(),
              rel,
              sink.type(),
              sink.options(),
              sink.partitionBy(),
              sink.mode(),
              ComponentReader.fingerprint(sink.type(), sink.options()),
              sink.at()));
    }
    return new Plan(
        name,
        List.copyOf(open.values()),
        planned,
        trigger,
        Optional.of(checkpoint),
        settings,
        request.baseDirectory().toString());
  }

  /** In the order of first appearance, which numbers them in the checkpoint. */
  private static List<String> sourcesInOrder(List<SinkPiece> sinks) {
    Set<String> names = new LinkedHashSet<>();
    Set<Rel> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    sinks.forEach(sink -> sink.rel().ifPresent(rel -> collect(rel, names, seen)));
    return new ArrayList<>(names);
  }

  private static void collect(Rel rel, Set<String> names, Set<Rel> seen) {
    if (seen.add(rel)) {
      rel.inputs().forEach(input -> collect(input, names, seen));
      if (rel instanceof Rel.Read read) {
        names.add(read.source());
      }
    }
  }
}
