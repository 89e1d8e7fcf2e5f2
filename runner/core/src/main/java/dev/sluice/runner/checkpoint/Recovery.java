package dev.sluice.runner.checkpoint;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.runner.plan.CheckpointMismatchException;
import java.io.IOException;
import java.util.Optional;

/**
 * How to go on with a checkpoint: a function of its log and nothing else (Spark's {@code
 * populateStartOffsets}).
 */
public sealed interface Recovery {
  /** Nothing has been planned: a new query. */
  record Fresh() implements Recovery {
    @Override
    public long lastPlanned() {
      return -1;
    }
  }

  /**
   * Batch {@code planned} was fixed but not committed: run it again, exactly.
   *
   * @param before the batch before it, whose ends are its starts; empty for batch 0
   */
  record Replay(OffsetEntry planned, Optional<OffsetEntry> before) implements Recovery {
    @Override
    public long lastPlanned() {
      return planned.batchId();
    }
  }

  /** Batch {@code last} is committed: go on with the next. */
  record Continue(OffsetEntry last, long watermarkMillis) implements Recovery {
    @Override
    public long lastPlanned() {
      return last.batchId();
    }
  }

  /** The last batch that can have been begun, -1 if none: no sink may hold a later one. */
  long lastPlanned();

  /** The last batch that is known to be in all sinks, -1 if none. */
  default long lastCommitted() {
    return this instanceof Replay ? lastPlanned() - 1 : lastPlanned();
  }

  /**
   * Decides, changing nothing. The newest entry may be damaged: an open plan then counts as not
   * made, and a commit as not done, so that its batch is run again. Anything else that no run
   * leaves behind is refused.
   *
   * @param sources how many streaming sources the pipeline has
   * @throws CheckpointException naming the file
   */
  static Recovery of(CheckpointLog log, int sources) throws IOException {
    Optional<Long> planned = log.latestPlannedId();
    long committed = log.latestCommittedId().orElse(-1L);
    if (planned.orElse(-1L) < committed) {
      throw CheckpointException.missing(log.offsetLocation(committed), "its batch is committed");
    }
    if (planned.isEmpty()) {
      return new Fresh();
    }
    long id = planned.get();
    // A plan is written once the batch before is in the sinks, be its commit entry durable or not;
    // that of the batch before it is.
    if (committed < id - 2) {
      throw missing(log, id - 2, id);
    }
    if (committed == id) {
      OffsetEntry entry = required(log, id, sources);
      Optional<CommitEntry> commit = readableCommit(log, id);
      return commit.isPresent()
          ? continued(entry, commit.get())
          : new Replay(entry, before(log, id, sources));
    }
    Optional<OffsetEntry> open = readablePlan(log, id, sources);
    if (open.isPresent()) {
      return new Replay(open.get(), before(log, id, sources));
    }
    if (id == 0) {
      return new Fresh();
    }
    // That a plan was made tells nothing any more of the batch before, if it cannot be read.
    OffsetEntry last = required(log, id - 1, sources);
    if (committed < id - 1) {
      return new Replay(last, before(log, id - 1, sources));
    }
    CommitEntry commit = log.committed(id - 1).orElseThrow(() -> missing(log, id - 1, id));
    return continued(last, commit);
  }

  private static CheckpointException missing(CheckpointLog log, long batchId, long planned) {
    return CheckpointException.missing(
        log.commitLocation(batchId), "batch " + planned + " was planned after it");
  }

  private static Continue continued(OffsetEntry last, CommitEntry commit) {
    return new Continue(last, Math.max(last.watermarkMillis(), commit.nextWatermarkMillis()));
  }

  private static Optional<OffsetEntry> before(CheckpointLog log, long id, int sources)
      throws IOException {
    return id == 0 ? Optional.empty() : Optional.of(required(log, id - 1, sources));
  }

  private static OffsetEntry required(CheckpointLog log, long id, int sources) throws IOException {
    OffsetEntry entry =
        log.planned(id)
            .orElseThrow(
                () ->
                    CheckpointException.missing(
                        log.offsetLocation(id),
                        "the pipeline goes on where batch " + id + " ended"));
    if (entry.ends().size() != sources) {
      throw new CheckpointMismatchException(
          "sources-changed",
          "there are ["
              + entry.ends().size()
              + "] sources in the checkpoint offsets and now there are ["
              + sources
              + "] sources requested by the query ('"
              + log.offsetLocation(id)
              + "'); undo the change, restore the file if it was damaged, or start with a new"
              + " checkpointLocation");
    }
    return entry;
  }

  private static Optional<OffsetEntry> readablePlan(CheckpointLog log, long id, int sources)
      throws IOException {
    try {
      return log.planned(id).filter(entry -> entry.ends().size() == sources);
    } catch (CheckpointException e) {
      if (!e.isDamage()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static Optional<CommitEntry> readableCommit(CheckpointLog log, long id)
      throws IOException {
    try {
      return log.committed(id);
    } catch (CheckpointException e) {
      if (!e.isDamage()) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
