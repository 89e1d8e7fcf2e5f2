package dev.sluice.runner.loop;

import dev.sluice.connectors.ContinuousReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SupportsContinuous;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.operator.Dataflow;
import dev.sluice.operators.operator.Epoch;
import dev.sluice.runner.checkpoint.Checkpoint;
import dev.sluice.runner.checkpoint.CheckpointLog;
import dev.sluice.runner.checkpoint.OffsetEntry;
import dev.sluice.runner.checkpoint.Recovery;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.PlannedSource;
import dev.sluice.runner.plan.RunEnvironment;
import dev.sluice.runner.plan.Trigger;
import dev.sluice.runner.progress.BatchTimes;
import dev.sluice.runner.progress.ProgressReporter;
import dev.sluice.runner.progress.SourceReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The loop of the trigger {@code continuous}. Each partition of the source has a thread that reads,
 * computes and writes rows as they come. Once an interval they stand still for a moment, and how
 * far they have come is the end of an epoch, which goes into the checkpoint while they go on: at
 * least once. The files are those of batches, so that either loop takes up where the other ended.
 */
final class ContinuousLoop implements Loop {
  /** How soon a failure of a partition is noticed. */
  private static final long LOOK_MILLIS = 1000;

  /** How soon it is noticed that an epoch that was being written is in the checkpoint. */
  private static final long WRITING_MILLIS = 5;

  private final Plan plan;
  private final RunEnvironment environment;
  private final CheckpointLog log;
  private final Recovery recovery;
  private final Dataflow dataflow;
  private final List<Sink> sinks;
  private final Stopper stopper;
  private final EpochLog epochs;
  private final PlannedSource planned;
  private final SupportsContinuous source;
  private final boolean overlaps;
  private final long intervalMillis;
  private final List<ReentrantLock> chains = new ArrayList<>();
  private final List<PartitionReading> readings = new ArrayList<>();
  private long epoch;
  private Offset begin = Offset.NONE;
  private BatchWrite write;
  private BatchTimes times;
  // Where the epoch ends that is on its way into the checkpoint.
  private Offset untold = Offset.NONE;

  ContinuousLoop(
      Plan plan,
      RunEnvironment environment,
      Checkpoint checkpoint,
      Recovery recovery,
      Dataflow dataflow,
      List<Sink> sinks,
      Purger purger) {
    this.plan = plan;
    this.environment = environment;
    this.log = checkpoint.log();
    this.recovery = recovery;
    this.dataflow = dataflow;
    this.sinks = sinks;
    this.stopper = new Stopper(environment.clock());
    this.planned = plan.sources().get(0);
    this.source = (SupportsContinuous) planned.source();
    this.overlaps = sinks.stream().allMatch(Sink::overlapsEpochs);
    this.intervalMillis = ((Trigger.Continuous) plan.trigger()).interval().toMillis();
    for (int i = 0; i < plan.settings().parallelism(); i++) {
      // Fair, or a busy partition would never let an epoch end.
      chains.add(new ReentrantLock(true));
    }
    this.times = new BatchTimes(environment.clock());
    ProgressReporter progress =
        new ProgressReporter(
            checkpoint.queryId(),
            plan.name(),
            List.of(planned.source()),
            List.of(),
            sinks,
            environment);
    this.epochs = new EpochLog(log, plan.settings(), purger, environment.failpoints(), progress);
    resume();
    this.write = begun();
  }

  @Override
  public Stopper stopper() {
    return stopper;
  }

  /**
   * An epoch that was not committed is begun anew. One that was planned, by either loop, need not
   * come again with the same rows: nothing here promises more than at least once.
   */
  private void resume() {
    if (recovery instanceof Recovery.Continue last) {
      epoch = last.last().batchId() + 1;
      begin = last.last().ends().get(0);
    } else if (recovery instanceof Recovery.Replay replay) {
      epoch = replay.planned().batchId();
      begin = replay.before().map(before -> before.ends().get(0)).orElse(Offset.NONE);
    }
  }

  private BatchWrite begun() {
    return new BatchWrite(sinks, plan.sinks(), chains.size(), epoch, environment.failpoints());
  }

  private void beginEpoch() {
    dataflow.begin(new Epoch(epoch, environment.clock().millis(), 0, 0), write.outputs(), false);
    dataflow.tablesRead();
  }

  @Override
  public void run() throws Exception {
    try (epochs) {
      if (recovery instanceof Recovery.Replay) {
        log.withdraw(epoch);
      }
      dataflow.restore(epoch, 0);
      beginEpoch();
      try {
        startReading();
        while (!stopper.stopping()) {
          // One that is due while the one before is still being written waits for it.
          stopper.sleep(tellCompleted() ? Math.min(untilNextEpoch(), LOOK_MILLIS) : WRITING_MILLIS);
          requireSound();
          if (untilNextEpoch() == 0) {
            endEpoch(false);
          }
        }
        epochs.await();
        tellCompleted();
        endEpoch(true);
        epochs.await();
        tellCompleted();
      } finally {
        stopReading();
      }
    } finally {
      write.close();
    }
  }

  /** Tells the source of an epoch that is in the checkpoint; false if one is on its way. */
  private boolean tellCompleted() throws IOException, InterruptedException {
    if (!epochs.isDone()) {
      return false;
    }
    if (!untold.isNone()) {
      planned.source().completed(untold);
      untold = Offset.NONE;
    }
    return true;
  }

  /** Epochs end at multiples of the interval since 1970, as in Spark. */
  private long untilNextEpoch() {
    long started = times.startMillis();
    long due = Math.floorDiv(started, intervalMillis) * intervalMillis + intervalMillis;
    long now = environment.clock().millis();
    // A clock that was set back puts the end off by one interval at most.
    return now >= due || due - now > intervalMillis ? 0 : due - now;
  }

  private void requireSound() throws IOException, InterruptedException {
    for (PartitionReading reading : readings) {
      reading.requireSound();
    }
    epochs.isDone();
  }

  /** Ends the epoch, unless the one before is still on its way into the checkpoint. */
  private void endEpoch(boolean last) throws Exception {
    if (!tellCompleted()) {
      return;
    }
    try {
      lockChains();
      requireSound();
      stopper.check();
      boolean changed = !last && changed();
      Offset end = position();
      if (!end.equals(begin)) {
        finishEpoch(end);
      } else {
        times = new BatchTimes(environment.clock());
      }
      if (changed || last) {
        stopReading();
      }
      if (changed) {
        startReading();
      }
    } finally {
      chains.stream().filter(ReentrantLock::isHeldByCurrentThread).forEach(ReentrantLock::unlock);
    }
  }

  /** A partition may hold its chain for as long as a sink lets it wait. */
  private void lockChains() throws IOException, InterruptedException {
    for (ReentrantLock chain : chains) {
      while (!chain.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        stopper.check();
        requireSound();
      }
    }
  }

  private boolean changed() {
    try {
      return source.needsReconfiguration();
    } catch (PipelineException e) {
      throw planned.failed(e);
    }
  }

  private Offset position() {
    try {
      return source.merge(readings.stream().map(PartitionReading::position).toList());
    } catch (PipelineException e) {
      throw planned.failed(e);
    }
  }

  private void finishEpoch(Offset end) throws IOException {
    dataflow.finish();
    BatchWrite done = write;
    if (!overlaps) {
      done.finish();
      done.commit();
    }
    OffsetEntry entry =
        new OffsetEntry(
            epoch,
            0,
            environment.clock().millis(),
            OffsetEntry.sparkConf(plan.settings().watermarkPolicy()),
            List.of(end));
    long rows = readings.stream().mapToLong(PartitionReading::takeRows).sum();
    SourceReport report = SourceReport.of(planned.source());
    epochs.add(new EpochLog.Done(entry, begin, report, rows, done, sinks.size(), times), overlaps);
    untold = end;
    begin = end;
    epoch++;
    times = new BatchTimes(environment.clock());
    write = begun();
    beginEpoch();
  }

  private void startReading() {
    Dataflow.Scan scan = dataflow.scans().get(planned.name());
    if (scan == null) {
      return;
    }
    ScanRequest request = new ScanRequest(scan.schema(), scan.filters(), Batch.TARGET_ROWS);
    List<ContinuousReader> readers = readers(request);
    for (int i = 0; i < readers.size(); i++) {
      int worker = i % chains.size();
      PartitionReading reading =
          new PartitionReading(
              planned, readers.get(i), request, dataflow, worker, chains.get(worker), stopper);
      readings.add(reading);
      reading.start();
    }
  }

  private List<ContinuousReader> readers(ScanRequest request) {
    try {
      return source.readers(begin, request);
    } catch (PipelineException e) {
      throw planned.failed(e);
    }
  }

  private void stopReading() {
    readings.forEach(PartitionReading::stop);
    readings.forEach(PartitionReading::await);
    readings.clear();
  }
}
