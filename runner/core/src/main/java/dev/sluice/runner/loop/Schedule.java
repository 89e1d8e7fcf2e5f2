package dev.sluice.runner.loop;

import dev.sluice.connectors.ReadLimit;
import dev.sluice.operators.io.Clock;
import dev.sluice.runner.plan.Trigger;
import java.util.List;

/** When batches run, as the trigger says. */
final class Schedule {
  private final Trigger trigger;
  private final List<StreamState> streams;
  private final Clock clock;
  private final Stopper stopper;
  private final Pace pace;
  private final LogWriter writer;
  private final Telling telling;
  private final RunNotes notes;

  /** What runs them. */
  interface Batches {
    /** Runs a batch if there is anything new; says whether it did. */
    boolean runNext(ReadLimit limit) throws Exception;

    /** Whether what comes next may wait a moment, for there to be more of it. */
    boolean mayRest();
  }

  Schedule(
      Trigger trigger,
      List<StreamState> streams,
      Clock clock,
      Stopper stopper,
      Pace pace,
      LogWriter writer,
      Telling telling,
      RunNotes notes) {
    this.trigger = trigger;
    this.streams = streams;
    this.clock = clock;
    this.stopper = stopper;
    this.pace = pace;
    this.writer = writer;
    this.telling = telling;
    this.notes = notes;
  }

  /** Where a row's way from source to sink counts, the log is written beside it. */
  static boolean staysOn(Trigger trigger) {
    return trigger instanceof Trigger.Default || trigger instanceof Trigger.ProcessingTime;
  }

  /** Before anything is asked of the sources: what there is now is all that there will be. */
  void prepare() {
    if (trigger instanceof Trigger.AvailableNow) {
      streams.forEach(StreamState::freeze);
    }
  }

  /** Returns when all is done that the trigger wants, or the query is to stop. */
  void run(Batches batches) throws Exception {
    if (trigger instanceof Trigger.Once) {
      batches.runNext(ReadLimit.ALL);
    } else if (trigger instanceof Trigger.AvailableNow) {
      runAvailable(batches);
    } else if (trigger instanceof Trigger.ProcessingTime every && !every.interval().isZero()) {
      runEvery(every.interval().toMillis(), batches);
    } else {
      runAsRowsCome(batches);
    }
  }

  private void runAvailable(Batches batches) throws Exception {
    boolean freezable = streams.stream().allMatch(StreamState::supportsAvailableNow);
    notes.oneBatch(streams);
    if (!freezable) {
      streams.forEach(StreamState::askOnce);
    }
    boolean more = true;
    while (more && !stopper.stopping()) {
      more = batches.runNext(freezable ? ReadLimit.CONFIGURED : ReadLimit.ALL);
    }
  }

  private void runEvery(long interval, Batches batches) throws Exception {
    while (!stopper.stopping()) {
      long started = clock.millis();
      long begun = clock.nanos();
      batches.runNext(ReadLimit.CONFIGURED);
      notes.took((clock.nanos() - begun) / 1_000_000, interval);
      if (pace.hasTime(started, interval)) {
        // There is time for the log to come to rest, and for its last batch to be told.
        telling.awaitLog();
      }
      pace.waitForNext(started, interval);
    }
  }

  private void runAsRowsCome(Batches batches) throws Exception {
    streams.forEach(stream -> stream.source().onArrival(stopper::arrive));
    while (!stopper.stopping()) {
      stopper.look();
      long begun = clock.nanos();
      if (!batches.runNext(ReadLimit.CONFIGURED)) {
        pace.idle();
      } else if (batches.mayRest()) {
        pace.rest(begun, writer);
      }
    }
  }
}
