package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.FlatColumn;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The items that come most often, by the frequent-items sketch of Apache DataSketches: a table of
 * counters; when it is full, the median count is taken from all, and what falls to zero is
 * forgotten. Items of equal counts come in the order of that table, which is why its hashing is
 * followed.
 */
final class FrequentItems implements Sketch {
  private static final int LEAST_SIZE = 8;
  private static final int SAMPLE = 1024;
  private static final double GOLDEN = 0.6180339887498949;

  /** An item and how often it came, at most and about. */
  record Row(Object item, long count) {}

  private final int mostSize;
  private final boolean ofStates;
  private @Nullable Object[] items;
  private long[] counts;
  private int active;
  private long taken;

  /** {@code tracked}: how many items are counted at most. */
  FrequentItems(int tracked) {
    this(tracked, false);
  }

  /** {@code ofStates}: whether what comes are not items but states that hold sketches of them. */
  FrequentItems(int tracked, boolean ofStates) {
    this(sizeFor(tracked), LEAST_SIZE, ofStates);
  }

  private FrequentItems(int mostSize, int size, boolean ofStates) {
    this.mostSize = mostSize;
    this.ofStates = ofStates;
    this.items = new Object[size];
    this.counts = new long[size];
  }

  private static int sizeFor(int tracked) {
    int size = LEAST_SIZE;
    while (size < tracked / 0.75) {
      size *= 2;
    }
    return size;
  }

  @Override
  public void add(List<FlatColumn> arguments, int row) {
    Object item = arguments.get(0).value(row);
    if (ofStates && item instanceof List<?> state && state.get(0) instanceof byte[] sketch) {
      merge(sketch);
    } else if (item != null) {
      add(item, 1);
    }
  }

  private void add(Object item, long count) {
    put(item, count);
    if (active > items.length * 3 / 4) {
      if (items.length < mostSize) {
        rebuild(items.length * 2, 0);
      } else {
        long median = median();
        taken += median;
        rebuild(items.length, median);
      }
    }
  }

  private void put(Object item, long count) {
    int mask = items.length - 1;
    int at = (int) spread(item.hashCode()) & mask;
    for (Object there = items[at]; there != null; there = items[at]) {
      if (there.equals(item)) {
        counts[at] += count;
        return;
      }
      at = at + 1 & mask;
    }
    items[at] = item;
    counts[at] = count;
    active++;
  }

  private static long spread(long key) {
    long hash = key ^ key >>> 33;
    hash *= 0xff51afd7ed558ccdL;
    hash ^= hash >>> 33;
    hash *= 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }

  private void rebuild(int size, long less) {
    @Nullable Object[] oldItems = items;
    long[] oldCounts = counts;
    items = new Object[size];
    counts = new long[size];
    active = 0;
    for (int i = 0; i < oldItems.length; i++) {
      Object item = oldItems[i];
      if (item != null && oldCounts[i] > less) {
        put(item, oldCounts[i] - less);
      }
    }
  }

  private long median() {
    long[] sample = new long[Math.min(SAMPLE, active)];
    int next = 0;
    for (int i = 0; next < sample.length; i++) {
      if (items[i] != null) {
        sample[next++] = counts[i];
      }
    }
    Arrays.sort(sample);
    return sample[sample.length / 2];
  }

  /** The most frequent items, those of equal counts in the order of the table. */
  List<Row> top(int most) {
    List<Row> rows = new ArrayList<>();
    for (int at : inStrides()) {
      Object item = items[at];
      if (item != null && counts[at] > 0) {
        rows.add(new Row(item, counts[at] + taken));
      }
    }
    rows.sort(Comparator.comparingLong(Row::count).reversed());
    return rows.subList(0, Math.min(most, rows.size()));
  }

  /** The places of the table in the order in which the sketch is walked through. */
  private int[] inStrides() {
    int[] places = new int[items.length];
    int stride = (int) (items.length * GOLDEN) | 1;
    for (int i = 1; i < places.length; i++) {
      places[i] = places[i - 1] + stride & places.length - 1;
    }
    return places;
  }

  /**
   * The same counts as they lie once a partial sketch has been stored and put into the final one,
   * which is what a query of Spark does with every sketch: places of items that collide change.
   */
  FrequentItems settled() {
    FrequentItems last = new FrequentItems(mostSize, LEAST_SIZE, false);
    last.merge(write());
    return last;
  }

  @Override
  public void merge(byte[] other) {
    FrequentItems stored = read(other);
    taken += stored.taken;
    for (int at : stored.inStrides()) {
      Object item = stored.items[at];
      if (item != null) {
        add(item, stored.counts[at]);
      }
    }
  }

  @Override
  public byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(taken);
      out.writeInt(mostSize);
      out.writeInt(items.length);
      out.writeInt(active);
      for (int i = 0; i < items.length; i++) {
        Object item = items[i];
        if (item != null) {
          out.writeLong(counts[i]);
          writeItem(item, out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * The sketch that {@link #write} wrote.
   *
   * @throws UncheckedIOException if it is none
   */
  static FrequentItems read(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      long taken = in.readLong();
      int mostSize = size(in.readInt(), sizeFor(TopFunctions.MOST_TRACKED));
      FrequentItems read = new FrequentItems(mostSize, size(in.readInt(), mostSize), false);
      read.taken = taken;
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        long times = in.readLong();
        read.add(readItem(in), times);
      }
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int size(int read, int most) throws IOException {
    if (read < LEAST_SIZE || read > most || Integer.bitCount(read) != 1) {
      throw new IOException("no sketch of frequent items");
    }
    return read;
  }

  private static void writeItem(Object item, DataOutputStream out) throws IOException {
    if (item instanceof Boolean flag) {
      out.writeByte('b');
      out.writeBoolean(flag);
    } else if (item instanceof Integer number) {
      out.writeByte('i');
      out.writeInt(number);
    } else if (item instanceof Long number) {
      out.writeByte('l');
      out.writeLong(number);
    } else if (item instanceof Float number) {
      out.writeByte('f');
      out.writeFloat(number);
    } else if (item instanceof Double number) {
      out.writeByte('d');
      out.writeDouble(number);
    } else if (item instanceof BigDecimal number) {
      out.writeByte('n');
      out.writeInt(number.scale());
      writeBytes(number.unscaledValue().toByteArray(), out);
    } else {
      out.writeByte('s');
      writeBytes(item.toString().getBytes(StandardCharsets.UTF_8), out);
    }
  }

  private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static Object readItem(DataInputStream in) throws IOException {
    return switch (in.readByte()) {
      case 'b' -> in.readBoolean();
      case 'i' -> in.readInt();
      case 'l' -> in.readLong();
      case 'f' -> in.readFloat();
      case 'd' -> in.readDouble();
      case 'n' -> {
        int scale = in.readInt();
        yield new BigDecimal(new BigInteger(in.readNBytes(in.readInt())), scale);
      }
      case 's' -> new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
      default -> throw new IOException("no sketch of frequent items");
    };
  }
}
