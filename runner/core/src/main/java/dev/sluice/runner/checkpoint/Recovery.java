package dev.sluice.runner.checkpoint;

import dev.sluice.runner.plan.CheckpointMismatchException;
import java.io.IOException;
import java.util.Optional;

/**
 * How to go on with a checkpoint: a function of its log and nothing else (Spark's {@code
 * populateStartOffsets}).
 */
public sealed interface Recovery {
  /** Nothing has been planned: a new query. */
  record Fresh() implements Recovery {}

  /**
   * Batch {@code planned} was fixed but not committed: run it again, exactly.
   *
   * @param before the batch before it, whose ends are its starts; empty for batch 0
   */
  record Replay(OffsetEntry planned, Optional<OffsetEntry> before) implements Recovery {}

  /** Batch {@code last} is committed: go on with the next. */
  record Continue(OffsetEntry last, long watermarkMillis) implements Recovery {}

  /**
   * Throws {@link CheckpointMismatchException} naming the file for any log that no run leaves
   * behind.
   */
  static Recovery of(CheckpointLog log) throws IOException {
    Optional<Long> planned = log.latestPlannedId();
    Optional<Long> committed = log.latestCommittedId();
    if (planned.isEmpty()) {
      if (committed.isPresent()) {
        throw Damage.missing(log.offsetLocation(committed.get()), "its batch is committed");
      }
      return new Fresh();
    }
    long id = planned.get();
    if (committed.isPresent() && committed.get() > id) {
      throw Damage.missing(log.offsetLocation(committed.get()), "its batch is committed");
    }
    OffsetEntry entry =
        log.planned(id).orElseThrow(() -> Damage.missing(log.offsetLocation(id), "it was listed"));
    if (committed.isPresent() && committed.get() == id) {
      Optional<CommitEntry> commit = readableCommit(log, id);
      if (commit.isPresent()) {
        return new Continue(
            entry, Math.max(entry.watermarkMillis(), commit.get().nextWatermarkMillis()));
      }
      log.forgetCommit(id);
    } else if (id > 0 && committed.isEmpty() || committed.isPresent() && committed.get() < id - 1) {
      throw Damage.missing(log.commitLocation(id - 1), "batch " + id + " was planned after it");
    }
    if (id == 0) {
      return new Replay(entry, Optional.empty());
    }
    OffsetEntry before =
        log.planned(id - 1)
            .orElseThrow(
                () ->
                    Damage.missing(
                        log.offsetLocation(id - 1), "batch " + id + " starts at its end"));
    return new Replay(entry, Optional.of(before));
  }

  private static Optional<CommitEntry> readableCommit(CheckpointLog log, long id)
      throws IOException {
    try {
      return log.committed(id);
    } catch (CheckpointMismatchException e) {
      return Optional.empty();
    }
  }
}
