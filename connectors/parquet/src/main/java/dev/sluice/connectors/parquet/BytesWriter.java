package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.FlatColumn;
import java.util.Arrays;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilterWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** A leaf of texts or bytes, or of decimals too long for a number. */
final class BytesWriter extends LeafWriter {
  private final boolean fixed;
  private final int fixedLength;

  // The dictionary: value i is bytes[starts[i] .. starts[i + 1]).
  private byte[] bytes = new byte[1024];
  private int[] starts = new int[65];
  private int[] hashes = new int[64];
  private int[] slots = new int[128];
  private int size;

  // The page in which each value of the dictionary was seen last.
  private int[] seenIn = new int[0];
  private int page;

  // Of the page under way, as far as its values are not ids.
  private byte @Nullable [] min;
  private byte @Nullable [] max;

  private long minHigh;
  private long minLow;
  private long maxHigh;
  private long maxLow;
  private boolean anyDecimal;

  BytesWriter(
      ParquetNode node, WriteSettings settings, PageWriter target, BloomFilterWriter bloomTarget) {
    super(node, settings, target, bloomTarget);
    this.fixed = !hasBytes(node);
    this.fixedLength = fixed ? node.primitive().getTypeLength() : 0;
    Arrays.fill(slots, -1);
  }

  @Override
  boolean hasDictionary() {
    return settings.dictionary() && hasBytes(node());
  }

  private static boolean hasBytes(ParquetNode node) {
    return node.primitive().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
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
      addToBloom(data, in[row], lengths[row]);
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
      if (!anyDecimal || isLess(high, low, minHigh, minLow)) {
        minHigh = high;
        minLow = low;
      }
      if (!anyDecimal || isLess(maxHigh, maxLow, high, low)) {
        maxHigh = high;
        maxLow = low;
      }
      anyDecimal = true;
      int at = plain.size;
      putDecimal(high, low, plain);
      addToBloom(plain.data, at, fixedLength);
      valuesInPage++;
    }
  }

  private static boolean isLess(long high, long low, long thanHigh, long thanLow) {
    return high < thanHigh || high == thanHigh && Long.compareUnsigned(low, thanLow) < 0;
  }

  private void putDecimal(long high, long low, ByteSink out) {
    for (int b = fixedLength - 1; b >= 0; b--) {
      out.write((int) (b >= 8 ? high >> 8 * (b - 8) : low >> 8 * b));
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
    if (dictionaryBytes() + length + 4L > settings.dictionaryBytes()) {
      return -1;
    }
    return remember(slot, hash, data, start, length);
  }

  private void addToBloom(byte[] data, int start, int length) {
    BloomFilter filter = bloom;
    if (filter != null) {
      filter.insertHash(filter.hash(Binary.fromConstantByteArray(data, start, length)));
    }
  }

  private int remember(int slot, int hash, byte[] data, int start, int length) {
    addToBloom(data, start, length);
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

  /** Each value of the page counts once. */
  private void extremesOfIds(int[] pageIds, int count) {
    page++;
    if (seenIn.length < size) {
      seenIn = Arrays.copyOf(seenIn, Math.max(64, starts.length));
    }
    for (int i = 0; i < count; i++) {
      int id = pageIds[i];
      if (seenIn[id] != page) {
        seenIn[id] = page;
        extremes(bytes, starts[id], starts[id + 1] - starts[id]);
      }
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
    extremesOfIds(pageIds, count);
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
  void takeStatistics(Statistics<?> statistics) {
    if (fixed) {
      statistics.updateStats(binary(minHigh, minLow));
      statistics.updateStats(binary(maxHigh, maxLow));
      anyDecimal = false;
      return;
    }
    if (dictionary) {
      extremesOfIds(ids, valuesInPage);
    }
    byte[] low = min;
    byte[] high = max;
    if (low != null && high != null) {
      statistics.updateStats(Binary.fromConstantByteArray(low));
      statistics.updateStats(Binary.fromConstantByteArray(high));
    }
    min = null;
    max = null;
  }

  private Binary binary(long high, long low) {
    ByteSink out = new ByteSink(fixedLength);
    putDecimal(high, low, out);
    return Binary.fromConstantByteArray(out.toArray());
  }
}
