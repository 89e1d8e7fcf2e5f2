package dev.sluice.operators.spill;

import dev.sluice.operators.state.LocalStore;
import java.io.IOException;

/** Looks into the entries by time of a spilled partition. */
public final class SpilledEntries {
  private SpilledEntries() {}

  /** How many entries below a prefix come after a time, in microseconds. */
  public static int count(LocalStore store, byte[] prefix, long afterMicros) throws IOException {
    int count = 0;
    try (SpilledTimes.Entries all =
        new SpilledTimes.Entries(store.scan(prefix), afterMicros, Long.MAX_VALUE)) {
      while (all.next()) {
        count++;
      }
    }
    return count;
  }
}
