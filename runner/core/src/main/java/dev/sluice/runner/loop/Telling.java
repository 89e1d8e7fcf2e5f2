package dev.sluice.runner.loop;

import dev.sluice.runner.plan.Progress;
import dev.sluice.runner.progress.BatchDone;
import dev.sluice.runner.progress.ProgressReporter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Tells of batches once they are durable: their progress to who watches, and their ends to the
 * sources.
 */
final class Telling {
  private final ProgressReporter progress;
  private final LogWriter writer;
  private final List<StreamState> streams;
  // Of batches whose commit entry is being written.
  private final Deque<Progress> untold = new ArrayDeque<>();

  Telling(ProgressReporter progress, LogWriter writer, List<StreamState> streams) {
    this.progress = progress;
    this.writer = writer;
    this.streams = streams;
  }

  /** A batch whose commit entry is on its way, at least. */
  void add(BatchDone batch) {
    untold.add(progress.batch(batch));
    tellCommitted();
  }

  /** Tells the progress of batches that are durable. */
  void tellCommitted() {
    boolean more = false;
    while (!untold.isEmpty() && untold.getFirst().batchId() <= writer.committed()) {
      progress.tell(untold.removeFirst());
      more = true;
    }
    if (more && untold.isEmpty()) {
      streams.forEach(StreamState::tellCompleted);
    }
  }

  /** The writer has ended: of a batch whose entry was not written nothing is told. */
  void tellCommittedBeside(Throwable failure) {
    try {
      tellCommitted();
    } catch (RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }

  /** Waits until the log is at rest, and its last batch told. */
  void awaitLog() throws IOException, InterruptedException {
    writer.await();
    tellCommitted();
  }

  /** There was nothing to do. */
  void idle() throws IOException, InterruptedException {
    // A log that cannot be written is told also when nothing comes.
    writer.isDone();
    tellCommitted();
    if (untold.isEmpty()) {
      progress.idle();
    }
  }
}
