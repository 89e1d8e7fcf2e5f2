package dev.sluice.runner.checkpoint;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.FileStore;
import dev.sluice.runner.plan.CheckpointMismatchException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code sluice/N} in a checkpoint, which Spark does not look at: the fingerprints of the plans
 * that used it, the last one in force.
 */
public final class FingerprintLog {
  private static final String MARKER = ":[\\p{L}_][\\p{L}\\p{N}_]*";

  private final MetadataLog log;
  private final UnaryOperator<String> redaction;

  FingerprintLog(FileStore files, String folder) throws IOException {
    this(new MetadataLog(files, folder), UnaryOperator.identity());
  }

  private FingerprintLog(MetadataLog log, UnaryOperator<String> redaction) {
    this.log = log;
    this.redaction = redaction;
  }

  /** The same, that neither writes secrets nor minds that a fingerprint has them. */
  public FingerprintLog redactedBy(UnaryOperator<String> redaction) {
    return new FingerprintLog(log, redaction);
  }

  public Optional<Fingerprint> latest() throws IOException {
    Optional<Long> id = log.latest();
    if (id.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Fingerprint.parse(log.read(id.get()).orElse("")));
    } catch (IllegalArgumentException e) {
      throw CheckpointException.damaged(log.location(id.get()), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Refuses a plan that cannot go on with this checkpoint.
   *
   * @param foreignState true if there is state, which without a fingerprint only Spark can have
   *     written
   * @param open whether the last batch is not done, and will be given to the sinks again
   * @param evolves whether aggregates may have been added
   */
  public void check(
      Fingerprint now, boolean started, boolean open, boolean foreignState, boolean evolves)
      throws IOException {
    Fingerprint plan = now.redacted(redaction);
    Optional<Fingerprint> before = latest().map(found -> found.redacted(redaction));
    if (before.isEmpty() && started && plan.isStateful()) {
      throw new CheckpointMismatchException(
          "foreign-state",
          "'"
              + log.location(0)
              + "' is missing, so "
              + (foreignState ? "the state in this checkpoint" : "this checkpoint")
              + " is probably Spark's, and "
              + plan.firstStateful().orElse("a step")
              + " cannot take its state over: only queries without state can; start with a new"
              + " checkpointLocation, or put the file back if it was lost");
    }
    if (before.isPresent() && started) {
      requireContinues(plan, before.get(), evolves);
      if (open) {
        plan.requireSameBatches(before.get());
      }
    }
  }

  /** Where it says {@code :name} of a secret, an older version wrote down what that stands for. */
  private static void requireContinues(Fingerprint plan, Fingerprint before, boolean evolves) {
    try {
      plan.requireContinues(before, evolves);
    } catch (CheckpointMismatchException e) {
      try {
        plan.redacted(text -> text.replaceAll(MARKER, "***")).requireContinues(before, evolves);
      } catch (CheckpointMismatchException other) {
        throw e;
      }
    }
  }

  /** To be called once nothing keeps the plan from running its first batch. */
  public void remember(Fingerprint now) throws IOException {
    Fingerprint plan = now.redacted(redaction);
    long latest = log.latest().orElse(-1L);
    if (latest < 0 || !log.read(latest).orElse("").equals(plan.text())) {
      log.add(latest + 1, plan.text());
      forgetAddresses(latest);
    } else {
      log.settle();
    }
  }

  /** Those that an earlier version wrote go: passwords may stand in them. */
  private void forgetAddresses(long last) throws IOException {
    for (long id : List.copyOf(log.ids().headSet(last, true))) {
      if (Fingerprint.holdsAddress(log.read(id).orElse(""))) {
        log.remove(id);
      }
    }
  }
}
