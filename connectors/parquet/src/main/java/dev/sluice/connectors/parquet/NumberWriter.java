package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.time.TimesOfDay;
import java.util.Arrays;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilterWriter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** A leaf of numbers, booleans or INT96 timestamps; all go through longs (floats by their bits). */
final class NumberWriter extends LeafWriter {
  /** The Julian day number of 1970-01-01, which INT96 counts days from. */
  private static final long JULIAN_EPOCH_DAY = 2_440_588;

  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private final PrimitiveTypeName type;
  private long[] scratch = new long[1024];

  // The dictionary: open addressing, id of the value at each slot.
  private long[] values = new long[64];
  private int[] slots = new int[128];
  private int size;

  private long min;
  private long max;
  private double minDouble;
  private double maxDouble;
  private boolean anyNan;

  // Booleans are packed to bits.
  private int bits;
  private int bitCount;

  NumberWriter(
      ParquetNode node, WriteSettings settings, PageWriter target, BloomFilterWriter bloomTarget) {
    super(node, settings, target, bloomTarget);
    this.type = node.primitive().getPrimitiveTypeName();
    Arrays.fill(slots, -1);
    clearStatistics();
  }

  @Override
  boolean hasDictionary() {
    return settings.dictionary()
        && node().primitive().getPrimitiveTypeName() != PrimitiveTypeName.BOOLEAN;
  }

  private int width() {
    return type == PrimitiveTypeName.INT96
        ? 12
        : type == PrimitiveTypeName.INT64 || type == PrimitiveTypeName.DOUBLE ? 8 : 4;
  }

  @Override
  void values(FlatColumn column, int @Nullable [] rows, int from, int count) {
    if (scratch.length < count) {
      scratch = new long[count];
    }
    gather(column, rows, from, count);
    statistics(count);
    int done = dictionary ? toIds(count) : 0;
    BloomFilter filter = bloom;
    if (filter != null) {
      for (int i = done; i < count; i++) {
        addTo(filter, scratch[i]);
      }
    }
    if (done < count) {
      putPlainValues(scratch, done, count);
      valuesInPage += count - done;
    }
  }

  private void gather(FlatColumn column, int @Nullable [] rows, int from, int count) {
    long[] out = scratch;
    if (column instanceof LongColumn longs) {
      long[] in = longs.values();
      if (rows == null) {
        System.arraycopy(in, from, out, 0, count);
      } else {
        for (int i = 0; i < count; i++) {
          out[i] = in[rows[i]];
        }
      }
      if (longs.type() instanceof TimeType) {
        for (int i = 0; i < count; i++) {
          out[i] /= TimesOfDay.NANOS_PER_MICRO;
        }
      }
    } else if (column instanceof IntColumn ints) {
      int[] in = ints.values();
      for (int i = 0; i < count; i++) {
        out[i] = in[rows == null ? from + i : rows[i]];
      }
    } else if (column instanceof DoubleColumn doubles) {
      double[] in = doubles.values();
      for (int i = 0; i < count; i++) {
        out[i] = Double.doubleToRawLongBits(in[rows == null ? from + i : rows[i]]);
      }
    } else if (column instanceof FloatColumn floats) {
      float[] in = floats.values();
      for (int i = 0; i < count; i++) {
        out[i] = Float.floatToRawIntBits(in[rows == null ? from + i : rows[i]]);
      }
    } else if (column instanceof BooleanColumn booleans) {
      boolean[] in = booleans.values();
      for (int i = 0; i < count; i++) {
        out[i] = in[rows == null ? from + i : rows[i]] ? 1 : 0;
      }
    } else {
      throw new IllegalArgumentException("a column of " + column.type() + " is no number");
    }
  }

  private void statistics(int count) {
    if (type == PrimitiveTypeName.DOUBLE || type == PrimitiveTypeName.FLOAT) {
      for (int i = 0; i < count; i++) {
        double value =
            type == PrimitiveTypeName.DOUBLE
                ? Double.longBitsToDouble(scratch[i])
                : Float.intBitsToFloat((int) scratch[i]);
        anyNan |= Double.isNaN(value);
        minDouble = Math.min(minDouble, value);
        maxDouble = Math.max(maxDouble, value);
      }
    } else {
      long low = min;
      long high = max;
      for (int i = 0; i < count; i++) {
        low = Math.min(low, scratch[i]);
        high = Math.max(high, scratch[i]);
      }
      min = low;
      max = high;
    }
  }

  /** Turns values into ids until the dictionary is full; how many. */
  private int toIds(int count) {
    ensureIds(count);
    int at = valuesInPage;
    for (int i = 0; i < count; i++) {
      int id = id(scratch[i]);
      if (id < 0) {
        valuesInPage = at;
        leaveDictionary();
        return i;
      }
      ids[at++] = id;
    }
    valuesInPage = at;
    return count;
  }

  private int id(long value) {
    int mask = slots.length - 1;
    long mixed = value * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32) & mask;
    while (true) {
      int id = slots[slot];
      if (id < 0) {
        break;
      }
      if (values[id] == value) {
        return id;
      }
      slot = slot + 1 & mask;
    }
    if ((size + 1) * width() > settings.dictionaryBytes()) {
      return -1;
    }
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    BloomFilter filter = bloom;
    if (filter != null) {
      addTo(filter, value);
    }
    values[size] = value;
    slots[slot] = size++;
    if (size * 2 > slots.length) {
      rehash();
    }
    return size - 1;
  }

  private void addTo(BloomFilter filter, long value) {
    filter.insertHash(
        switch (type) {
          case INT32 -> filter.hash((int) value);
          case FLOAT -> filter.hash(Float.intBitsToFloat((int) value));
          case DOUBLE -> filter.hash(Double.longBitsToDouble(value));
          default -> filter.hash(value);
        });
  }

  private void rehash() {
    int[] wider = new int[slots.length * 4];
    Arrays.fill(wider, -1);
    int mask = wider.length - 1;
    for (int id = 0; id < size; id++) {
      int slot = (int) (values[id] * 0x9E3779B97F4A7C15L >>> 32) & mask;
      while (wider[slot] >= 0) {
        slot = slot + 1 & mask;
      }
      wider[slot] = id;
    }
    slots = wider;
  }

  @Override
  void putDictionary(ByteSink out) {
    put(values, 0, size, out);
  }

  @Override
  int dictionarySize() {
    return size;
  }

  @Override
  int dictionaryBytes() {
    return size * width();
  }

  @Override
  void putPlain(int[] pageIds, int count) {
    for (int i = 0; i < count; i++) {
      put(values, pageIds[i], pageIds[i] + 1, plain);
    }
  }

  private void putPlainValues(long[] from, int start, int end) {
    if (type == PrimitiveTypeName.BOOLEAN) {
      for (int i = start; i < end; i++) {
        bits |= (int) from[i] << bitCount;
        if (++bitCount == 8) {
          endPlain();
        }
      }
    } else {
      put(from, start, end, plain);
    }
  }

  private void put(long[] from, int start, int end, ByteSink out) {
    out.ensure((end - start) * width());
    byte[] data = out.data;
    int at = out.size;
    switch (type) {
      case INT64, DOUBLE -> {
        for (int i = start; i < end; i++, at += 8) {
          ByteSink.LONGS.set(data, at, from[i]);
        }
      }
      case INT96 -> {
        for (int i = start; i < end; i++, at += 12) {
          long day = Math.floorDiv(from[i], MICROS_PER_DAY);
          ByteSink.LONGS.set(data, at, (from[i] - day * MICROS_PER_DAY) * 1000);
          ByteSink.INTS.set(data, at + 8, (int) (day + JULIAN_EPOCH_DAY));
        }
      }
      default -> {
        for (int i = start; i < end; i++, at += 4) {
          ByteSink.INTS.set(data, at, (int) from[i]);
        }
      }
    }
    out.size = at;
  }

  @Override
  void endPlain() {
    if (bitCount > 0) {
      plain.write(bits);
      bits = 0;
      bitCount = 0;
    }
  }

  @Override
  void clearDictionary() {
    size = 0;
    Arrays.fill(slots, -1);
  }

  private void clearStatistics() {
    min = Long.MAX_VALUE;
    max = Long.MIN_VALUE;
    minDouble = Double.POSITIVE_INFINITY;
    maxDouble = Double.NEGATIVE_INFINITY;
    anyNan = false;
  }

  @Override
  void takeStatistics(Statistics<?> statistics) {
    switch (type) {
      case BOOLEAN -> {
        statistics.updateStats(min != 0);
        statistics.updateStats(max != 0);
      }
      case INT32 -> {
        statistics.updateStats((int) min);
        statistics.updateStats((int) max);
      }
      case INT64 -> {
        statistics.updateStats(min);
        statistics.updateStats(max);
      }
      case FLOAT -> {
        // With a NaN the library leaves bounds and index out: it has no place in their order.
        statistics.updateStats(anyNan ? Float.NaN : (float) minDouble);
        statistics.updateStats(anyNan ? Float.NaN : (float) maxDouble);
      }
      case DOUBLE -> {
        statistics.updateStats(anyNan ? Double.NaN : minDouble);
        statistics.updateStats(anyNan ? Double.NaN : maxDouble);
      }
      default -> {
        // INT96 has no order.
      }
    }
    clearStatistics();
  }

  /** True if a type is kept in numbers of up to eight bytes, or is a timestamp. */
  static boolean isNumber(PrimitiveTypeName type) {
    return type != PrimitiveTypeName.BINARY && type != PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
  }
}
