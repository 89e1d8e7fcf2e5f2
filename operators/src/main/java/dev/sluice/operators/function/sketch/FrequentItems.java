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
  private @Nullable Object[] items = new Object[LEAST_SIZE];
  private long[] counts = new long[LEAST_SIZE];
  private int active;
  private long taken;

  /** {@code tracked}: how many items are counted at most. */
  FrequentItems(int tracked) {
    this(tracked, false);
  }

  /** {@code ofStates}: whether what comes are not items but states that hold sketches of them. */
  FrequentItems(int tracked, boolean ofStates) {
    this.ofStates = ofStates;
    int size = LEAST_SIZE;
    while (size < tracked / 0.75) {
      size *= 2;
    }
    this.mostSize = size;
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
    int stride = (int) (items.length * GOLDEN) | 1;
    int at = 0;
    for (int i = 0; i < items.length; i++) {
      Object item = items[at];
      if (item != null && counts[at] > 0) {
        rows.add(new Row(item, counts[at] + taken));
      }
      at = at + stride & items.length - 1;
    }
    rows.sort(Comparator.comparingLong(Row::count).reversed());
    return rows.subList(0, Math.min(most, rows.size()));
  }

  @Override
  public void merge(byte[] other) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(other))) {
      taken += in.readLong();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        long times = in.readLong();
        add(readItem(in), times);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(taken);
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
