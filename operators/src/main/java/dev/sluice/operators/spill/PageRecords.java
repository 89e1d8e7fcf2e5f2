package dev.sluice.operators.spill;

import dev.sluice.operators.keyed.Hashing;
import java.util.Arrays;

/**
 * Records as {@link SpilledPages} has them, one after the other, and of several with one key only
 * the last. A record, whose lengths take seven bits a byte, the lowest first:
 *
 * <pre>
 * hash of the key (4)   length of the key   one more than the length of the value, 0 if it is gone
 * key   value
 * </pre>
 *
 * <p>The hash of a key that is a {@link SpilledKeys number} is not there: it is computed.
 *
 * <p>Not thread-safe.
 */
final class PageRecords {
  private final boolean numbers;
  private byte[] data = new byte[0];
  private int[] keyAt = new int[64];
  private int[] keyEnd = new int[64];
  // Where a record begins and ends; ends at -1 if it is gone or another has taken its place.
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int[] hashes = new int[64];
  private int[] next = new int[64];
  private int[] heads = new int[128];
  private int count;
  private int lengthOfLast;
  private int liveBytes;
  // What has been read last.
  private int at;
  private int hash;
  private int keyLength;
  private int valueLength;

  /** How many bytes a record takes at most beside key and value. */
  static final int LARGEST_HEADER = 14;

  /**
   * @param numbers whether keys are numbers
   */
  PageRecords(boolean numbers) {
    this.numbers = numbers;
  }

  /** Writes a record; a negative length of the value for one that is gone. Where it ends. */
  int write(
      byte[] into,
      int position,
      int hash,
      byte[] keys,
      int keyFrom,
      int keyTo,
      byte[] values,
      int valueFrom,
      int valueLength) {
    int start = position;
    if (!numbers) {
      Hashing.INTS.set(into, position, hash);
      start += 4;
    }
    int end = writeLength(into, start, keyTo - keyFrom);
    end = writeLength(into, end, valueLength < 0 ? 0 : valueLength + 1);
    end = copy(keys, keyFrom, keyTo - keyFrom, into, end);
    return valueLength > 0 ? copy(values, valueFrom, valueLength, into, end) : end;
  }

  private static int copy(byte[] from, int start, int length, byte[] into, int at) {
    System.arraycopy(from, start, into, at, length);
    return at + length;
  }

  private static int writeLength(byte[] into, int position, int length) {
    int end = position;
    int rest = length;
    while (rest >= 128) {
      into[end++] = (byte) (rest | 128);
      rest >>>= 7;
    }
    into[end++] = (byte) rest;
    return end;
  }

  /** Reads the head of a record of these bytes and goes behind it, to its key. */
  void head(byte[] from, int position) {
    at = numbers ? position : position + 4;
    keyLength = length(from);
    valueLength = length(from) - 1;
    hash =
        numbers
            ? SpilledKeys.numberHash(from, at, at + keyLength)
            : (int) Hashing.INTS.get(from, position);
  }

  private int length(byte[] from) {
    int length = from[at++];
    if (length < 0) {
      length &= 127;
      int shift = 7;
      int more;
      do {
        more = from[at++];
        length |= (more & 127) << shift;
        shift += 7;
      } while (more < 0);
    }
    return length;
  }

  int hash() {
    return hash;
  }

  int keyAt() {
    return at;
  }

  int valueAt() {
    return at + keyLength;
  }

  /** Of the value; negative if the row is gone. */
  int valueLength() {
    return valueLength;
  }

  /** Where the record ends. */
  int end() {
    return at + keyLength + Math.max(0, valueLength);
  }

  /** Forgets all records, and takes those of a page. */
  void begin(byte[] page) {
    count = 0;
    liveBytes = 0;
    Arrays.fill(heads, 0);
    add(page, 0, page.length);
  }

  /** Takes more records, which came later. */
  void add(byte[] from, int begin, int end) {
    int old = count == 0 ? 0 : starts[count - 1] + lengthOfLast;
    if (data.length < old + end - begin) {
      data = Arrays.copyOf(data, Math.max(old + end - begin, old + (old >> 1)));
    }
    System.arraycopy(from, begin, data, old, end - begin);
    for (int position = old; position < old + end - begin; ) {
      head(data, position);
      addRecord(position, end());
      position = end();
    }
  }

  private void addRecord(int start, int end) {
    if (count == starts.length) {
      growRecords();
    }
    boolean gone = valueLength < 0;
    lengthOfLast = end - start;
    int bucket = bucket(hash);
    for (int other = heads[bucket]; other != 0; other = next[other - 1]) {
      int i = other - 1;
      if (hashes[i] == hash && Arrays.equals(data, keyAt[i], keyEnd[i], data, at, at + keyLength)) {
        liveBytes -= ends[i] < 0 ? 0 : ends[i] - starts[i];
        ends[i] = -1;
      }
    }
    hashes[count] = hash;
    keyAt[count] = at;
    keyEnd[count] = at + keyLength;
    starts[count] = start;
    ends[count] = gone ? -1 : end;
    liveBytes += gone ? 0 : end - start;
    next[count] = heads[bucket];
    heads[bucket] = ++count;
  }

  /** All records of a page share the low bits of their hashes. */
  private int bucket(int of) {
    return (of * 0x9E3779B1) >>> Integer.numberOfLeadingZeros(heads.length - 1);
  }

  private void growRecords() {
    int larger = count * 2;
    keyAt = Arrays.copyOf(keyAt, larger);
    keyEnd = Arrays.copyOf(keyEnd, larger);
    starts = Arrays.copyOf(starts, larger);
    ends = Arrays.copyOf(ends, larger);
    hashes = Arrays.copyOf(hashes, larger);
    next = new int[larger];
    heads = new int[larger * 2];
    for (int i = 0; i < count; i++) {
      int bucket = bucket(hashes[i]);
      next[i] = heads[bucket];
      heads[bucket] = i + 1;
    }
  }

  /** How many records are there. */
  int liveCount() {
    int live = 0;
    for (int i = 0; i < count; i++) {
      live += ends[i] < 0 ? 0 : 1;
    }
    return live;
  }

  /** How many bytes the records take that are there. */
  int liveBytes() {
    return liveBytes;
  }

  /** The records that are there, in the order in which they came. */
  byte[] live() {
    byte[] live = new byte[liveBytes];
    int to = 0;
    for (int i = 0; i < count; i++) {
      if (ends[i] >= 0) {
        System.arraycopy(data, starts[i], live, to, ends[i] - starts[i]);
        to += ends[i] - starts[i];
      }
    }
    return live;
  }
}
