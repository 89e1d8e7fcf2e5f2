package dev.sluice.runner.loop;

import dev.sluice.connectors.Offset;
import dev.sluice.runner.checkpoint.CheckpointLog;
import dev.sluice.runner.checkpoint.CommitEntry;
import dev.sluice.runner.checkpoint.OffsetEntry;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Settings;
import dev.sluice.runner.progress.BatchDone;
import dev.sluice.runner.progress.BatchTimes;
import dev.sluice.runner.progress.ProgressReporter;
import dev.sluice.runner.progress.SourceReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Commits epochs beside the rows of the next: first the sinks, then {@code offsets/N} and {@code
 * commits/N}, as Spark's continuous processing does.
 */
final class EpochLog implements AutoCloseable {
  private final CheckpointLog log;
  private final LogWriter writer;
  private final Settings settings;
  private final Purger purger;
  private final Failpoints failpoints;
  private final ProgressReporter progress;

  /** An epoch that has all its rows. */
  record Done(
      OffsetEntry entry,
      Offset begin,
      SourceReport source,
      long rows,
      BatchWrite write,
      int sinks,
      BatchTimes times) {}

  EpochLog(
      CheckpointLog log,
      Settings settings,
      Purger purger,
      Failpoints failpoints,
      ProgressReporter progress) {
    this.log = log;
    this.writer = new LogWriter(log, true);
    this.settings = settings;
    this.purger = purger;
    this.failpoints = failpoints;
    this.progress = progress;
  }

  /** {@code open}: whether the sinks have still to commit it. */
  void add(Done done, boolean open) throws IOException {
    writer.run(() -> commit(done, open));
  }

  private void commit(Done done, boolean open) throws IOException {
    OffsetEntry entry = done.entry();
    try (BatchWrite write = done.write()) {
      if (open) {
        write.finish();
        write.commit();
      }
      done.times().mark("addBatch");
      failpoints.reached(Failpoints.Step.AFTER_SINK_COMMIT, entry.batchId());
      failpoints.reached(Failpoints.Step.BEFORE_OFFSETS, entry.batchId());
      log.plan(entry);
      failpoints.reached(Failpoints.Step.AFTER_OFFSETS, entry.batchId());
      done.times().mark("walCommit");
      log.commit(new CommitEntry(entry.batchId(), 0));
      failpoints.reached(Failpoints.Step.AFTER_COMMITS, entry.batchId());
      done.times().mark("commitOffsets");
      long oldest = entry.batchId() - settings.minBatchesToRetain();
      if (oldest > 0) {
        log.purgePlansBefore(oldest, purger::remove);
        log.purgeCommitsBefore(oldest, purger::remove);
      }
      List<Long> written = new ArrayList<>();
      for (int i = 0; i < done.sinks(); i++) {
        written.add(write.rows(i));
      }
      progress.tell(
          progress.batch(
              new BatchDone(
                  entry,
                  List.of(done.begin()),
                  List.of(done.source()),
                  List.of(done.rows()),
                  written,
                  List.of(),
                  List.of(),
                  List.of(),
                  done.times())));
    }
  }

  /** As that of {@link LogWriter}. */
  boolean isDone() throws IOException, InterruptedException {
    return writer.isDone();
  }

  /** As that of {@link LogWriter}. */
  void await() throws IOException, InterruptedException {
    writer.await();
  }

  @Override
  public void close() {
    writer.close();
  }
}
