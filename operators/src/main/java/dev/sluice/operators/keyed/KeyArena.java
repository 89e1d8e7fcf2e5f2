package dev.sluice.operators.keyed;

import java.util.Arrays;

/**
 * The bytes of keys, one after the other in chunks that never move; each after its length. An
 * address is the chunk and the place in it.
 */
final class KeyArena {
  private static final int FIRST_CHUNK = 1 << 10;
  private static final int LARGEST_CHUNK = 1 << 20;
  private byte[][] chunks = new byte[4][];
  private int count;
  private int used;
  private long allocated;
  private long garbage;

  /** Copies {@code data[from..to)}; the address. */
  long add(byte[] data, int from, int to) {
    int length = to - from;
    if (count == 0 || used + length + 4 > chunks[count - 1].length) {
      addChunk(length + 4);
    }
    byte[] chunk = chunks[count - 1];
    long address = (long) (count - 1) << 32 | used;
    Hashing.INTS.set(chunk, used, length);
    System.arraycopy(data, from, chunk, used + 4, length);
    used += length + 4;
    return address;
  }

  private void addChunk(int least) {
    if (count == chunks.length) {
      chunks = Arrays.copyOf(chunks, count * 2);
    }
    int size = (int) Math.min(LARGEST_CHUNK, Math.max(FIRST_CHUNK, allocated));
    chunks[count] = new byte[Math.max(size, least)];
    allocated += chunks[count].length;
    count++;
    used = 0;
  }

  boolean matches(long address, byte[] data, int from, int to) {
    byte[] chunk = chunks[(int) (address >>> 32)];
    int at = (int) address;
    int length = (int) Hashing.INTS.get(chunk, at);
    return length == to - from && Arrays.equals(chunk, at + 4, at + 4 + length, data, from, to);
  }

  byte[] chunk(long address) {
    return chunks[(int) (address >>> 32)];
  }

  /** Where the key begins in {@link #chunk}. */
  static int start(long address) {
    return (int) address + 4;
  }

  int length(long address) {
    return (int) Hashing.INTS.get(chunk(address), (int) address);
  }

  /** The key is not needed any more. */
  void forget(long address) {
    garbage += length(address) + 4L;
  }

  boolean wantsCompaction() {
    return garbage > LARGEST_CHUNK && garbage > allocated / 2;
  }

  long bytes() {
    return allocated;
  }
}
