package dev.sluice.runner.checkpoint;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.diagnostics.CheckpointTakenException;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code offsets/} and {@code commits/} of a checkpoint. Not thread-safe, but for a thread that
 * writes and purges plans beside one that writes and purges commit entries.
 */
public final class CheckpointLog {
  /** So many old entries go with one batch: keeping up is enough, and a batch stays cheap. */
  private static final int PURGES_PER_BATCH = 4;

  private final MetadataLog offsets;
  private final MetadataLog commits;
  private CheckpointLock lock = () -> {};

  CheckpointLog(FileStore files, String root) throws IOException {
    this.offsets = new MetadataLog(files, root + "/offsets");
    this.commits = new MetadataLog(files, root + "/commits");
  }

  void lockedBy(CheckpointLock held) {
    lock = held;
  }

  /** As that of {@link CheckpointLock}: to be asked before anything of a batch counts. */
  public void requireHeld() throws IOException {
    lock.requireHeld();
  }

  public Optional<Long> latestPlannedId() {
    return offsets.latest();
  }

  public Optional<Long> latestCommittedId() {
    return commits.latest();
  }

  public Optional<Long> oldestPlannedId() {
    return offsets.ids().isEmpty() ? Optional.empty() : Optional.of(offsets.ids().first());
  }

  public Optional<OffsetEntry> planned(long batchId) throws IOException {
    Optional<String> text = offsets.read(batchId);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    requireVersion(offsets.location(batchId), text.get(), "'v1'", "v1");
    try {
      return Optional.of(OffsetEntry.parse(batchId, text.get()));
    } catch (IllegalArgumentException e) {
      throw CheckpointException.damaged(offsets.location(batchId), String.valueOf(e.getMessage()));
    }
  }

  public Optional<CommitEntry> committed(long batchId) throws IOException {
    Optional<String> text = commits.read(batchId);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    requireVersion(commits.location(batchId), text.get(), "'v1' or 'v2'", "v1", "v2");
    try {
      return Optional.of(CommitEntry.parse(batchId, text.get()));
    } catch (IllegalArgumentException e) {
      throw CheckpointException.damaged(commits.location(batchId), String.valueOf(e.getMessage()));
    }
  }

  /** A version that is not known here must not be taken for damage, which may be mended. */
  private static void requireVersion(
      String location, String text, String known, String... versions) {
    String first = text.lines().findFirst().orElse("");
    if (!List.of(versions).contains(first)) {
      throw CheckpointException.version(location, first, known);
    }
  }

  /** Fixes a batch. From here it will be run exactly so, now or by a later start. */
  public void plan(OffsetEntry entry) throws IOException {
    requireHeld();
    try {
      offsets.add(entry.batchId(), entry.text());
    } catch (FileAlreadyExistsException e) {
      throw new CheckpointTakenException(offsets.location(entry.batchId()), e);
    }
  }

  public void commit(CommitEntry entry) throws IOException {
    requireHeld();
    try {
      commits.add(entry.batchId(), entry.text());
    } catch (FileAlreadyExistsException e) {
      throw new CheckpointTakenException(commits.location(entry.batchId()), e);
    }
  }

  /**
   * Takes back the newest plan, whose batch is not committed and will not be run as it was planned.
   */
  public void withdraw(long batchId) throws IOException {
    requireHeld();
    if (offsets.latest().orElse(-1L) == batchId) {
      offsets.remove(batchId);
    }
  }

  /**
   * Removes the entries beyond those that recovery goes by: they could not be read, and their
   * batches are about to be run again.
   */
  public void forgetBeyond(Recovery recovery) throws IOException {
    while (offsets.latest().orElse(-1L) > recovery.lastPlanned()) {
      offsets.remove(offsets.latest().orElse(-1L));
    }
    while (commits.latest().orElse(-1L) > recovery.lastCommitted()) {
      commits.remove(commits.latest().orElse(-1L));
    }
  }

  /**
   * Makes durable what a batch is to be run again by. Writes the commit entry of the batch before
   * it, if a crash came before that was durable: that batch is done, or the next had not been
   * planned.
   */
  public void complete(Recovery recovery) throws IOException {
    if (recovery instanceof Recovery.Replay replay) {
      offsets.settle();
      if (commits.latest().orElse(-1L) < replay.lastCommitted()) {
        commit(new CommitEntry(replay.lastCommitted(), replay.planned().watermarkMillis()));
      }
    }
  }

  /**
   * The newest batch that is in all sinks: a plan of the next one tells, too, where its own entry
   * has not been written.
   */
  public Optional<Long> lastDoneId() {
    long done = Math.max(latestCommittedId().orElse(-1L), latestPlannedId().orElse(-1L) - 1);
    return done < 0 ? Optional.empty() : Optional.of(done);
  }

  /** Gives up some of the plans of batches below this one; {@code remover} gets their files. */
  public void purgePlansBefore(long batchId, Consumer<String> remover) {
    offsets.purgeBefore(batchId, PURGES_PER_BATCH, remover);
  }

  /** The same of commit entries. */
  public void purgeCommitsBefore(long batchId, Consumer<String> remover) {
    commits.purgeBefore(batchId, PURGES_PER_BATCH, remover);
  }

  String offsetLocation(long batchId) {
    return offsets.location(batchId);
  }

  String commitLocation(long batchId) {
    return commits.location(batchId);
  }
}
