package dev.sluice.connectors.file;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sorts the rows of batches by the folder they belong to. Remembers the folders it has met. */
final class PartitionRouter {
  private static final int MOST_REMEMBERED = 1 << 16;

  private final FileSink.Layout layout;
  private final int[] columns;
  private final List<String> folders = new ArrayList<>();
  private int[] slots = new int[64];
  private int[] hashes = new int[64];
  private byte[] keys = new byte[1024];
  private int[] keyStarts = new int[65];
  private byte[] key = new byte[64];

  /** Takes the rows of one folder; the array is its own. */
  interface Target {
    void rows(String folder, int[] rows, int count);
  }

  PartitionRouter(FileSink.Layout layout) {
    this.layout = layout;
    this.columns = layout.partitionColumns();
    Arrays.fill(slots, -1);
  }

  void route(Batch batch, Target target) {
    if (folders.size() > MOST_REMEMBERED) {
      forget();
    }
    boolean constant = true;
    FlatColumn[] values = new FlatColumn[columns.length];
    for (int i = 0; i < columns.length; i++) {
      Column column = batch.column(columns[i]);
      constant &= column instanceof ConstantColumn;
      values[i] = column instanceof ConstantColumn one ? one.one() : column.flatten();
    }
    int rows = batch.rows();
    if (constant) {
      target.rows(folders.get(group(values, 0, batch)), new int[0], rows);
      return;
    }
    for (int i = 0; i < columns.length; i++) {
      values[i] = batch.column(columns[i]).flatten();
    }
    int[] groupOf = new int[rows];
    for (int row = 0; row < rows; row++) {
      groupOf[row] = group(values, row, batch);
    }
    int[] counts = new int[folders.size()];
    for (int group : groupOf) {
      counts[group]++;
    }
    int[][] positions = new int[counts.length][];
    List<Integer> order = new ArrayList<>();
    int[] filled = new int[counts.length];
    for (int row = 0; row < rows; row++) {
      int group = groupOf[row];
      int[] own = positions[group];
      if (own == null) {
        own = new int[counts[group]];
        positions[group] = own;
        order.add(group);
      }
      own[filled[group]++] = row;
    }
    for (int group : order) {
      target.rows(folders.get(group), positions[group], counts[group]);
    }
  }

  private void forget() {
    folders.clear();
    Arrays.fill(slots, -1);
  }

  /** The number of the folder of a row. */
  private int group(FlatColumn[] values, int row, Batch batch) {
    int length = 0;
    for (FlatColumn column : values) {
      length = appendKey(column, row, length);
    }
    int hash = 1;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + key[i];
    }
    hash ^= hash >>> 15;
    int mask = slots.length - 1;
    for (int slot = hash & mask; ; slot = slot + 1 & mask) {
      int group = slots[slot];
      if (group < 0) {
        return remember(slot, hash, length, folder(values, row));
      }
      if (hashes[group] == hash
          && Arrays.equals(keys, keyStarts[group], keyStarts[group + 1], key, 0, length)) {
        return group;
      }
    }
  }

  private int remember(int slot, int hash, int length, String folder) {
    int group = folders.size();
    folders.add(folder);
    slots[slot] = group;
    if (group + 2 > keyStarts.length) {
      keyStarts = Arrays.copyOf(keyStarts, keyStarts.length * 2);
      hashes = Arrays.copyOf(hashes, keyStarts.length);
    }
    hashes[group] = hash;
    int start = group == 0 ? 0 : keyStarts[group];
    if (start + length > keys.length) {
      keys = Arrays.copyOf(keys, Math.max(keys.length * 2, start + length));
    }
    System.arraycopy(key, 0, keys, start, length);
    keyStarts[group] = start;
    keyStarts[group + 1] = start + length;
    if (folders.size() * 2 > slots.length) {
      int[] wider = new int[slots.length * 2];
      Arrays.fill(wider, -1);
      for (int g = 0; g < folders.size(); g++) {
        int at = hashes[g] & wider.length - 1;
        while (wider[at] >= 0) {
          at = at + 1 & wider.length - 1;
        }
        wider[at] = g;
      }
      slots = wider;
    }
    return group;
  }

  private int appendKey(FlatColumn column, int row, int at) {
    ensure(at + 32);
    if (column.isNull(row)) {
      key[at] = 0;
      return at + 1;
    }
    key[at] = 1;
    if (column instanceof BytesColumn bytes) {
      int length = bytes.lengths()[row];
      ensure(at + 5 + length);
      putLong(at + 1, length);
      ensure(at + 9 + length);
      System.arraycopy(bytes.data(), bytes.starts()[row], key, at + 9, length);
      return at + 9 + length;
    }
    if (column instanceof Decimal128Column decimals) {
      putLong(at + 1, decimals.high()[row]);
      putLong(at + 9, decimals.low()[row]);
      return at + 17;
    }
    putLong(at + 1, bits(column, row));
    return at + 9;
  }

  private static long bits(FlatColumn column, int row) {
    if (column instanceof IntColumn ints) {
      return ints.values()[row];
    }
    if (column instanceof LongColumn longs) {
      return longs.values()[row];
    }
    if (column instanceof BooleanColumn booleans) {
      return booleans.values()[row] ? 1 : 0;
    }
    if (column instanceof DoubleColumn doubles) {
      return Double.doubleToLongBits(doubles.values()[row]);
    }
    if (column instanceof FloatColumn floats) {
      return Float.floatToIntBits(floats.values()[row]);
    }
    throw new IllegalArgumentException("no partition column can be " + column.type());
  }

  private void ensure(int length) {
    if (length > key.length) {
      key = Arrays.copyOf(key, Math.max(length, key.length * 2));
    }
  }

  private void putLong(int at, long value) {
    for (int i = 0; i < 8; i++) {
      key[at + i] = (byte) (value >> 8 * i);
    }
  }

  private String folder(FlatColumn[] values, int row) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < columns.length; i++) {
      path.append('/')
          .append(PartitionPaths.escape(layout.schema().field(columns[i]).name()))
          .append('=')
          .append(PartitionPaths.escape(text(values[i], row, layout.session().timeZone())));
    }
    return path.toString();
  }

  /** The value as Spark's cast to a string writes it. */
  private static @Nullable String text(FlatColumn column, int row, ZoneId zone) {
    Object value = column.value(row);
    if (value == null) {
      return null;
    }
    DataType type = column.type();
    if (type == AtomicType.DATE) {
      return LocalDate.ofEpochDay((Integer) value).toString();
    }
    if (type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ) {
      long micros = (Long) value;
      Instant instant =
          Instant.ofEpochSecond(
              Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
      LocalDateTime local =
          LocalDateTime.ofInstant(instant, type == AtomicType.TIMESTAMP ? zone : ZoneOffset.UTC);
      String seconds = local.format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss"));
      long fraction = Math.floorMod(micros, 1_000_000L);
      return fraction == 0
          ? seconds
          : seconds + String.format(".%06d", fraction).replaceAll("0+$", "");
    }
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }
}
