package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.FlatColumn;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/** A leaf of texts or bytes, or of decimals too long for a number. */
final class BytesWriter extends LeafWriter {
  /** Longer extremes are left out of the statistics. */
  private static final int LONGEST_STATISTIC = 64;

  private final boolean fixed;
  private final int fixedLength;

  // The dictionary: value i is bytes[starts[i] .. starts[i + 1]).
  private byte[] bytes = new byte[1024];
  private int[] starts = new int[65];
  private int[] hashes = new int[64];
  private int[] slots = new int[128];
  private int size;

  private byte @Nullable [] min;
  private byte @Nullable [] max;

  BytesWriter(List<String> path, ParquetNode node, CompressionCodec codecName, Codecs codec) {
    super(path, node, codecName, codec);
    this.fixed = node.element().getType() == Type.FIXED_LEN_BYTE_ARRAY;
    this.fixedLength = fixed ? node.element().getType_length() : 0;
    Arrays.fill(slots, -1);
  }

  @Override
  boolean hasDictionary() {
    return node().element().getType() == Type.BYTE_ARRAY;
  }

  @Override
  void values(FlatColumn column, int @Nullable [] rows, int from, int count) {
    if (fixed) {
      decimals((Decimal128Column) column, rows, from, count);
      return;
    }
    BytesColumn texts = (BytesColumn) column;
    byte[] data = texts.data();
    int[] in = texts.starts();
    int[] lengths = texts.lengths();
    int done = 0;
    if (dictionary) {
      ensureIds(count);
      while (done < count) {
        int row = rows == null ? from + done : rows[done];
        int id = id(data, in[row], lengths[row]);
        if (id < 0) {
          leaveDictionary();
          break;
        }
        ids[valuesInPage++] = id;
        done++;
      }
    }
    for (; done < count; done++) {
      int row = rows == null ? from + done : rows[done];
      extremes(data, in[row], lengths[row]);
      plain.putInt(lengths[row]);
      plain.write(data, in[row], lengths[row]);
      valuesInPage++;
    }
  }

  private void decimals(Decimal128Column column, int @Nullable [] rows, int from, int count) {
    for (int i = 0; i < count; i++) {
      int row = rows == null ? from + i : rows[i];
      long high = column.high()[row];
      long low = column.low()[row];
      for (int b = fixedLength - 1; b >= 0; b--) {
        plain.write((int) (b >= 8 ? high >> 8 * (b - 8) : low >> 8 * b));
      }
      valuesInPage++;
    }
  }

  private int id(byte[] data, int start, int length) {
    int hash = hash(data, start, length);
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (true) {
      int id = slots[slot];
      if (id < 0) {
        break;
      }
      if (hashes[id] == hash
          && starts[id + 1] - starts[id] == length
          && Arrays.equals(bytes, starts[id], starts[id + 1], data, start, start + length)) {
        return id;
      }
      slot = slot + 1 & mask;
    }
    if (dictionaryBytes() + length + 4L > MOST_DICTIONARY_BYTES) {
      return -1;
    }
    return remember(slot, hash, data, start, length);
  }

  private int remember(int slot, int hash, byte[] data, int start, int length) {
    extremes(data, start, length);
    if (size + 1 == starts.length) {
      starts = Arrays.copyOf(starts, starts.length * 2);
      hashes = Arrays.copyOf(hashes, starts.length);
    }
    int at = starts[size];
    if (at + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(at + length, bytes.length * 2));
    }
    System.arraycopy(data, start, bytes, at, length);
    starts[size + 1] = at + length;
    hashes[size] = hash;
    slots[slot] = size++;
    if (size * 2 > slots.length) {
      int[] wider = new int[slots.length * 4];
      Arrays.fill(wider, -1);
      for (int id = 0; id < size; id++) {
        int free = hashes[id] & wider.length - 1;
        while (wider[free] >= 0) {
          free = free + 1 & wider.length - 1;
        }
        wider[free] = id;
      }
      slots = wider;
    }
    return size - 1;
  }

  private static int hash(byte[] data, int start, int length) {
    long hash = length;
    int at = start;
    int end = start + length;
    for (; at + 8 <= end; at += 8) {
      hash = (hash ^ (long) ByteSink.LONGS.get(data, at)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    for (; at < end; at++) {
      hash = (hash ^ data[at]) * 0x9E3779B97F4A7C15L;
    }
    hash ^= hash >>> 32;
    return (int) hash;
  }

  private void extremes(byte[] data, int start, int length) {
    byte[] low = min;
    byte[] high = max;
    int end = start + length;
    if (low == null || Arrays.compareUnsigned(data, start, end, low, 0, low.length) < 0) {
      min = Arrays.copyOfRange(data, start, end);
    }
    if (high == null || Arrays.compareUnsigned(data, start, end, high, 0, high.length) > 0) {
      max = Arrays.copyOfRange(data, start, end);
    }
  }

  @Override
  void putDictionary(ByteSink out) {
    for (int id = 0; id < size; id++) {
      out.putInt(starts[id + 1] - starts[id]);
      out.write(bytes, starts[id], starts[id + 1] - starts[id]);
    }
  }

  @Override
  int dictionarySize() {
    return size;
  }

  @Override
  int dictionaryBytes() {
    return starts[size] + 4 * size;
  }

  @Override
  void putPlain(int[] pageIds, int count) {
    for (int i = 0; i < count; i++) {
      int id = pageIds[i];
      plain.putInt(starts[id + 1] - starts[id]);
      plain.write(bytes, starts[id], starts[id + 1] - starts[id]);
    }
  }

  @Override
  void clearDictionary() {
    size = 0;
    Arrays.fill(slots, -1);
  }

  @Override
  void clearStatistics() {
    min = null;
    max = null;
  }

  @Override
  void putStatistics(Statistics statistics) {
    byte[] low = min;
    byte[] high = max;
    if (low != null
        && high != null
        && low.length <= LONGEST_STATISTIC
        && high.length <= LONGEST_STATISTIC) {
      statistics.setMin_value(low);
      statistics.setMax_value(high);
    }
  }
}
