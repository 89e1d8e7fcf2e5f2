package dev.sluice.operators.io;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Names that are unique, not secret. */
public final class Uuids {
  private Uuids() {}

  /** A random (version 4) UUID without the start-up cost of a secure random generator. */
  public static UUID random() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    // The process id keeps two processes started in the same tick apart.
    long high = random.nextLong() ^ ProcessHandle.current().pid() << 20;
    long low = random.nextLong();
    return new UUID(high & ~0xF000L | 0x4000L, low & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L);
  }
}
