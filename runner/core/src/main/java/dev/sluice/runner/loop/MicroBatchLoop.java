package dev.sluice.runner.loop;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Sink;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.IoReasons;
import dev.sluice.operators.operator.Dataflow;
import dev.sluice.operators.operator.Epoch;
import dev.sluice.operators.plan.RowByRow;
import dev.sluice.runner.checkpoint.Checkpoint;
import dev.sluice.runner.checkpoint.CheckpointLog;
import dev.sluice.runner.checkpoint.CommitEntry;
import dev.sluice.runner.checkpoint.OffsetEntry;
import dev.sluice.runner.checkpoint.Recovery;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.PlannedSource;
import dev.sluice.runner.plan.Progress;
import dev.sluice.runner.plan.RunEnvironment;
import dev.sluice.runner.plan.Trigger;
import dev.sluice.runner.progress.BatchDone;
import dev.sluice.runner.progress.BatchTimes;
import dev.sluice.runner.progress.ProgressReporter;
import dev.sluice.runner.progress.SourceReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * The loop. A batch is: choose the end offsets, write {@code offsets/N}, read and compute into the
 * sinks' writes, commit the state, commit the sinks, write {@code commits/N}. From {@code
 * offsets/N} on everything about the batch is fixed, so that running it again changes nothing.
 * Where rows may come again in other batches, a batch may stay open for a while: what comes in the
 * meantime goes through at once, and {@code offsets/N} is written when it is known, which may be
 * after the sinks are committed.
 */
final class MicroBatchLoop implements Loop {
  /** How long state that is settled in the background is waited for at once. */
  private static final long SETTLE_MILLIS = 1000;

  private final Plan plan;
  private final RunEnvironment environment;
  private final CheckpointLog log;
  private final LogWriter writer;
  private final String stateDirectory;
  private final long salt;
  private final Dataflow dataflow;
  private final List<Sink> sinks;
  private final Workers workers;
  private final Purger purger;
  private final Stopper stopper;
  private final Pace pace;
  private final RunNotes notes;
  private final List<StreamState> streams;
  private final StaticTables tables;
  private final ScanTasks tasks;
  private final OpenBatch openBatch;
  private final ProgressReporter progress;
  private final Recovery recovery;
  private final boolean hidesUntilCommit;
  private final boolean mayRegroup;
  private final boolean staysOpen;
  private long nextBatchId;
  private long lateWatermarkMillis;
  private WatermarkTracker watermark;
  private Map<String, String> conf;
  // Of batches whose commit entry is being written.
  private final Deque<Progress> untold = new ArrayDeque<>();

  MicroBatchLoop(
      Plan plan,
      RunEnvironment environment,
      Checkpoint checkpoint,
      Recovery recovery,
      Dataflow dataflow,
      List<Sink> sinks,
      Workers workers,
      Purger purger) {
    this.plan = plan;
    this.environment = environment;
    this.log = checkpoint.log();
    this.writer = new LogWriter(log, staysOn(plan.trigger()));
    this.stateDirectory = checkpoint.stateDirectory();
    this.salt = salt(checkpoint.queryId());
    this.recovery = recovery;
    this.dataflow = dataflow;
    this.sinks = sinks;
    this.workers = workers;
    this.purger = purger;
    this.stopper = new Stopper(environment.clock());
    this.pace = new Pace(environment.clock(), stopper);
    this.notes = new RunNotes(environment.notes());
    this.streams =
        plan.sources().stream().filter(PlannedSource::streaming).map(StreamState::new).toList();
    this.tables =
        new StaticTables(
            plan.sources().stream().filter(s -> !s.streaming()).toList(),
            environment.clock(),
            dataflow.keepsTables());
    this.tasks = new ScanTasks(streams, tables, dataflow.scans());
    this.openBatch = new OpenBatch(streams, tasks, pace, writer, workers);
    this.hidesUntilCommit = sinks.stream().allMatch(Sink::hidesUntilCommit);
    this.mayRegroup =
        sinks.stream().allMatch(Sink::mayRegroup)
            && plan.sinks().stream().allMatch(sink -> RowByRow.holds(sink.rel()));
    this.staysOpen =
        mayRegroup
            && plan.trigger() instanceof Trigger.Default
            && streams.stream().anyMatch(StreamState::isExtendable);
    this.conf = OffsetEntry.sparkConf(plan.settings().watermarkPolicy());
    this.watermark = tracker();
    this.progress =
        new ProgressReporter(
            checkpoint.queryId(),
            plan.name(),
            streams.stream().map(StreamState::source).toList(),
            plan.sources().stream().filter(s -> !s.streaming()).map(PlannedSource::source).toList(),
            sinks,
            environment);
  }

  /** A number of the query, as its id is one: what random expressions start from. */
  private static long salt(String queryId) {
    long number = 0;
    for (int i = 0; i < queryId.length(); i++) {
      number = number * 0x100000001B3L + queryId.charAt(i);
    }
    return number;
  }

  private WatermarkTracker tracker() {
    return new WatermarkTracker(OffsetEntry.watermarkPolicy(conf), dataflow.eventTimes().size());
  }

  /** Where a row's way from source to sink counts, the log is written beside it. */
  private static boolean staysOn(Trigger trigger) {
    return trigger instanceof Trigger.Default || trigger instanceof Trigger.ProcessingTime;
  }

  @Override
  public Stopper stopper() {
    return stopper;
  }

  @Override
  public void run() throws Exception {
    try (writer) {
      runByTrigger();
      writer.await();
      tellCommitted();
      forgetBehind();
      settle();
    } catch (Throwable e) {
      tellCommittedBeside(e);
      throw e;
    }
  }

  /** The writer has ended: of a batch whose entry was not written nothing is told. */
  private void tellCommittedBeside(Throwable failure) {
    try {
      tellCommitted();
    } catch (RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }

  /** Tells the progress of batches that are durable. */
  private void tellCommitted() {
    boolean more = false;
    while (!untold.isEmpty() && untold.getFirst().batchId() <= writer.committed()) {
      progress.tell(untold.removeFirst());
      more = true;
    }
    if (more && untold.isEmpty()) {
      streams.forEach(StreamState::tellCompleted);
    }
  }

  /** The next run begins with the snapshots of one that ended by itself. */
  private void settle() throws IOException, InterruptedException {
    while (!stopper.stopping() && !dataflow.settle(SETTLE_MILLIS)) {
      log.requireHeld();
    }
  }

  private void runByTrigger() throws Exception {
    Trigger trigger = plan.trigger();
    if (trigger instanceof Trigger.AvailableNow) {
      streams.forEach(StreamState::freeze);
    }
    recover();
    if (trigger instanceof Trigger.Once) {
      runNext(ReadLimit.ALL, false);
    } else if (trigger instanceof Trigger.AvailableNow) {
      runAvailable();
    } else {
      runOnSchedule(
          trigger instanceof Trigger.ProcessingTime every ? every.interval().toMillis() : 0);
    }
  }

  private void runAvailable() throws Exception {
    boolean freezable = streams.stream().allMatch(StreamState::supportsAvailableNow);
    notes.oneBatch(streams);
    boolean more = true;
    while (more && !stopper.stopping()) {
      more = runNext(freezable ? ReadLimit.CONFIGURED : ReadLimit.ALL, !freezable);
    }
  }

  private void runOnSchedule(long interval) throws Exception {
    if (interval == 0) {
      streams.forEach(stream -> stream.source().onArrival(stopper::arrive));
    }
    while (!stopper.stopping()) {
      long started = environment.clock().millis();
      stopper.look();
      long begun = environment.clock().nanos();
      boolean ran = runNext(ReadLimit.CONFIGURED, false);
      if (interval > 0) {
        notes.took((environment.clock().nanos() - begun) / 1_000_000, interval);
        if (pace.hasTime(started, interval)) {
          // There is time for the log to come to rest, and for its last batch to be told.
          writer.await();
          tellCommitted();
        }
        pace.waitForNext(started, interval);
      } else if (!ran) {
        pace.idle();
      } else if (!staysOpen
          && !wantsNoDataBatch()
          && streams.stream().noneMatch(StreamState::isBehind)) {
        pace.rest(begun, writer);
      }
    }
  }

  private void recover() throws Exception {
    if (recovery instanceof Recovery.Continue last) {
      resume(last.last());
      watermark = tracker();
      nextBatchId = last.last().batchId() + 1;
      watermark.resume(last.watermarkMillis());
      lateWatermarkMillis = last.last().watermarkMillis();
      dataflow.restore(nextBatchId, last.last().watermarkMillis());
    } else if (recovery instanceof Recovery.Replay replay
        && mayRegroup
        && streams.stream().anyMatch(StreamState::isExtendable)
        && replay.before().isPresent()) {
      beginAnew(replay.planned(), replay.before().get());
    } else if (recovery instanceof Recovery.Replay replay) {
      replay.before().ifPresent(this::resume);
      replay.before().ifPresent(before -> lateWatermarkMillis = before.watermarkMillis());
      OffsetEntry planned = replay.planned();
      conf = planned.conf().isEmpty() ? conf : planned.conf();
      warnOfPolicy();
      watermark = tracker();
      nextBatchId = planned.batchId();
      watermark.resume(planned.watermarkMillis());
      dataflow.restore(nextBatchId, lateWatermarkMillis);
      execute(planned, false, false, new BatchTimes(environment.clock()));
    } else {
      dataflow.restore(0, 0);
    }
  }

  /**
   * Some rows of the batch behind the planned one may be out, too: one batch takes in them all, so
   * that only the rows of one come again.
   */
  private void beginAnew(OffsetEntry planned, OffsetEntry before) throws IOException {
    writer.withdraw(planned.batchId());
    resume(before);
    watermark = tracker();
    nextBatchId = planned.batchId();
    watermark.resume(planned.watermarkMillis());
    lateWatermarkMillis = before.watermarkMillis();
    dataflow.restore(nextBatchId, before.watermarkMillis());
  }

  private void resume(OffsetEntry entry) {
    conf = entry.conf().isEmpty() ? conf : entry.conf();
    warnOfPolicy();
    for (int i = 0; i < streams.size(); i++) {
      streams.get(i).resume(entry.ends().get(i));
    }
  }

  private void warnOfPolicy() {
    notes.policy(plan.settings(), OffsetEntry.watermarkPolicy(conf));
  }

  /** Runs a batch if there is anything new; says whether it did. */
  private boolean runNext(ReadLimit limit, boolean once) throws Exception {
    BatchTimes times = new BatchTimes(environment.clock());
    List<Offset> ends = new ArrayList<>(streams.size());
    boolean isNew = false;
    for (StreamState stream : streams) {
      Offset end = stream.latest(limit, once);
      isNew |= !end.equals(stream.committed());
      ends.add(end);
    }
    times.mark("latestOffset");
    if (!isNew && !wantsNoDataBatch()) {
      // A log that cannot be written is told also when nothing comes.
      writer.isDone();
      tellCommitted();
      if (untold.isEmpty()) {
        progress.idle();
      }
      return false;
    }
    OffsetEntry entry =
        new OffsetEntry(nextBatchId, watermark.millis(), environment.clock().millis(), conf, ends);
    // Where a new query starts is known for good only with its first plan.
    boolean ahead = mayRegroup && streams.stream().noneMatch(s -> s.committed().isNone());
    boolean open = ahead && staysOpen && streams.stream().noneMatch(StreamState::isHeldUp);
    if (!open) {
      plan(entry, ahead);
    } else if (nextBatchId == 1) {
      // A first batch cannot be begun anew: it comes again by itself, or not at all.
      writer.await();
    }
    times.mark("walCommit");
    execute(entry, ahead, open, times);
    return true;
  }

  private void plan(OffsetEntry entry, boolean ahead) throws IOException, InterruptedException {
    if (ahead) {
      // Rows of more batches would come again after a crash.
      writer.await();
      tellCommitted();
    }
    reached(Failpoints.Step.BEFORE_OFFSETS);
    writer.plan(entry);
    if (!hidesUntilCommit && !ahead) {
      awaitPlan();
    }
    reached(Failpoints.Step.AFTER_OFFSETS);
  }

  /**
   * Also as the first batch of a run, where Spark forgets that it wanted another: windows that were
   * over when the query ended come out when it starts.
   */
  private boolean wantsNoDataBatch() {
    return plan.settings().noDataBatches()
        && dataflow.wantsEpoch(watermark.millis(), environment.clock().millis());
  }

  /**
   * @param ahead its rows may be seen before its plan is durable
   * @param open it is planned when it has all its rows
   */
  private void execute(OffsetEntry begun, boolean ahead, boolean open, BatchTimes times)
      throws Exception {
    long id = begun.batchId();
    streams.forEach(stream -> stream.begin(id));
    FarTimes farTimes = new FarTimes(plan.settings().session().timeZone());
    BatchReading reading = new BatchReading(dataflow, plan.sources(), farTimes, stopper);
    boolean newTables = tables.refresh();
    try (BatchWrite write =
        new BatchWrite(sinks, plan.sinks(), workers.count(), id, environment.failpoints())) {
      times.mark("queryPlanning");
      // Sinks have begun: both may have to ask a server, and do so at the same time.
      List<BatchReading.Task> first = tasks.ofStreams(committed(), begun.ends(), 0);
      times.mark("getBatch");
      dataflow.begin(
          new Epoch(
              id, begun.timestampMillis(), begun.watermarkMillis(), lateWatermarkMillis, salt),
          write.outputs(),
          !newTables);
      times.mark("queryPlanning");
      if (newTables) {
        reading.run(tasks.ofTables(), workers);
      }
      dataflow.tablesRead();
      reading.run(first, workers);
      OffsetEntry entry = begun;
      if (open) {
        entry = begun.endingAt(openBatch.readOn(begun.ends(), first.size(), reading, write, times));
        plan(entry, true);
        times.mark("walCommit");
      }
      stopper.check();
      dataflow.finish();
      farTimes.add(dataflow.farTimes());
      stopper.check();
      write.finish();
      times.mark("addBatch");
      streams.forEach(StreamState::confirm);
      if (ahead) {
        forgetBehind();
      } else {
        awaitPlan();
      }
      times.mark("walCommit");
      log.requireHeld();
      commitState(id);
      reached(Failpoints.Step.AFTER_STATE_COMMIT);
      log.requireHeld();
      write.commit();
      times.mark("addBatch");
      reached(Failpoints.Step.AFTER_SINK_COMMIT);
      List<Long> written = new ArrayList<>();
      for (int i = 0; i < sinks.size(); i++) {
        written.add(write.rows(i));
      }
      List<String> warnings = new ArrayList<>(farTimes.warnings());
      warnings.addAll(dataflow.warnings());
      finish(entry, reading, written, warnings, times);
    }
  }

  private List<Offset> committed() {
    return streams.stream().map(StreamState::committed).toList();
  }

  /** From here the batch may become visible. */
  private void awaitPlan() throws IOException, InterruptedException {
    writer.awaitPlan();
    tellCommitted();
    forgetBehind();
  }

  /** What lies before batches that are fixed in the log may be forgotten. */
  private void forgetBehind() {
    long planned = writer.planned();
    streams.forEach(stream -> stream.forgetBehind(planned));
  }

  private void commitState(long batchId) {
    try {
      dataflow.commitState(batchId);
    } catch (UncheckedIOException e) {
      IOException cause = e.getCause();
      throw stateUnwritable(batchId, cause == null ? new IOException(e) : cause);
    } catch (IOException e) {
      throw stateUnwritable(batchId, e);
    }
  }

  private PipelineException stateUnwritable(long batchId, IOException e) {
    return new PipelineException(
        "state-unwritable",
        "the state of batch "
            + batchId
            + " cannot be written to '"
            + stateDirectory
            + "': "
            + IoReasons.of(e, stateDirectory),
        e);
  }

  private void finish(
      OffsetEntry entry,
      BatchReading reading,
      List<Long> written,
      List<String> warnings,
      BatchTimes times)
      throws IOException {
    long id = entry.batchId();
    watermark.advance(dataflow.eventTimes());
    reached(Failpoints.Step.BEFORE_COMMITS);
    writer.commit(new CommitEntry(id, watermark.millis()));
    reached(Failpoints.Step.AFTER_COMMITS);
    times.mark("commitOffsets");
    List<Offset> starts = new ArrayList<>();
    List<Long> read = new ArrayList<>();
    for (int i = 0; i < streams.size(); i++) {
      starts.add(streams.get(i).committed());
      read.add(reading.rows(i));
      streams.get(i).resume(entry.ends().get(i));
    }
    lateWatermarkMillis = entry.watermarkMillis();
    long oldest = id - plan.settings().minBatchesToRetain();
    if (oldest > 0) {
      writer.purgeBefore(oldest, purger::remove);
      reached(Failpoints.Step.MID_CLEANUP);
      dataflow.purgeStateBefore(oldest);
    }
    nextBatchId = id + 1;
    untold.add(
        progress.batch(
            new BatchDone(
                entry,
                starts,
                streams.stream().map(stream -> SourceReport.of(stream.source())).toList(),
                read,
                written,
                dataflow.eventTimes(),
                dataflow.stateMetrics(),
                warnings,
                times)));
    tellCommitted();
  }

  private void reached(Failpoints.Step step) {
    environment.failpoints().reached(step, nextBatchId);
  }
}
