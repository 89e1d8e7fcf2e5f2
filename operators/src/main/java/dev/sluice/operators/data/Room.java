package dev.sluice.operators.data;

/**
 * How much room one column of a batch may take: as much as this heap can give it without failing
 * everything else. A function that makes more is refused while it still can be, in words.
 */
public final class Room {
  /** The most bytes of text, or of elements of arrays, that one column may hold. */
  public static final int BYTES =
      (int) Math.max(1 << 24, Math.min(1 << 30, Runtime.getRuntime().maxMemory() / 4));

  /** About the longest array there can be; Spark's limit of strings and arrays, too. */
  public static final int LONGEST = Integer.MAX_VALUE - 15;

  private static final int ELEMENTS = BYTES / 8;

  private Room() {}

  /** What to throw instead of asking for more than the heap has. */
  public static final class Exceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exceeded() {
      super("the values of one batch are too large", null, false, false);
    }
  }

  /** The next capacity of an array of {@code length} elements that is full, if the heap has it. */
  public static int grown(int length) {
    if (length >= LONGEST) {
      throw new Exceeded();
    }
    return (int) Math.min(LONGEST, Math.max(16L, length + (length >> 1)));
  }

  /** Fails if a column cannot have so many elements. */
  public static void requireElements(long count) {
    if (count > ELEMENTS) {
      throw new Exceeded();
    }
  }

  /**
   * The next capacity of {@code length} bytes that must become {@code needed}, but not {@code
   * most}.
   */
  public static int grownBytes(int length, long needed, int most) {
    if (needed > most) {
      throw new Exceeded();
    }
    return (int) Math.min(most, Math.max(needed, length * 2L));
  }
}
