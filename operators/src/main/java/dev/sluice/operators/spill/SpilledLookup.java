package dev.sluice.operators.spill;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ColumnMemory;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.keyed.KeyReader;
import dev.sluice.operators.state.LocalStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a partition from its pages: those of some keys, those of some times, all. */
public final class SpilledLookup {
  /** So many entries by time are taken at once: keys of one time lie in pages all over. */
  private static final int ENTRIES_AT_ONCE = 1 << 16;

  /** So many bytes of rows are read at once, as far as rows are smaller than that. */
  private static final long MOST_BYTES = 4 << 20;

  private static final long LEAST_BYTES = 64 << 10;
  private static final int LEAST_ROWS = 16;

  private final Schema schema;
  private final int visible;
  private final SpilledPages pages;
  private final SpilledKeys keys;
  private final SpilledValues values;
  private final long bytesAtOnce;

  /**
   * @param schema of the rows, keys first
   * @param values what lies there beside the keys: the other columns of the schema, then those that
   *     are of use here only
   * @param heldBytes how many bytes of rows may be held
   */
  SpilledLookup(
      Schema schema, SpilledPages pages, SpilledKeys keys, SpilledValues values, long heldBytes) {
    this.schema = schema;
    this.bytesAtOnce = Math.max(LEAST_BYTES, Math.min(MOST_BYTES, heldBytes / 4));
    this.visible = schema.size() - keys.types().size();
    this.pages = pages;
    this.keys = keys;
    this.values = values;
  }

  /**
   * What is there of some keys.
   *
   * @param positions which of the asked rows were found, in no order
   * @param values the columns that are no key, one row for each position
   * @param hidden those that are of use here only
   */
  public record Found(int[] positions, List<Column> values, List<Column> hidden) {
    /** Of the slots that were asked for those that were found, one for each position. */
    public int[] among(int[] slots) {
      int[] there = new int[positions.length];
      for (int i = 0; i < there.length; i++) {
        there[i] = slots[positions[i]];
      }
      return there;
    }
  }

  /**
   * Looks up {@code count} keys, of which none comes twice.
   *
   * @param data key {@code i} is {@code data[offsets[i]..offsets[i + 1])}
   */
  Found find(SpilledPages.Reader reader, byte[] data, int[] offsets, int[] hashes, int count)
      throws IOException {
    int[] all = new int[count];
    Arrays.setAll(all, i -> i);
    return find(reader, data, offsets, hashes, all);
  }

  /** Looks up some of the keys; what is found is told by its place among these. */
  private Found find(
      SpilledPages.Reader reader, byte[] data, int[] offsets, int[] hashes, int[] wanted)
      throws IOException {
    int count = wanted.length;
    Hits found = new Hits(count);
    pages.find(reader, data, offsets, hashes, wanted, count, found);
    List<Column> columns = columns(found.builders);
    return new Found(
        Arrays.copyOf(found.positions, found.count),
        columns.subList(0, visible),
        columns.subList(visible, columns.size()));
  }

  /** Reads the values of keys into columns. */
  private final class Hits implements SpilledPages.Hits {
    private final List<ColumnBuilder> builders;
    private final SpilledValues.Reader reader = values.reader();
    private final int[] positions;
    private int count;

    Hits(int rows) {
      this.builders = builders(values.types(), rows);
      this.positions = new int[rows];
    }

    @Override
    public void hit(int i, byte[] page, int from) {
      positions[count++] = i;
      reader.read(page, from, builders);
    }
  }

  private static List<ColumnBuilder> builders(List<DataType> types, int rows) {
    List<ColumnBuilder> builders = new ArrayList<>(types.size());
    for (DataType type : types) {
      builders.add(ColumnBuilder.of(type, Math.max(1, rows)));
    }
    return builders;
  }

  private static List<Column> columns(List<ColumnBuilder> builders) {
    List<Column> columns = new ArrayList<>(builders.size());
    for (ColumnBuilder builder : builders) {
      columns.add(builder.build());
    }
    return columns;
  }

  private Batch batch(List<ColumnBuilder> keysOut, List<Column> valuesOut, int count) {
    List<Column> all = new ArrayList<>(columns(keysOut));
    all.addAll(valuesOut);
    return new Batch(schema, all, count);
  }

  /** All rows as they are now, whatever comes later. */
  SpilledBatches all() throws IOException {
    return new All(pages.scan());
  }

  private final class All extends SpilledBatches {
    private final LocalStore.Cursor cursor;
    private final PageRecords records = new PageRecords(keys.areNumbers());
    private final KeyReader keyReader = new KeyReader();
    private final SpilledValues.Reader reader = values.reader();

    All(LocalStore.Cursor cursor) {
      super(cursor::close);
      this.cursor = cursor;
    }

    @Override
    @Nullable Batch some() throws IOException {
      List<ColumnBuilder> keysOut = builders(keys.types(), Batch.TARGET_ROWS);
      List<ColumnBuilder> valuesOut = builders(values.types(), Batch.TARGET_ROWS);
      int count = 0;
      long bytes = 0;
      while (count < Batch.TARGET_ROWS && bytes < bytesAtOnce && cursor.next()) {
        records.begin(cursor.value());
        byte[] live = records.live();
        bytes += live.length;
        for (int at = 0; at < live.length; at = records.end()) {
          records.head(live, at);
          keys.read(keyReader, live, records.keyAt(), records.valueAt(), keysOut);
          reader.read(live, records.valueAt(), valuesOut);
          count++;
        }
      }
      return count == 0 ? null : batch(keysOut, columns(valuesOut).subList(0, visible), count);
    }
  }

  /**
   * Rows of keys that have an entry by time.
   *
   * @param hidden the columns that are of use here only
   * @param micros at which time a row's entry was, one for each row
   */
  public record Timed(Batch rows, List<Column> hidden, long[] micros) {
    public Timed select(int[] some, int count) {
      long[] at = new long[count];
      for (int i = 0; i < count; i++) {
        at[i] = micros[some[i]];
      }
      return new Timed(
          rows.select(some, count),
          hidden.stream().map(column -> column.select(some, count)).toList(),
          at);
    }
  }

  /** The rows that are still there of entries by time, as they are when they are asked for. */
  SpilledReading<Timed> timed(SpilledTimes.Entries entries) {
    return new TimedReading(entries);
  }

  /**
   * Takes many entries at once, and looks them up in the order of pages, some thousand at a time.
   */
  private final class TimedReading extends SpilledReading<Timed> {
    private final SpilledTimes.Entries entries;
    private byte[] data = new byte[64];
    private final int[] offsets = new int[ENTRIES_AT_ONCE + 1];
    private final int[] hashes = new int[ENTRIES_AT_ONCE];
    private final long[] micros = new long[ENTRIES_AT_ONCE];
    private int[] order = new int[0];
    private int next;
    // How many rows to read next, by the size of those before.
    private int piece = 16 * LEAST_ROWS;

    TimedReading(SpilledTimes.Entries entries) {
      super(entries::close);
      this.entries = entries;
    }

    @Override
    @Nullable Timed read() throws IOException {
      if (next == order.length) {
        order = pages.inOrder(hashes, take());
        next = 0;
      }
      int[] wanted = Arrays.copyOfRange(order, next, Math.min(order.length, next + piece));
      next += wanted.length;
      return wanted.length == 0 ? null : rows(wanted);
    }

    /** Takes the next entries; how many. */
    private int take() throws IOException {
      int count = 0;
      while (count < ENTRIES_AT_ONCE && entries.next()) {
        int length = entries.keyEnd() - entries.keyAt();
        int at = offsets[count];
        if (at + length > data.length) {
          data = Arrays.copyOf(data, Math.max(at + length, data.length * 2));
        }
        System.arraycopy(entries.data(), entries.keyAt(), data, at, length);
        hashes[count] = keys.hash(data, at, at + length);
        micros[count] = entries.micros();
        offsets[++count] = at + length;
      }
      return count;
    }

    private Timed rows(int[] wanted) throws IOException {
      Found found;
      // A new one each time: what was written since is to be seen.
      try (SpilledPages.Reader reader = pages.reader()) {
        found = find(reader, data, offsets, hashes, wanted);
      }
      int[] positions = found.positions();
      if (positions.length > 0) {
        long bytes = found.values().stream().mapToLong(ColumnMemory::bytes).sum();
        long fit = bytesAtOnce * positions.length / Math.max(1, bytes);
        piece = (int) Math.max(LEAST_ROWS, Math.min(Batch.TARGET_ROWS, fit));
      }
      List<ColumnBuilder> keysOut = builders(keys.types(), positions.length);
      KeyReader reader = new KeyReader();
      long[] at = new long[positions.length];
      for (int i = 0; i < positions.length; i++) {
        int key = wanted[positions[i]];
        keys.read(reader, data, offsets[key], offsets[key + 1], keysOut);
        at[i] = micros[key];
      }
      return new Timed(batch(keysOut, found.values(), positions.length), found.hidden(), at);
    }
  }
}
