package dev.sluice.operators.codec;

/** Bounds that keep one hostile record from taking the heap. */
public final class Limits {
  /** How many bytes a reader aims to hold at a time. */
  public static final int CHUNK_BYTES = 1 << 20;

  private static final long SMALLEST = 4L << 20;
  private static final long LARGEST = 512L << 20;

  private Limits() {}

  /**
   * The longest record in bytes: an eighth of the largest heap, at least 4 MiB and at most 512 MiB
   * (32 MiB in a heap of 256 MiB).
   */
  public static int recordBytes() {
    long eighth = Runtime.getRuntime().maxMemory() / 8;
    return (int) Math.max(SMALLEST, Math.min(LARGEST, eighth));
  }

  /** How many bytes a reader should hold at a time of data that is about that long. */
  public static int chunkBytes(long length) {
    return (int) Math.max(1 << 12, Math.min(CHUNK_BYTES, length + 1));
  }

  /** The error for a record that is longer than {@code limit} bytes. */
  public static RecordException tooLong(long offset, int limit) {
    return new RecordException(
        "record-too-long",
        "the record that begins at byte "
            + offset
            + " is longer than the limit of "
            + limit
            + " bytes (an eighth of the heap); raise the heap (SLUICE_HEAP=2g), or check where the"
            + " records of the file end",
        offset);
  }
}
