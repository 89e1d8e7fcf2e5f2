package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.optimizer.ColumnPruning;
import dev.sluice.operators.optimizer.Limits;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Wires the nodes of the plans into chains, from the sinks down: each node is made once, or once a
 * output mode where the mode decides its rows, and gives its rows to all that read it.
 */
final class DataflowPlanner implements Rel.Visitor<List<Emitter>> {
  private final List<WorkerContext> workers;
  private final BiFunction<String, Origin, Optional<OperatorState>> states;
  private final List<Rel> inputsFirst = new ArrayList<>();
  private final Map<Rel, Integer> places = new IdentityHashMap<>();
  private final List<Rel> roots;
  private final ColumnPruning pruning;
  private final Map<OutputMode, Map<Rel, List<Outputs>>> made = new LinkedHashMap<>();
  private final Map<Rel, GroupStage> aggregates = new IdentityHashMap<>();
  private final Map<Stage, Rel> stages = new IdentityHashMap<>();
  private final Map<Rel, Optional<OperatorState>> opened = new IdentityHashMap<>();
  private final Map<String, ScanPlan> scans = new LinkedHashMap<>();
  private final Map<Rel.Values, List<Outputs>> values = new IdentityHashMap<>();
  private final Map<Rel.Watermark, WatermarkObserver> watermarks = new IdentityHashMap<>();
  private OutputMode mode = OutputMode.APPEND;
  private List<Outputs> outputs = List.of();

  /** {@code states} opens the state of an operator of that name; called in a fixed order. */
  DataflowPlanner(
      List<EmbeddedDataflow.Output> sinks,
      List<WorkerContext> workers,
      BiFunction<String, Origin, Optional<OperatorState>> states) {
    this.workers = workers;
    this.states = states;
    Set<Rel> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    sinks.forEach(sink -> collect(sink.root(), seen));
    for (int i = 0; i < inputsFirst.size(); i++) {
      places.put(inputsFirst.get(i), i);
    }
    this.roots = sinks.stream().map(EmbeddedDataflow.Output::root).toList();
    this.pruning = new ColumnPruning(inputsFirst, roots);
    // Numbered from the sources up, so that a step added at the end leaves older state in place.
    Set<OutputMode> modes = EnumSet.noneOf(OutputMode.class);
    sinks.forEach(sink -> modes.add(sink.mode()));
    for (Rel rel : inputsFirst) {
      StateKind.of(rel, modes)
          .ifPresent(kind -> opened.put(rel, states.apply(kind.operatorName(), rel.origin())));
      if (rel instanceof Rel.Read read) {
        scans
            .computeIfAbsent(
                read.source(), name -> new ScanPlan(read.schema(), scans.size(), workers.size()))
            .need(pruning.of(read));
      }
    }
    scans.forEach((source, scan) -> scan.pushFilters(source, inputsFirst, roots));
  }

  private void collect(Rel rel, Set<Rel> seen) {
    if (seen.add(rel)) {
      rel.inputs().forEach(input -> collect(input, seen));
      inputsFirst.add(rel);
    }
  }

  /** Gives the rows of a node, one emitter a worker. */
  void connect(Rel rel, OutputMode sinkMode, List<? extends Emitter> consumers) {
    OutputMode key = StateKind.keepsGroups(rel) ? sinkMode : OutputMode.APPEND;
    Map<Rel, List<Outputs>> ofMode = made.computeIfAbsent(key, m -> new IdentityHashMap<>());
    List<Outputs> own = ofMode.get(rel);
    boolean fresh = own == null;
    if (own == null) {
      own = outputsOf(rel, sinkMode);
      ofMode.put(rel, own);
    }
    for (int w = 0; w < workers.size(); w++) {
      own.get(w).add(consumers.get(w));
    }
    if (fresh) {
      OutputMode outerMode = mode;
      List<Outputs> outer = outputs;
      mode = sinkMode;
      outputs = own;
      List<Emitter> inputs = rel.accept(this);
      mode = outerMode;
      outputs = outer;
      connectInputs(rel, sinkMode, inputs);
    }
  }

  private List<Outputs> outputsOf(Rel rel, OutputMode sinkMode) {
    List<Outputs> own = new ArrayList<>();
    for (int w = 0; w < workers.size(); w++) {
      own.add(
          rel instanceof Rel.Aggregate aggregate
              ? stage(aggregate).output(sinkMode, w)
              : new Outputs());
    }
    return own;
  }

  private void connectInputs(Rel rel, OutputMode sinkMode, List<Emitter> inputs) {
    if (rel instanceof Rel.Union) {
      for (int port = 0; port < rel.inputs().size(); port++) {
        connect(rel.inputs().get(port), sinkMode, ports(inputs, port));
      }
    } else if (rel.inputs().size() == 2) {
      connect(rel.inputs().get(0), sinkMode, inputs.subList(0, workers.size()));
      connect(rel.inputs().get(1), sinkMode, inputs.subList(workers.size(), inputs.size()));
    } else if (!inputs.isEmpty()) {
      // The stage of running sessions merges them itself.
      boolean merges = rel instanceof Rel.Aggregate groups && SessionPlan.isSessions(groups);
      Rel input = rel.inputs().get(0);
      connect(merges ? input.inputs().get(0) : input, sinkMode, inputs);
    }
  }

  /** The inputs of a union know their place among the others, so that rows have an order. */
  private List<Emitter> ports(List<Emitter> inputs, int port) {
    List<Emitter> result = new ArrayList<>();
    for (int w = 0; w < workers.size(); w++) {
      WorkerContext worker = workers.get(w);
      Emitter input = inputs.get(w);
      result.add(
          batch -> {
            long order = worker.order;
            worker.order = order | (long) port << 48;
            input.emit(batch);
            worker.order = order;
          });
    }
    return result;
  }

  /** The stages, each after those it takes rows from. */
  List<Stage> stages() {
    return stages.entrySet().stream()
        .sorted(Comparator.comparingInt(e -> place(e.getValue())))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The limits that alone take the rows of a table, by its name: then it need not be read on. */
  Map<String, List<LimitStage>> gates() {
    Map<String, List<LimitStage>> gates = new HashMap<>();
    for (String source : scans.keySet()) {
      Rel limit = Limits.above(source, inputsFirst, roots);
      List<LimitStage> own = new ArrayList<>();
      stages.forEach(
          (stage, rel) -> {
            if (rel == limit && stage instanceof LimitStage one) {
              own.add(one);
            }
          });
      if (!own.isEmpty()) {
        gates.put(source, own);
      }
    }
    return gates;
  }

  /** Those that no row of a stream reaches. */
  Set<Stage> staticStages() {
    Set<Stage> found = Collections.newSetFromMap(new IdentityHashMap<>());
    stages.forEach(
        (stage, rel) -> {
          if (!Rel.streams(rel)) {
            found.add(stage);
          }
        });
    return found;
  }

  private int place(Rel rel) {
    return places.getOrDefault(rel, 0);
  }

  Map<String, ScanPlan> scans() {
    return scans;
  }

  /** Rows written in the query, in the order of the plan, and where they go. */
  List<Map.Entry<Rel.Values, List<Outputs>>> values() {
    return values.entrySet().stream()
        .sorted(Comparator.comparingInt(e -> place(e.getKey())))
        .toList();
  }

  List<WatermarkObserver> watermarks() {
    return watermarks.entrySet().stream()
        .sorted(Comparator.comparingInt(e -> place(e.getKey())))
        .map(Map.Entry::getValue)
        .toList();
  }

  private List<Emitter> perWorker(Function<WorkerContext, Operator> operator) {
    List<Emitter> inputs = new ArrayList<>();
    for (WorkerContext worker : workers) {
      Operator one = operator.apply(worker);
      Outputs out = outputs.get(worker.index);
      inputs.add(batch -> one.process(batch, out));
    }
    return inputs;
  }

  private List<Emitter> into(Stage stage) {
    List<Emitter> inputs = new ArrayList<>();
    for (WorkerContext worker : workers) {
      inputs.add(batch -> stage.process(worker, batch));
    }
    return inputs;
  }

  @Override
  public List<Emitter> read(Rel.Read node) {
    ScanPlan scan = scans.get(node.source());
    if (scan == null) {
      throw new IllegalStateException("no scan of '" + node.source() + "'");
    }
    for (int w = 0; w < workers.size(); w++) {
      scan.outputs(w).add(outputs.get(w));
    }
    return List.of();
  }

  @Override
  public List<Emitter> values(Rel.Values node) {
    values.put(node, outputs);
    return List.of();
  }

  @Override
  public List<Emitter> filter(Rel.Filter node) {
    return perWorker(worker -> new FilterOperator(node, worker));
  }

  @Override
  public List<Emitter> project(Rel.Project node) {
    return perWorker(worker -> new ProjectOperator(node, pruning.of(node), worker));
  }

  @Override
  public List<Emitter> generate(Rel.Generate node) {
    return perWorker(worker -> new GenerateOperator(node, worker));
  }

  private GroupStage stage(Rel.Aggregate node) {
    return aggregates.computeIfAbsent(
        node,
        n -> {
          Optional<OperatorState> state = opened.getOrDefault(node, Optional.empty());
          return SessionPlan.isSessions(node)
              ? new SessionAggregateStage(new SessionPlan(node), workers.size(), state)
              : new AggregateStage(new AggregatePlan(node), workers.size(), state);
        });
  }

  @Override
  public List<Emitter> aggregate(Rel.Aggregate node) {
    GroupStage stage = stage(node);
    boolean fresh = stages.put(stage, node) == null;
    return fresh ? into(stage) : List.of();
  }

  @Override
  public List<Emitter> union(Rel.Union node) {
    List<Emitter> inputs = new ArrayList<>();
    for (Outputs out : outputs) {
      inputs.add(batch -> out.emit(new Batch(node.schema(), batch.columns(), batch.rows())));
    }
    return inputs;
  }

  /** The ways in of the left input, one a worker, then those of the right one. */
  @Override
  public List<Emitter> join(Rel.Join node) {
    if (Rel.streams(node.left()) && Rel.streams(node.right())) {
      return streamJoin(node);
    }
    JoinStage stage =
        new JoinStage(
            new JoinPlan(node, pruning.of(node.left()), pruning.of(node.right())), outputs);
    stages.put(stage, node);
    List<Emitter> inputs = new ArrayList<>();
    workers.forEach(worker -> inputs.add(batch -> stage.process(worker, batch)));
    workers.forEach(worker -> inputs.add(batch -> stage.processRight(worker, batch)));
    return inputs;
  }

  private List<Emitter> streamJoin(Rel.Join node) {
    StreamJoinStage stage =
        new StreamJoinStage(
            new StreamJoinPlan(node, pruning.of(node.left()), pruning.of(node.right())),
            workers.size(),
            outputs,
            opened.getOrDefault(node, Optional.empty()));
    stages.put(stage, node);
    List<Emitter> inputs = new ArrayList<>(into(stage));
    workers.forEach(worker -> inputs.add(batch -> stage.processRight(worker, batch)));
    return inputs;
  }

  /** Seen once, however many modes the rows are wanted in. */
  @Override
  public List<Emitter> watermark(Rel.Watermark node) {
    boolean first = Rel.streams(node) && !watermarks.containsKey(node);
    WatermarkObserver observer = first ? new WatermarkObserver(node, workers.size()) : null;
    if (observer != null) {
      watermarks.put(node, observer);
    }
    List<Emitter> inputs = new ArrayList<>();
    for (WorkerContext worker : workers) {
      Outputs out = outputs.get(worker.index);
      inputs.add(
          batch -> {
            if (observer != null) {
              observer.see(worker, batch);
            }
            out.emit(batch);
          });
    }
    return inputs;
  }

  @Override
  public List<Emitter> deduplicate(Rel.Deduplicate node) {
    DeduplicateStage stage =
        new DeduplicateStage(
            new DeduplicatePlan(node, pruning.of(node.input())),
            workers.size(),
            outputs,
            opened.getOrDefault(node, Optional.empty()));
    stages.put(stage, node);
    return into(stage);
  }

  @Override
  public List<Emitter> sessions(Rel.Sessions node) {
    SessionStage stage = new SessionStage(node, workers.size(), outputs.get(0));
    stages.put(stage, node);
    return into(stage);
  }

  @Override
  public List<Emitter> sort(Rel.Sort node) {
    long wanted = Limits.of(node, inputsFirst, roots);
    Stage stage =
        TopStage.pays(wanted)
            ? new TopStage(node, (int) wanted, workers.size(), outputs.get(0))
            : new SortStage(node, workers.size(), outputs.get(0));
    stages.put(stage, node);
    return into(stage);
  }

  @Override
  public List<Emitter> limit(Rel.Limit node) {
    if (node.perKeys() > 0) {
      KeyedLimitStage stage = new KeyedLimitStage(node, workers.size(), outputs.get(0));
      stages.put(stage, node);
      return into(stage);
    }
    LimitStage stage =
        new LimitStage(
            node.count(),
            node.skip(),
            StateKind.countsWholeStream(node, mode),
            workers.size(),
            outputs.get(0),
            opened.getOrDefault(node, Optional.empty()));
    stages.put(stage, node);
    return into(stage);
  }

  @Override
  public List<Emitter> window(Rel.Window node) {
    WindowStage stage = new WindowStage(node, outputs);
    stages.put(stage, node);
    return into(stage);
  }

  @Override
  public List<Emitter> transformWithState(Rel.TransformWithState node) {
    TransformWithStateStage stage =
        new TransformWithStateStage(
            new TransformWithStatePlan(node),
            workers.size(),
            outputs,
            opened.getOrDefault(node, Optional.empty()));
    stages.put(stage, node);
    // The ways in of rows, one a worker, then those of the rows that states begin with.
    List<Emitter> inputs = new ArrayList<>(into(stage));
    if (node.initial().isPresent()) {
      workers.forEach(worker -> inputs.add(batch -> stage.processInitial(worker, batch)));
    }
    return inputs;
  }
}
