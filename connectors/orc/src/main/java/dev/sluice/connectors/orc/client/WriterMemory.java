package dev.sluice.connectors.orc.client;

import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.hadoop.fs.Path;
import org.apache.orc.MemoryManager;
import org.jspecify.annotations.Nullable;

/**
 * Shares a part of the heap between the files being written: with many of them stripes get smaller.
 * A file that is given up is forgotten with its writer.
 */
final class WriterMemory implements MemoryManager {
  private static final Set<WriterMemory> OPEN =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  /** How much a writer takes in between two looks. */
  private static final long STEP = 1 << 20;

  private long requested;
  private @Nullable Callback writer;
  private int rows;

  @Override
  public void addWriter(Path path, long requestedAllocation, Callback callback) {
    requested = requestedAllocation;
    writer = callback;
    OPEN.add(this);
  }

  @Override
  public void removeWriter(Path path) {
    OPEN.remove(this);
    writer = null;
  }

  @Override
  @SuppressWarnings("deprecation")
  public void addedRow(int count) throws IOException {
    rows += count;
    Callback callback = writer;
    if (rows >= 5000 && callback != null) {
      rows = 0;
      callback.checkMemory(share());
    }
  }

  @Override
  public long checkMemory(long previousAllocation, Callback callback) throws IOException {
    callback.checkMemory(share());
    return Math.min(requested, STEP);
  }

  /** The part of what it asked for that a writer may have. */
  private static double share() {
    long all = 0;
    synchronized (OPEN) {
      for (WriterMemory memory : OPEN) {
        all += memory.requested;
      }
    }
    long pool = Runtime.getRuntime().maxMemory() / 4;
    return all <= pool ? 1 : (double) pool / all;
  }
}
