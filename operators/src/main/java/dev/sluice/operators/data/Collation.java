package dev.sluice.operators.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How strings are compared. Each string has a key, and the keys compared as unsigned bytes are in
 * the order of the strings: equal strings have equal keys. Immutable and thread-safe.
 */
public abstract class Collation {
  private final String name;

  protected Collation(String name) {
    this.name = name;
  }

  /** The canonical name. */
  public final String name() {
    return name;
  }

  /** Appends the key of a string in UTF-8. */
  public abstract void appendKey(byte[] data, int start, int length, BytesBuilder out);

  /**
   * Where {@code pattern} is found in {@code text} from the code unit {@code from} on: the code
   * units it spans as start and end, or an empty array. An empty pattern is found at once.
   */
  public abstract int[] find(String text, String pattern, int from);

  /** The key of a string in UTF-8. */
  public final byte[] key(byte[] data, int start, int length) {
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.BINARY, 1);
    appendKey(data, start, length, out);
    return out.build().bytes(0);
  }

  /** Negative, 0 or positive as the first string comes before, with or after the second. */
  public int compare(byte[] a, int aStart, int aLength, byte[] b, int bStart, int bLength) {
    return Arrays.compareUnsigned(key(a, aStart, aLength), key(b, bStart, bLength));
  }

  /** Whether two strings are equal. */
  public final boolean equal(String a, String b) {
    byte[] x = a.getBytes(StandardCharsets.UTF_8);
    byte[] y = b.getBytes(StandardCharsets.UTF_8);
    return compare(x, 0, x.length, y, 0, y.length) == 0;
  }
}
