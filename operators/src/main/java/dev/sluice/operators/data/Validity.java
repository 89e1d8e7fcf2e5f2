package dev.sluice.operators.data;

import java.util.Arrays;

/**
 * Which rows hold a value: a bitmap, bit set = valid, row {@code r} at bit {@code r & 63} of word
 * {@code r >> 6}. {@link #ALL}, compared by identity, says that there is no null. Immutable; bits
 * past the last row mean nothing.
 */
public final class Validity {
  /** No nulls at all. The fast loop is chosen once a batch by {@code validity == Validity.ALL}. */
  public static final Validity ALL = new Validity(new long[0]);

  private final long[] words;

  private Validity(long[] words) {
    this.words = words;
  }

  /**
   * Takes the array over; it must have at least {@code (rows + 63) / 64} words. Gives {@link #ALL}
   * if nothing is null.
   */
  public static Validity of(long[] words, int rows) {
    int full = rows >> 6;
    for (int i = 0; i < full; i++) {
      if (words[i] != -1L) {
        return new Validity(words);
      }
    }
    int rest = rows & 63;
    if (rest != 0) {
      long mask = -1L >>> (64 - rest);
      if ((words[full] & mask) != mask) {
        return new Validity(words);
      }
    }
    return ALL;
  }

  /** All rows null. */
  public static Validity none(int rows) {
    return rows == 0 ? ALL : new Validity(new long[wordsFor(rows)]);
  }

  /** From one flag a row, {@code true} = null. */
  public static Validity ofNulls(boolean[] isNull, int rows) {
    long[] words = new long[wordsFor(rows)];
    for (int i = 0; i < rows; i++) {
      if (!isNull[i]) {
        words[i >> 6] |= 1L << i;
      }
    }
    return of(words, rows);
  }

  public static int wordsFor(int rows) {
    return (rows + 63) >> 6;
  }

  public boolean isValid(int row) {
    return this == ALL || (words[row >> 6] >>> row & 1L) != 0;
  }

  public boolean isNull(int row) {
    return this != ALL && (words[row >> 6] >>> row & 1L) == 0;
  }

  /** The words, never to be written to; meaningless for {@link #ALL}. */
  public long[] words() {
    return words;
  }

  /**
   * A fresh copy of the bitmap for {@code rows} rows, all ones for {@link #ALL}: for kernels that
   * clear bits.
   */
  public long[] copyWords(int rows) {
    int count = wordsFor(rows);
    if (this == ALL) {
      long[] all = new long[count];
      Arrays.fill(all, -1L);
      return all;
    }
    return Arrays.copyOf(words, count);
  }

  /** Valid where both are. */
  public Validity and(Validity other, int rows) {
    if (this == ALL || this == other) {
      return other;
    }
    if (other == ALL) {
      return this;
    }
    int count = wordsFor(rows);
    long[] both = new long[count];
    for (int i = 0; i < count; i++) {
      both[i] = words[i] & other.words[i];
    }
    return new Validity(both);
  }

  /** The validity of {@code count} rows picked from this one. */
  public Validity select(int[] rows, int count) {
    if (this == ALL) {
      return ALL;
    }
    long[] picked = new long[wordsFor(count)];
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      picked[i >> 6] |= (words[row >> 6] >>> row & 1L) << i;
    }
    return of(picked, count);
  }
}
