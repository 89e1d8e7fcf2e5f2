package dev.sluice.runner.loop;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Sink;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.IoReasons;
import dev.sluice.operators.operator.Dataflow;
import dev.sluice.operators.plan.RowByRow;
import dev.sluice.runner.checkpoint.Checkpoint;
import dev.sluice.runner.checkpoint.CheckpointLog;
import dev.sluice.runner.checkpoint.CommitEntry;
import dev.sluice.runner.checkpoint.OffsetEntry;
import dev.sluice.runner.checkpoint.Recovery;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.PlannedSource;
import dev.sluice.runner.plan.RunEnvironment;
import dev.sluice.runner.plan.Trigger;
import dev.sluice.runner.progress.BatchDone;
import dev.sluice.runner.progress.BatchTimes;
import dev.sluice.runner.progress.ProgressReporter;
import dev.sluice.runner.progress.SourceReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loop. A batch is: choose the end offsets, write {@code offsets/N}, read and compute into the
 * sinks' writes, commit the state, commit the sinks, write {@code commits/N}. From {@code
 * offsets/N} on everything about the batch is fixed, so that running it again changes nothing.
 * Where rows may come again in other batches, {@code offsets/N} may come later, see {@link
 * Planning}.
 */
final class MicroBatchLoop implements Loop, Schedule.Batches {
  /** How long state that is settled in the background is waited for at once. */
  private static final long SETTLE_MILLIS = 1000;

  private final Plan plan;
  private final RunEnvironment environment;
  private final Recovery recovery;
  private final CheckpointLog log;
  private final LogWriter writer;
  private final String stateDirectory;
  private final Dataflow dataflow;
  private final List<Sink> sinks;
  private final Workers workers;
  private final Purger purger;
  private final Stopper stopper;
  private final List<StreamState> streams;
  private final StaticTables tables;
  private final ScanTasks tasks;
  private final OpenBatch openBatch;
  private final Telling telling;
  private final Schedule schedule;
  private final BatchCursor cursor;
  private final boolean hidesUntilCommit;
  private final boolean mayRegroup;
  private final boolean staysOpen;

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
    this.recovery = recovery;
    this.log = checkpoint.log();
    this.writer = new LogWriter(log, Schedule.staysOn(plan.trigger()));
    this.stateDirectory = checkpoint.stateDirectory();
    this.dataflow = dataflow;
    this.sinks = sinks;
    this.workers = workers;
    this.purger = purger;
    this.stopper = new Stopper(environment.clock());
    List<PlannedSource> still = plan.sources().stream().filter(s -> !s.streaming()).toList();
    this.streams =
        plan.sources().stream().filter(PlannedSource::streaming).map(StreamState::new).toList();
    this.tables = new StaticTables(still, environment.clock(), dataflow.keepsTables());
    this.tasks = new ScanTasks(streams, tables, dataflow.scans());
    Pace pace = new Pace(environment.clock(), stopper);
    this.openBatch = new OpenBatch(streams, tasks, pace, writer, workers);
    ProgressReporter progress =
        new ProgressReporter(
            checkpoint.queryId(),
            plan.name(),
            streams.stream().map(StreamState::source).toList(),
            still.stream().map(PlannedSource::source).toList(),
            sinks,
            environment);
    this.telling = new Telling(progress, writer, streams);
    RunNotes notes = new RunNotes(environment.notes());
    this.schedule =
        new Schedule(
            plan.trigger(), streams, environment.clock(), stopper, pace, writer, telling, notes);
    this.cursor =
        new BatchCursor(
            checkpoint.queryId(), plan.settings(), streams, notes, dataflow.eventTimes().size());
    this.hidesUntilCommit = sinks.stream().allMatch(Sink::hidesUntilCommit);
    this.mayRegroup =
        sinks.stream().allMatch(Sink::mayRegroup)
            && plan.sinks().stream().allMatch(sink -> RowByRow.holds(sink.rel()));
    this.staysOpen =
        mayRegroup
            && plan.trigger() instanceof Trigger.Default
            && streams.stream().anyMatch(StreamState::isExtendable);
  }

  @Override
  public Stopper stopper() {
    return stopper;
  }

  @Override
  public void run() throws Exception {
    try (writer) {
      schedule.prepare();
      recover();
      schedule.run(this);
      telling.awaitLog();
      forgetBehind();
      settle();
    } catch (Throwable e) {
      telling.tellCommittedBeside(e);
      throw e;
    }
  }

  /** The next run begins with the snapshots of one that ended by itself. */
  private void settle() throws IOException, InterruptedException {
    while (!stopper.stopping() && !dataflow.settle(SETTLE_MILLIS)) {
      log.requireHeld();
    }
  }

  private void recover() throws Exception {
    if (recovery instanceof Recovery.Continue last) {
      cursor.standBefore(last.last().batchId() + 1, last.last(), last.watermarkMillis());
      restore();
    } else if (recovery instanceof Recovery.Replay replay) {
      OffsetEntry planned = replay.planned();
      Optional<OffsetEntry> before = replay.before();
      if (before.isPresent()
          && mayRegroup
          && streams.stream().anyMatch(StreamState::isExtendable)) {
        // Some rows of the batch behind the planned one may be out, too: one batch takes in them
        // all, so that only the rows of one come again.
        writer.withdraw(planned.batchId());
        cursor.standBefore(planned.batchId(), before.get(), planned.watermarkMillis());
        restore();
      } else {
        cursor.repeat(planned, before);
        restore();
        execute(planned, Planning.BEFORE_ROWS, new BatchTimes(environment.clock()));
      }
    } else {
      restore();
    }
  }

  private void restore() throws IOException {
    dataflow.restore(cursor.nextBatchId(), cursor.lateWatermarkMillis());
  }

  @Override
  public boolean runNext(ReadLimit limit) throws Exception {
    BatchTimes times = new BatchTimes(environment.clock());
    List<Offset> ends = new ArrayList<>(streams.size());
    for (StreamState stream : streams) {
      ends.add(stream.latest(limit));
    }
    times.mark("latestOffset");
    if (ends.equals(cursor.committed()) && !wantsNoDataBatch()) {
      telling.idle();
      return false;
    }
    OffsetEntry entry = cursor.next(environment.clock().millis(), ends);
    Planning planning = planning();
    if (planning != Planning.WHEN_CLOSED) {
      plan(entry, planning);
    } else if (entry.batchId() == 1) {
      // A first batch cannot be begun anew: it comes again by itself, or not at all.
      writer.await();
    }
    times.mark("walCommit");
    execute(entry, planning, times);
    return true;
  }

  /**
   * How the next batch is planned. Rows may be ahead of their plan where all sinks take them again
   * in other batches ({@link Sink#mayRegroup}) and each row stands for itself: no state, nothing
   * per batch. Then a batch also stays open, if the trigger sets no pace and a source can tell of
   * more rows; but not while another source has rows that only the next batch may bring. Elsewhere
   * the sinks say whether anybody sees a row before they are committed.
   */
  private Planning planning() {
    // Where a new query starts is known for good only with its first plan.
    if (mayRegroup && streams.stream().noneMatch(stream -> stream.committed().isNone())) {
      return staysOpen && streams.stream().noneMatch(StreamState::isHeldUp)
          ? Planning.WHEN_CLOSED
          : Planning.AHEAD;
    }
    return hidesUntilCommit ? Planning.BEFORE_COMMIT : Planning.BEFORE_ROWS;
  }

  private void plan(OffsetEntry entry, Planning planning) throws IOException, InterruptedException {
    if (planning.runsAhead()) {
      // Rows of more batches would come again after a crash.
      telling.awaitLog();
    }
    reached(Failpoints.Step.BEFORE_OFFSETS);
    writer.plan(entry);
    if (planning == Planning.BEFORE_ROWS) {
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
        && dataflow.wantsEpoch(cursor.watermarkMillis(), environment.clock().millis());
  }

  /** A batch that stays open has had its rest; what waits, or is wanted, comes at once. */
  @Override
  public boolean mayRest() {
    return !staysOpen && !wantsNoDataBatch() && streams.stream().noneMatch(StreamState::isBehind);
  }

  private void execute(OffsetEntry begun, Planning planning, BatchTimes times) throws Exception {
    long id = begun.batchId();
    streams.forEach(stream -> stream.begin(id));
    FarTimes farTimes = new FarTimes(plan.settings().session().timeZone());
    BatchReading reading = new BatchReading(dataflow, plan.sources(), farTimes, stopper);
    boolean newTables = tables.refresh();
    try (BatchWrite write =
        new BatchWrite(sinks, plan.sinks(), workers.count(), id, environment.failpoints())) {
      times.mark("queryPlanning");
      // Sinks have begun: both may have to ask a server, and do so at the same time.
      List<BatchReading.Task> first = tasks.ofStreams(cursor.committed(), begun.ends(), 0);
      times.mark("getBatch");
      dataflow.begin(cursor.epoch(begun), write.outputs(), !newTables);
      times.mark("queryPlanning");
      if (newTables) {
        reading.run(tasks.ofTables(), workers);
      }
      dataflow.tablesRead();
      reading.run(first, workers);
      OffsetEntry entry = begun;
      if (planning == Planning.WHEN_CLOSED) {
        entry = begun.endingAt(openBatch.readOn(begun.ends(), first.size(), reading, write, times));
        plan(entry, planning);
        times.mark("walCommit");
      }
      stopper.check();
      dataflow.finish();
      farTimes.add(dataflow.farTimes());
      stopper.check();
      write.finish();
      times.mark("addBatch");
      commit(id, planning, write, times);
      finish(entry, reading, write, farTimes, times);
    }
  }

  /** State first, then the sinks. */
  private void commit(long id, Planning planning, BatchWrite write, BatchTimes times)
      throws IOException, InterruptedException {
    streams.forEach(StreamState::confirm);
    if (planning.runsAhead()) {
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
  }

  /** From here the batch may become visible. */
  private void awaitPlan() throws IOException, InterruptedException {
    writer.awaitPlan();
    telling.tellCommitted();
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

  /** The batch is in the sinks; it ends in the log, and the query stands behind it. */
  private void finish(
      OffsetEntry entry,
      BatchReading reading,
      BatchWrite write,
      FarTimes farTimes,
      BatchTimes times)
      throws IOException {
    List<Long> written = new ArrayList<>();
    for (int i = 0; i < sinks.size(); i++) {
      written.add(write.rows(i));
    }
    List<String> warnings = new ArrayList<>(farTimes.warnings());
    warnings.addAll(dataflow.warnings());
    CommitEntry done = cursor.done(entry, dataflow.eventTimes());
    reached(Failpoints.Step.BEFORE_COMMITS);
    writer.commit(done);
    reached(Failpoints.Step.AFTER_COMMITS);
    times.mark("commitOffsets");
    long oldest = entry.batchId() - plan.settings().minBatchesToRetain();
    if (oldest > 0) {
      writer.purgeBefore(oldest, purger::remove);
      reached(Failpoints.Step.MID_CLEANUP);
      dataflow.purgeStateBefore(oldest);
    }
    List<Long> read = new ArrayList<>();
    List<SourceReport> reports = new ArrayList<>();
    for (int i = 0; i < streams.size(); i++) {
      read.add(reading.rows(i));
      reports.add(SourceReport.of(streams.get(i).source()));
    }
    List<Offset> starts = cursor.committed();
    cursor.pass(entry);
    telling.add(
        new BatchDone(
            entry,
            starts,
            reports,
            read,
            written,
            dataflow.eventTimes(),
            dataflow.stateMetrics(),
            warnings,
            times));
  }

  private void reached(Failpoints.Step step) {
    environment.failpoints().reached(step, cursor.nextBatchId());
  }
}
