package dev.sluice.runner.checkpoint;

import dev.sluice.connectors.Offset;
import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.operator.StateRows;
import dev.sluice.operators.state.OperatorMetadata;
import dev.sluice.runner.plan.CheckpointMismatchException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a checkpoint says, read without changing anything.
 *
 * @param oldestBatch the first batch whose offsets are still kept
 * @param planned the last batch that was fixed
 * @param committedBatch the last batch that is in the sinks
 * @param watermarkMillis the watermark for the next batch; 0 before there is one
 * @param parts what must not change between runs, as the last run found it; empty for a checkpoint
 *     of Spark
 * @param state bytes of state by operator
 */
public record CheckpointSummary(
    String location,
    String queryId,
    Optional<Long> oldestBatch,
    Optional<OffsetEntry> planned,
    Optional<Long> committedBatch,
    long watermarkMillis,
    Optional<Fingerprint> parts,
    List<StateSize> state) {

  /**
   * One operator's state.
   *
   * @param name Spark's, such as {@code stateStoreSave}; empty if that cannot be told
   * @param rows after the last committed batch; -1 if no file says it
   * @param description what is kept, in words
   */
  public record StateSize(
      String operator, String name, long rows, long files, long bytes, String description) {}

  /** Throws {@link CheckpointException} when it is no checkpoint, or a damaged one. */
  public static CheckpointSummary read(FileStore files, String location) throws IOException {
    String id = readId(files, location);
    CheckpointLog log = new CheckpointLog(files, location);
    Optional<Long> plannedId = log.latestPlannedId();
    Optional<OffsetEntry> planned =
        plannedId.isPresent() ? log.planned(plannedId.get()) : Optional.empty();
    Optional<Long> committedId = log.lastDoneId();
    Optional<CommitEntry> committed =
        committedId.isPresent() ? log.committed(committedId.get()) : Optional.empty();
    long watermark =
        Math.max(
            planned.map(OffsetEntry::watermarkMillis).orElse(0L),
            committed.map(CommitEntry::nextWatermarkMillis).orElse(0L));
    return new CheckpointSummary(
        location,
        id,
        log.oldestPlannedId(),
        planned,
        committedId,
        watermark,
        new FingerprintLog(files, location + "/sluice").latest(),
        state(files, location + "/state", committedId.orElse(-1L) + 1));
  }

  private static String readId(FileStore files, String location) throws IOException {
    try {
      return Checkpoint.readId(files, location + "/metadata");
    } catch (NoSuchFileException e) {
      throw new CheckpointMismatchException(
          "no-checkpoint",
          "there is no checkpoint in '" + location + "': it has no file 'metadata'");
    }
  }

  private static List<StateSize> state(FileStore files, String folder, long version)
      throws IOException {
    List<StateSize> sizes = new ArrayList<>();
    for (FileStatus operator : files.list(folder)) {
      if (operator.directory()) {
        long[] total = new long[2];
        add(files, operator.location(), total);
        sizes.add(sized(files, folder, operator.name(), version, total));
      }
    }
    sizes.sort((a, b) -> a.operator().compareTo(b.operator()));
    return sizes;
  }

  private static StateSize sized(
      FileStore files, String folder, String operator, long version, long[] total)
      throws IOException {
    try {
      StateRows rows = StateRows.of(files, folder, Integer.parseInt(operator));
      OperatorMetadata metadata = rows.metadata();
      return new StateSize(
          operator,
          metadata.operatorName(),
          rows.count(version),
          total[0],
          total[1],
          metadata.description());
    } catch (CheckpointException | NumberFormatException e) {
      // Spark's, or damaged: what can be told is told all the same.
      return new StateSize(operator, "", -1, total[0], total[1], "");
    }
  }

  private static void add(FileStore files, String folder, long[] total) throws IOException {
    for (FileStatus file : files.list(folder)) {
      if (file.directory()) {
        add(files, file.location(), total);
      } else {
        total[0]++;
        total[1] += file.length();
      }
    }
  }

  /** The end offsets of the last planned batch. */
  public List<Offset> ends() {
    return planned.map(OffsetEntry::ends).orElse(List.of());
  }

  /** True if the last planned batch is not committed: the next run begins with it. */
  public boolean isOpen() {
    return planned.isPresent() && !committedBatch.equals(planned.map(OffsetEntry::batchId));
  }
}
