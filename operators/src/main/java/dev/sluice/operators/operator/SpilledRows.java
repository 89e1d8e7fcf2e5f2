package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.state.LocalStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All committed rows of one partition, beyond the heap: by key ({@link SpilledPages}), and by the
 * time at which they are over ({@link SpilledTimes}).
 *
 * <pre>
 * operator (2 bytes), partition (2), 'r', page (4)                rows
 * operator (2 bytes), partition (2), 't', second (8), number (8)  keys
 * </pre>
 *
 * A row that goes may leave its entry by time behind, until that time has come.
 */
final class SpilledRows implements SpilledState {
  private static final byte ROWS = 'r';
  private static final byte TIMES = 't';

  private final LocalStore store;
  private final Spillable owner;
  private final Schema schema;
  private final int keyColumns;
  private final List<DataType> valueTypes;
  private final KeyCodec keyCodec;
  private final KeyCodec valueCodec;
  private final KeyBatch keys = new KeyBatch();
  private final KeyBatch asked = new KeyBatch();
  private final KeyBatch values = new KeyBatch();
  // The bytes of keys that are one number: row r is numbers[numberOffsets[r] ..).
  private byte[] numbers = new byte[0];
  private int[] numberOffsets = new int[1];
  private final SpilledPages pages;
  private final SpilledTimes times;
  private long size;
  // Entries by time up to here are of no use once the epoch is committed.
  private long passedMicros = Long.MIN_VALUE;
  // No entry by time up to here is left.
  private long reachedMicros = Long.MIN_VALUE;
  // Entries by time up to here are of rows that have another time by now.
  private long staleMicros = Long.MIN_VALUE;

  /** Makes the place for the rows of a partition, empty. */
  SpilledRows(
      LocalStore store, int operator, int partition, Spillable owner, KeyedState.Shape shape)
      throws IOException {
    this.store = store;
    this.owner = owner;
    this.schema = shape.schema();
    this.keyColumns = shape.keyColumns();
    this.keyCodec = owner.spillCodec();
    this.valueTypes = schema.fields().stream().skip(keyColumns).map(Field::type).toList();
    this.valueCodec = KeyCodec.ofValues(valueTypes);
    byte[] prefix = {
      (byte) (operator >> 8), (byte) operator, (byte) (partition >> 8), (byte) partition, 0
    };
    try (LocalStore.Changes changes = store.change()) {
      changes.removeRange(place(prefix, ROWS), place(prefix, (byte) (ROWS + 1)));
      changes.removeRange(place(prefix, TIMES), place(prefix, (byte) (TIMES + 1)));
      changes.apply();
    }
    this.pages = new SpilledPages(store, place(prefix, ROWS));
    this.times = new SpilledTimes(store, place(prefix, TIMES));
  }

  private static byte[] place(byte[] prefix, byte kind) {
    byte[] place = prefix.clone();
    place[place.length - 1] = kind;
    return place;
  }

  /** How many bytes the partition may hold from one epoch to the next. */
  long heldBytes() {
    return store.heldBytes();
  }

  @Override
  public long size() {
    return size;
  }

  /** Makes {@link #numbers} of keys that are one number each; other keys are bytes already. */
  private void toBytes(KeyBatch batch, int rows) {
    if (!keyCodec.single()) {
      return;
    }
    if (numberOffsets.length <= rows) {
      numberOffsets = new int[rows + 1];
      numbers = new byte[rows * 9];
    }
    int at = 0;
    for (int row = 0; row < rows; row++) {
      numberOffsets[row] = at;
      boolean known = batch.validity == Validity.ALL || batch.validity.isValid(row);
      numbers[at++] = (byte) (known ? 1 : 0);
      if (known) {
        Hashing.LONGS.set(numbers, at, batch.longs[row]);
        at += 8;
      }
    }
    numberOffsets[rows] = at;
  }

  private byte[] keyBytes(KeyBatch batch) {
    return keyCodec.single() ? numbers : batch.data;
  }

  private int[] keyOffsets(KeyBatch batch) {
    return keyCodec.single() ? numberOffsets : batch.offsets;
  }

  private int hash(byte[] data, int from, int to) {
    if (!keyCodec.single()) {
      return Hashing.hash(data, from, to);
    }
    return to - from == 1 ? 0 : Hashing.hash((long) Hashing.LONGS.get(data, from + 1));
  }

  /**
   * What is there of some keys.
   *
   * @param positions which of the asked rows were found, in no order
   * @param values the columns that are no key, one row for each position
   */
  record Found(int[] positions, List<Column> values) {
    /** Of the slots that were asked for those that were found, one for each position. */
    int[] among(int[] slots) {
      int[] there = new int[positions.length];
      for (int i = 0; i < there.length; i++) {
        there[i] = slots[positions[i]];
      }
      return there;
    }
  }

  private Found find(
      SpilledPages.Reader reader, byte[] data, int[] offsets, int[] hashes, int[] rows, int count)
      throws IOException {
    FoundRows found = new FoundRows(count);
    pages.find(reader, data, offsets, hashes, rows, count, found);
    return new Found(Arrays.copyOf(found.positions, found.count), columns(found.builders));
  }

  /** Reads the values of keys into columns. */
  private final class FoundRows implements SpilledPages.Hits {
    private final List<ColumnBuilder> builders;
    private final KeyReader reader = new KeyReader();
    private final int[] positions;
    private int count;

    FoundRows(int rows) {
      this.builders = SpilledRows.builders(valueTypes, rows);
      this.positions = new int[rows];
    }

    @Override
    public void hit(int i, byte[] page, int from) {
      positions[count++] = i;
      read(reader, page, from, valueTypes, builders);
    }
  }

  /** Receives what is there of some slots. */
  interface Loaded {
    /** {@code keys} has those of {@code slots}; found positions are among these. */
    void take(int[] slots, KeyBatch keys, Found found);
  }

  /** Looks up the keys of slots of a table, however many, each once. */
  void load(GroupTable table, int[] slots, int count, Loaded into) {
    int[] ordered = pages.inOrder(table, slots, count);
    int[] rows = new int[Math.min(count, Batch.TARGET_ROWS)];
    Arrays.setAll(rows, i -> i);
    try (SpilledPages.Reader reader = pages.reader()) {
      for (int from = 0; from < count; from += Batch.TARGET_ROWS) {
        int to = Math.min(count, from + Batch.TARGET_ROWS);
        keyCodec.encode(table.keys(ordered, from, to), to - from, asked);
        toBytes(asked, to - from);
        Found found =
            find(reader, keyBytes(asked), keyOffsets(asked), asked.hashes, rows, to - from);
        into.take(Arrays.copyOfRange(ordered, from, to), asked, found);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The slots of a table in the order in which they are written fastest. */
  int[] inOrder(GroupTable table, int[] slots, int count) {
    return pages.inOrder(table, slots, count);
  }

  private static List<ColumnBuilder> builders(List<DataType> types, int rows) {
    List<ColumnBuilder> builders = new ArrayList<>(types.size());
    for (DataType type : types) {
      builders.add(ColumnBuilder.of(type, Math.max(1, rows)));
    }
    return builders;
  }

  private static void read(
      KeyReader reader, byte[] data, int at, List<DataType> types, List<ColumnBuilder> into) {
    reader.at(data, at);
    for (int column = 0; column < types.size(); column++) {
      reader.read(types.get(column), into.get(column));
    }
  }

  private static List<Column> columns(List<ColumnBuilder> builders) {
    List<Column> columns = new ArrayList<>(builders.size());
    for (ColumnBuilder builder : builders) {
      columns.add(builder.build());
    }
    return columns;
  }

  /** Takes rows that were changed or read back, each in the place of that of the same key. */
  @Override
  public void put(Batch rows) {
    put(rows, owner.spillTimes(rows));
  }

  private void put(Batch rows, Optional<EventTimes> over) {
    keyCodec.encode(rows.columns().subList(0, keyColumns), rows.rows(), keys);
    valueCodec.encode(
        rows.columns().subList(keyColumns, rows.columns().size()), rows.rows(), values);
    toBytes(keys, rows.rows());
    byte[] data = keyBytes(keys);
    int[] offsets = keyOffsets(keys);
    try {
      for (int row = 0; row < rows.rows(); row++) {
        int at = values.offsets[row];
        pages.put(
            keys.hashes[row],
            data,
            offsets[row],
            offsets[row + 1],
            values.data,
            at,
            values.offsets[row + 1] - at);
      }
      if (over.isPresent()) {
        for (int row = 0; row < rows.rows(); row++) {
          addTime(over.get(), row, data, offsets);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addTime(EventTimes over, int row, byte[] data, int[] offsets) throws IOException {
    if (over.isKnown(row)) {
      times.add(over.micros()[row], data, offsets[row], offsets[row + 1]);
    }
  }

  /**
   * Notes when keys are over, of an owner whose {@link Spillable#timesStay times stay}: once, when
   * they come.
   */
  void over(KeyBatch batch, int[] rows, int count, EventTimes over) {
    toBytes(batch, batch.rows);
    try {
      for (int i = 0; i < count; i++) {
        addTime(over, rows[i], keyBytes(batch), keyOffsets(batch));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void remove(Batch rows) {
    keyCodec.encode(rows.columns(), rows.rows(), keys);
    toBytes(keys, rows.rows());
    int[] offsets = keyOffsets(keys);
    try {
      for (int row = 0; row < rows.rows(); row++) {
        pages.remove(keys.hashes[row], keyBytes(keys), offsets[row], offsets[row + 1]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Counts the rows. */
  @Override
  public void restored() {
    size = 0;
    PageRecords records = new PageRecords();
    try (LocalStore.Cursor cursor = pages.scan()) {
      while (cursor.next()) {
        records.begin(cursor.value());
        size += records.liveCount();
      }
      pages.release();
      times.release();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Iterable<Batch> taking(Iterable<Batch> rows) {
    return () -> {
      Iterator<Batch> all = rows.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return all.hasNext();
        }

        @Override
        public Batch next() {
          Batch batch = all.next();
          put(batch, owner.timesStay() ? Optional.empty() : owner.spillTimes(batch));
          return batch;
        }
      };
    };
  }

  @Override
  public void count(long added, long removed) {
    size += added - removed;
  }

  /** Forgets what is over. */
  @Override
  public void committed() {
    try {
      pages.release();
      times.release();
      if (passedMicros != Long.MIN_VALUE) {
        times.forget(passedMicros);
        passedMicros = Long.MIN_VALUE;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows whose time has come, a batch at a time; each goes in this epoch. */
  Iterable<Batch> due(long watermarkMillis) {
    long limit = Math.min(EventTimes.watermarkMicros(watermarkMillis), Long.MAX_VALUE - 1);
    if (limit <= reachedMicros) {
      return List.of();
    }
    reachedMicros = limit;
    passedMicros = limit;
    return () -> new DueRows(between(Long.MIN_VALUE, limit));
  }

  /** Whether {@link #due} would give a row whose awaited time has come; between epochs. */
  boolean anyDue(long millis) {
    long limit = Math.min(EventTimes.watermarkMicros(millis), Long.MAX_VALUE - 1);
    if (limit <= Math.max(reachedMicros, staleMicros)) {
      return false;
    }
    boolean any = false;
    // To the end, which closes the cursor.
    for (Iterator<Batch> all = new DueRows(between(staleMicros, limit)); all.hasNext(); ) {
      Batch rows = all.next();
      EventTimes over = owner.awaitedTimes(rows).orElseThrow();
      for (int row = 0; row < rows.rows() && !any; row++) {
        any = over.isKnown(row) && over.micros()[row] <= limit;
      }
    }
    if (!any) {
      // Left behind by rows whose time is now a later one.
      staleMicros = limit;
    }
    return any;
  }

  private SpilledTimes.Entries between(long from, long to) {
    try {
      return times.between(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As they are when they are first asked for. */
  @Override
  public Iterable<Batch> rows() {
    return () -> {
      try {
        return new AllRows(pages.scan());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private void readKey(KeyReader reader, byte[] key, int at, List<ColumnBuilder> into) {
    if (!keyCodec.single()) {
      read(reader, key, at, keyCodec.types(), into);
    } else if (key[at] == 0) {
      into.get(0).appendNull();
    } else {
      long number = (long) Hashing.LONGS.get(key, at + 1);
      if (into.get(0) instanceof LongBuilder longs) {
        longs.append(number);
      } else {
        ((IntBuilder) into.get(0)).append((int) number);
      }
    }
  }

  private Batch batch(List<ColumnBuilder> keysOut, List<Column> valuesOut, int count) {
    List<Column> all = new ArrayList<>(columns(keysOut));
    all.addAll(valuesOut);
    return new Batch(schema, all, count);
  }

  @Override
  public Copy copy() {
    try {
      return new PageCopy(new AllRows(pages.scan()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows as they were. */
  private static final class PageCopy implements Copy {
    private final AllRows rows;

    PageCopy(AllRows rows) {
      this.rows = rows;
    }

    @Override
    public Iterator<Batch> iterator() {
      return rows;
    }

    @Override
    public void close() {
      rows.from.close();
    }
  }

  /** Batches read from a cursor, which is closed at its end. */
  private abstract static class Rows implements Iterator<Batch> {
    private final AutoCloseable cursor;
    private @Nullable Batch next;

    Rows(AutoCloseable cursor) {
      this.cursor = cursor;
    }

    /** The next rows, or null at the end. */
    abstract @Nullable Batch read() throws IOException;

    @Override
    public boolean hasNext() {
      if (next == null) {
        try {
          next = read();
          if (next == null) {
            cursor.close();
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
      return next != null;
    }

    @Override
    public Batch next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Batch batch = next;
      next = null;
      return batch;
    }
  }

  private final class AllRows extends Rows {
    private final LocalStore.Cursor from;
    private final PageRecords records = new PageRecords();
    private final KeyReader reader = new KeyReader();

    AllRows(LocalStore.Cursor cursor) {
      super(cursor);
      this.from = cursor;
    }

    @Override
    @Nullable Batch read() throws IOException {
      List<ColumnBuilder> keysOut = builders(keyCodec.types(), Batch.TARGET_ROWS);
      List<ColumnBuilder> valuesOut = builders(valueTypes, Batch.TARGET_ROWS);
      int count = 0;
      while (count < Batch.TARGET_ROWS && from.next()) {
        records.begin(from.value());
        byte[] live = records.live();
        for (int at = 0; at < live.length; at = records.end()) {
          records.head(live, at);
          readKey(reader, live, records.keyAt(), keysOut);
          SpilledRows.read(reader, live, records.valueAt(), valueTypes, valuesOut);
          count++;
        }
      }
      return count == 0 ? null : batch(keysOut, columns(valuesOut), count);
    }
  }

  private final class DueRows extends Rows {
    private final SpilledTimes.Entries from;

    DueRows(SpilledTimes.Entries from) {
      super(from);
      this.from = from;
    }

    /** A batch without rows if none of its keys is there any more. */
    @Override
    @Nullable Batch read() throws IOException {
      byte[] data = new byte[64];
      int[] offsets = new int[Batch.TARGET_ROWS + 1];
      int[] hashes = new int[Batch.TARGET_ROWS];
      int[] wanted = new int[Batch.TARGET_ROWS];
      int count = 0;
      while (count < Batch.TARGET_ROWS && from.next()) {
        int length = from.keyEnd() - from.keyAt();
        int at = offsets[count];
        if (at + length > data.length) {
          data = Arrays.copyOf(data, Math.max(at + length, data.length * 2));
        }
        System.arraycopy(from.data(), from.keyAt(), data, at, length);
        hashes[count] = hash(data, at, at + length);
        wanted[count] = count;
        offsets[++count] = at + length;
      }
      if (count == 0) {
        return null;
      }
      Found found;
      try (SpilledPages.Reader pagesRead = pages.reader()) {
        found = find(pagesRead, data, offsets, hashes, wanted, count);
      }
      List<ColumnBuilder> keysOut = builders(keyCodec.types(), found.positions().length);
      KeyReader reader = new KeyReader();
      for (int position : found.positions()) {
        readKey(reader, data, offsets[position], keysOut);
      }
      return batch(keysOut, found.values(), found.positions().length);
    }
  }
}
