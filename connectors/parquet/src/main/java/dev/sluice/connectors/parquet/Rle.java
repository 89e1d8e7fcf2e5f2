package dev.sluice.connectors.parquet;

import java.io.IOException;
import java.util.Arrays;

/** Parquet's hybrid of run lengths and bit packing, for levels, dictionary ids and booleans. */
final class Rle {
  private static final int MOST_GROUPS = 63;

  private Rle() {}

  static int bitWidth(int largest) {
    return 32 - Integer.numberOfLeadingZeros(largest);
  }

  /** Encodes {@code values[0..count)} of {@code width} bits each. */
  static void encode(int[] values, int count, int width, ByteSink out) {
    int at = 0;
    while (at < count) {
      int run = runLength(values, at, count);
      if (run >= 8 || at + run == count && run > 1) {
        writeRun(run, values[at], width, out);
        at += run;
        continue;
      }
      int start = at;
      int groups = 0;
      while (at < count && groups < MOST_GROUPS) {
        if (groups > 0 && runsOf8(values, at, count)) {
          break;
        }
        groups++;
        at += 8;
      }
      out.write(groups << 1 | 1);
      pack(values, start, Math.min(at, count), groups * 8, width, out);
      at = Math.min(at, count);
    }
  }

  /** The same value so many times. */
  static void writeRun(int run, int value, int width, ByteSink out) {
    out.putVarint(run << 1);
    for (int bits = 0; bits < width; bits += 8) {
      out.write(value >>> bits);
    }
  }

  private static int runLength(int[] values, int at, int count) {
    int end = at + 1;
    while (end < count && values[end] == values[at]) {
      end++;
    }
    return end - at;
  }

  private static boolean runsOf8(int[] values, int at, int count) {
    if (at + 8 > count) {
      return false;
    }
    for (int i = 1; i < 8; i++) {
      if (values[at + i] != values[at]) {
        return false;
      }
    }
    return true;
  }

  private static void pack(int[] values, int start, int end, int slots, int width, ByteSink out) {
    out.ensure(slots * width / 8 + 8);
    byte[] data = out.data;
    int at = out.size;
    long held = 0;
    int bits = 0;
    for (int i = start; i < end; i++) {
      held |= (long) values[i] << bits;
      bits += width;
      if (bits >= 32) {
        ByteSink.INTS.set(data, at, (int) held);
        at += 4;
        held >>>= 32;
        bits -= 32;
      }
    }
    int total = out.size + slots * width / 8;
    while (at < total) {
      data[at++] = (byte) held;
      held >>>= 8;
    }
    out.size = total;
  }

  /** Decodes a stream of runs, some values at a time. */
  static final class Decoder {
    private final byte[] data;
    private final int end;
    private final int width;
    private int at;
    private int runLeft;
    private int runValue;
    private int packedLeft;
    private long packedBit;

    Decoder(byte[] data, int start, int end, int width) throws IOException {
      if (width < 0 || width > 32 || start < 0 || end > data.length || start > end) {
        throw new IOException("a page has levels or ids of impossible size");
      }
      this.data = data;
      this.at = start;
      this.end = end;
      this.width = width;
    }

    void read(int[] into, int offset, int count) throws IOException {
      int done = 0;
      while (done < count) {
        if (runLeft > 0) {
          int take = Math.min(runLeft, count - done);
          Arrays.fill(into, offset + done, offset + done + take, runValue);
          runLeft -= take;
          done += take;
        } else if (packedLeft > 0) {
          int take = Math.min(packedLeft, count - done);
          unpack(into, offset + done, take);
          packedLeft -= take;
          done += take;
        } else {
          nextRun();
        }
      }
    }

    /** How many of the next values are certainly equal to this one; 0 if that is not known. */
    int knownRun(int value) throws IOException {
      if (runLeft == 0 && packedLeft == 0) {
        nextRun();
      }
      return runLeft > 0 && runValue == value ? runLeft : 0;
    }

    void skipRun(int count) {
      runLeft -= count;
    }

    private void nextRun() throws IOException {
      if (width == 0) {
        runLeft = Integer.MAX_VALUE;
        runValue = 0;
        return;
      }
      int header = varint();
      if ((header & 1) == 0) {
        runLeft = header >>> 1;
        runValue = 0;
        for (int bits = 0; bits < width; bits += 8) {
          runValue |= byteAt() << bits;
        }
      } else {
        int groups = header >>> 1;
        long bytes = (long) groups * width;
        packedBit = (long) at * 8;
        // Some writers leave out the padding of the last group.
        long there = Math.min(bytes, (long) end - at);
        packedLeft =
            (int) Math.min(Math.min((long) groups * 8, Integer.MAX_VALUE), there * 8 / width);
        at += (int) there;
        if (packedLeft == 0) {
          throw new IOException("a page ends within its levels or ids");
        }
      }
      if (runLeft == 0 && packedLeft == 0) {
        throw new IOException("a page has a run of length zero");
      }
    }

    private void unpack(int[] into, int offset, int count) {
      long mask = width == 32 ? 0xffffffffL : (1L << width) - 1;
      long bit = packedBit;
      int last = data.length - 8;
      for (int i = 0; i < count; i++) {
        int index = (int) (bit >>> 3);
        long word;
        if (index <= last) {
          word = (long) ByteSink.LONGS.get(data, index);
        } else {
          word = 0;
          for (int b = 0; index + b < data.length; b++) {
            word |= (data[index + b] & 0xffL) << 8 * b;
          }
        }
        into[offset + i] = (int) (word >>> (bit & 7) & mask);
        bit += width;
      }
      packedBit = bit;
    }

    private int varint() throws IOException {
      int value = 0;
      for (int shift = 0; shift < 35; shift += 7) {
        int b = byteAt();
        value |= (b & 0x7f) << shift;
        if (b < 0x80) {
          return value;
        }
      }
      throw new IOException("a page has a number that does not end");
    }

    private int byteAt() throws IOException {
      if (at >= end) {
        throw new IOException("a page ends within its levels or ids");
      }
      return data[at++] & 0xff;
    }
  }
}
