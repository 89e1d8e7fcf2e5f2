package dev.sluice.runner.checkpoint;

import dev.sluice.runner.plan.CheckpointLockedException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps two runs of this process apart, where the storage knows no locks. */
final class ProcessLock implements CheckpointLock {
  private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

  private final String root;

  private ProcessLock(String root) {
    this.root = root;
  }

  static ProcessLock take(String root) {
    if (!HELD.add(root)) {
      throw new CheckpointLockedException(
          "the checkpoint '"
              + root
              + "' is in use by another run of this process; wait for it, stop it, or use another"
              + " checkpointLocation");
    }
    return new ProcessLock(root);
  }

  @Override
  public void close() {
    HELD.remove(root);
  }
}
