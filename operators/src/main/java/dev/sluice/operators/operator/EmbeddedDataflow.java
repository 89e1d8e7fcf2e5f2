package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.EvaluationFailure;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.optimizer.EarlyFilters;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.state.LocalStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Plans run in this process. Each worker has a chain of operators of its own for every node that
 * works row by row; an aggregation, a sort or a limit is a stage, which all workers fill and which
 * gives its rows in {@link #finish}.
 */
public final class EmbeddedDataflow implements Dataflow {
  /** Fewer rows than this are not worth waking other threads for. */
  private static final long WORTH_THREADS = 20_000;

  /** The part of the heap that snapshots which wait to be written may take: one in so many. */
  private static final long SNAPSHOT_SHARE = 8;

  /** How long rows that are being processed may keep it from being closed. */
  private static final long LEAVING_SECONDS = 5;

  /** The rows of a plan, for one sink. */
  public record Output(Rel root, OutputMode mode) {}

  private final List<WorkerContext> contexts = new ArrayList<>();
  private final Workers workers;
  private final Map<String, ScanPlan> scans;
  private final List<Map.Entry<Rel.Values, List<Outputs>>> values;
  private final List<Stage> stages;
  private final Set<Stage> staticStages;
  private final List<WatermarkObserver> watermarks;
  private final Map<String, List<LimitStage>> gates;
  private final List<List<Port>> ports = new ArrayList<>();
  private final long[] rows;
  private final List<LocalStore> local = new ArrayList<>();
  // Held for reading where rows are processed, for writing for ever once it is closed.
  private final ReadWriteLock inUse = new ReentrantReadWriteLock();
  private BackgroundSnapshots snapshots = new BackgroundSnapshots(0);
  private Epoch epoch = new Epoch(0, 0, 0, 0);
  private boolean hasReadTables;
  private boolean everReadTables;
  private boolean holdsTables;

  /** The end of a chain: the part of a sink's write that this epoch gave. */
  private static final class Port implements Emitter {
    private Emitter target = batch -> {};

    @Override
    public void emit(Batch batch) {
      if (batch.rows() > 0) {
        target.emit(batch);
      }
    }
  }

  private EmbeddedDataflow(List<Output> written, int workerCount, StateFactory states) {
    List<Rel> roots = EarlyFilters.of(written.stream().map(Output::root).toList());
    List<Output> outputs = new ArrayList<>();
    for (int i = 0; i < roots.size(); i++) {
      outputs.add(new Output(roots.get(i), written.get(i).mode()));
    }
    this.workers = new Workers(workerCount);
    this.rows = new long[workerCount];
    for (int i = 0; i < workerCount; i++) {
      contexts.add(new WorkerContext(i));
    }
    DataflowPlanner planner = new DataflowPlanner(outputs, contexts, states::open);
    for (Output output : outputs) {
      List<Port> own = new ArrayList<>();
      for (int i = 0; i < workerCount; i++) {
        own.add(new Port());
      }
      ports.add(own);
      planner.connect(output.root(), output.mode(), own);
    }
    this.scans = planner.scans();
    this.values = planner.values();
    this.stages = planner.stages();
    this.staticStages = planner.staticStages();
    this.watermarks = planner.watermarks();
    this.gates = planner.gates();
  }

  /** Gives stateful operators their numbers and their places, in the order of the plan. */
  private interface StateFactory {
    Optional<OperatorState> open(String operatorName, Origin origin);
  }

  /**
   * A dataflow whose state, if the plans need any, is kept in a checkpoint.
   *
   * @param outputs one for each sink
   * @param workers how many threads give rows in, and how many work on state
   * @param stateDirectory {@code state} in the checkpoint, on {@code files}
   */
  public static EmbeddedDataflow create(
      List<Output> outputs, int workers, FileStore files, String stateDirectory) {
    return create(outputs, workers, files, stateDirectory, StateOptions.DEFAULT);
  }

  /** As above, with state held in another way. */
  public static EmbeddedDataflow create(
      List<Output> outputs,
      int workers,
      FileStore files,
      String stateDirectory,
      StateOptions options) {
    int[] next = new int[1];
    List<LocalStore> opened = new ArrayList<>();
    BackgroundSnapshots snapshots =
        new BackgroundSnapshots(Runtime.getRuntime().maxMemory() / SNAPSHOT_SHARE);
    EmbeddedDataflow dataflow =
        new EmbeddedDataflow(
            outputs,
            workers,
            (name, origin) -> {
              if (opened.isEmpty()) {
                options.local().ifPresent(store -> opened.add(store.get()));
              }
              Optional<Supplier<LocalStore>> shared =
                  opened.stream().findFirst().map(store -> () -> store);
              return Optional.of(
                  new OperatorState(
                      files,
                      stateDirectory,
                      next[0]++,
                      name,
                      origin,
                      workers,
                      new StateOptions(shared, options.evolves(), options.redaction()),
                      snapshots));
            });
    dataflow.local.addAll(opened);
    dataflow.snapshots = snapshots;
    return dataflow;
  }

  /** A dataflow that keeps its state in memory only: for queries that run once, and previews. */
  public static EmbeddedDataflow inMemory(List<Output> outputs, int workers) {
    return new EmbeddedDataflow(outputs, workers, (name, origin) -> Optional.empty());
  }

  @Override
  public Map<String, Scan> scans() {
    Map<String, Scan> result = new LinkedHashMap<>();
    scans.forEach((name, scan) -> result.put(name, new Scan(scan.schema(), scan.filters())));
    return result;
  }

  @Override
  public void restore(long version, long watermarkMillis) throws IOException {
    everReadTables = false;
    for (Stage stage : stages) {
      stage.resume(watermarkMillis);
      if (stage.state().isPresent()) {
        Stage.Stateful state = stage.state().get();
        state.open(version);
        unwrapped(worker -> state.restore(worker, version));
      }
    }
  }

  @Override
  public boolean keepsTables() {
    return stages.stream()
        .filter(stage -> !staticStages.contains(stage))
        .allMatch(stage -> !(stage instanceof JoinStage join) || join.keepsTable());
  }

  @Override
  public void begin(Epoch epoch, List<List<Emitter>> outputs, boolean sameTables) {
    for (int sink = 0; sink < ports.size(); sink++) {
      for (int worker = 0; worker < workers.count(); worker++) {
        ports.get(sink).get(worker).target = outputs.get(sink).get(worker);
      }
    }
    for (WorkerContext context : contexts) {
      context.begin(epoch);
      rows[context.index] = 0;
    }
    hasReadTables = false;
    // The first time there is nothing to hold yet: rows written in the query come all the same.
    holdsTables = sameTables && everReadTables;
    this.epoch = epoch;
    watermarks.forEach(watermark -> watermark.begin(epoch.farMillis()));
    for (Stage stage : stages) {
      if (!holdsTables || !staticStages.contains(stage)) {
        stage.begin(epoch, holdsTables);
      }
    }
  }

  @Override
  public List<EventTimeStats> eventTimes() {
    return watermarks.stream().map(WatermarkObserver::stats).toList();
  }

  @Override
  public boolean wantsEpoch(long watermarkMillis, long nowMillis) {
    return stages.stream().anyMatch(stage -> stage.wantsEpoch(watermarkMillis, nowMillis));
  }

  @Override
  public void beginSplit(String source, int worker, int split) {
    contexts.get(worker).beginSplit(order(source, split));
  }

  @Override
  public void process(String source, int worker, Batch batch) {
    if (!inUse.readLock().tryLock()) {
      throw new CancellationException("the dataflow is being closed");
    }
    try {
      ScanPlan scan = scan(source);
      rows[worker] += batch.rows();
      scan.outputs(worker).emit(scan.widen(batch));
    } finally {
      inUse.readLock().unlock();
    }
  }

  @Override
  public boolean enough(String source, int split) {
    List<LimitStage> limits = gates.get(source);
    if (limits == null) {
      return false;
    }
    long order = order(source, split);
    return limits.stream().allMatch(limit -> limit.hasEnough(order));
  }

  private long order(String source, int split) {
    return (long) scan(source).ordinal() << 32 | split;
  }

  @Override
  public Optional<FailedRow> failedRow(String source, int worker, Batch batch) {
    for (List<Port> sink : ports) {
      sink.get(worker).target = rows -> {};
    }
    int from = 0;
    int to = batch.rows();
    // The first row that fails lies in [from, to), if any row fails by itself.
    while (from < to) {
      int middle = to - from == 1 ? to : from + to >>> 1;
      try {
        process(source, worker, batch.slice(from, middle));
        from = middle;
      } catch (EvaluationFailure e) {
        if (middle - from == 1) {
          return Optional.of(new FailedRow(from, e));
        }
        to = middle;
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<FarTime> farTime(String source, int worker, Batch batch) {
    for (WatermarkObserver watermark : watermarks) {
      OptionalLong far = watermark.takeFar(worker);
      if (far.isPresent()) {
        Rel.Watermark node = watermark.node();
        int row = FarTimeSearch.row(node, source, scan(source).schema(), batch, epoch);
        return Optional.of(new FarTime(timeOf(node), far.getAsLong(), row));
      }
    }
    return Optional.empty();
  }

  @Override
  public List<FarTime> farTimes() {
    List<FarTime> found = new ArrayList<>();
    for (WatermarkObserver watermark : watermarks) {
      for (WorkerContext worker : contexts) {
        watermark
            .takeFar(worker.index)
            .ifPresent(far -> found.add(new FarTime(timeOf(watermark.node()), far, -1)));
      }
    }
    return found;
  }

  private static String timeOf(Rel.Watermark node) {
    return node.schema().field(node.column()).name();
  }

  private ScanPlan scan(String source) {
    ScanPlan scan = scans.get(source);
    if (scan == null) {
      throw new IllegalArgumentException("no step reads the source '" + source + "'");
    }
    return scan;
  }

  @Override
  public void tablesRead() {
    for (Map.Entry<Rel.Values, List<Outputs>> each : values) {
      if (holdsTables) {
        break;
      }
      contexts.get(0).beginSplit((long) scans.size() << 32);
      each.getKey().batches().forEach(each.getValue().get(0)::emit);
    }
    for (Stage stage : stages) {
      if (!staticStages.contains(stage)) {
        stage.tablesRead(contexts.get(0));
      } else if (!holdsTables) {
        give(stage);
      }
    }
    hasReadTables = true;
    everReadTables = true;
  }

  @Override
  public void finish() {
    if (!hasReadTables) {
      tablesRead();
    }
    for (Stage stage : stages) {
      if (!staticStages.contains(stage)) {
        give(stage);
      }
    }
  }

  private void give(Stage stage) {
    long total = 0;
    for (WorkerContext context : contexts) {
      context.beginSplit(0);
      context.exchanged = true;
    }
    for (long count : rows) {
      total += count;
    }
    if (total < WORTH_THREADS) {
      workers.runInTurn(worker -> stage.flush(contexts.get(worker)));
      workers.runInTurn(worker -> stage.emit(contexts.get(worker)));
    } else {
      workers.run(worker -> stage.flush(contexts.get(worker)));
      workers.run(worker -> stage.emit(contexts.get(worker)));
    }
  }

  private void unwrapped(Workers.Task task) throws IOException {
    try {
      workers.run(task);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void commitState(long epochId) throws IOException {
    for (Stage stage : stages) {
      if (stage.state().isPresent()) {
        Stage.Stateful state = stage.state().get();
        unwrapped(worker -> state.commit(worker, epochId + 1));
      }
    }
  }

  @Override
  public void purgeStateBefore(long version) throws IOException {
    for (Stage stage : stages) {
      if (stage.state().isPresent()) {
        stage.state().get().purgeBefore(version);
      }
    }
  }

  @Override
  public List<String> warnings() {
    return snapshots.takeWarnings();
  }

  /** As Spark's progress lists them: from the sink down. */
  @Override
  public List<StateMetrics> stateMetrics() {
    List<StateMetrics> metrics = new ArrayList<>();
    for (int i = stages.size() - 1; i >= 0; i--) {
      stages.get(i).state().ifPresent(state -> metrics.add(state.metrics()));
    }
    return metrics;
  }

  @Override
  public boolean settle(long millis) throws InterruptedException {
    return snapshots.await(millis);
  }

  /** Once it is true no rows come in any more: those of a batch that was given up by force. */
  private boolean becomesQuiet() {
    try {
      return inUse.writeLock().tryLock(LEAVING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    workers.close();
    if (!snapshots.close() || !becomesQuiet()) {
      // What still reads the local stores would bring the process down; they go with it.
      return;
    }
    for (LocalStore store : local) {
      try {
        store.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
