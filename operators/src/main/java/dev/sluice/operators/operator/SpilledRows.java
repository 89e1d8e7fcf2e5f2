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
import dev.sluice.operators.state.StateStore;
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
 * All committed rows of one partition, beyond the heap: by key, and by the time at which they are
 * over.
 *
 * <pre>
 * operator (2 bytes), partition (2), 'r', key                 the columns that are no key
 * operator (2 bytes), partition (2), 't', micros (8), key     nothing
 * </pre>
 *
 * A row that goes may leave its entry by time behind, until that time has come.
 */
final class SpilledRows implements StateStore.Restorer {
  private static final int PREFIX = 5;
  private static final byte ROWS = 'r';
  private static final byte TIMES = 't';

  private final LocalStore store;
  private final byte[] prefix;
  private final Spillable owner;
  private final Schema schema;
  private final int keyColumns;
  private final List<DataType> valueTypes;
  private final KeyCodec keyCodec;
  private final KeyCodec valueCodec;
  private final KeyBatch keys = new KeyBatch();
  private final KeyBatch values = new KeyBatch();
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
    this.prefix =
        new byte[] {
          (byte) (operator >> 8), (byte) operator, (byte) (partition >> 8), (byte) partition, ROWS
        };
    this.owner = owner;
    this.schema = shape.schema();
    this.keyColumns = shape.keyColumns();
    this.keyCodec = owner.spillCodec();
    this.valueTypes = schema.fields().stream().skip(keyColumns).map(Field::type).toList();
    this.valueCodec = KeyCodec.ofValues(valueTypes);
    try (LocalStore.Changes changes = store.change()) {
      changes.removeRange(place(ROWS, 0), after(ROWS));
      changes.removeRange(place(TIMES, 0), after(TIMES));
      changes.apply();
    }
  }

  /** How many bytes the partition may hold from one epoch to the next. */
  long heldBytes() {
    return store.heldBytes();
  }

  /** How many rows there are. */
  long size() {
    return size;
  }

  private byte[] place(byte kind, int room) {
    byte[] place = Arrays.copyOf(prefix, PREFIX + room);
    place[PREFIX - 1] = kind;
    return place;
  }

  private byte[] after(byte kind) {
    return place((byte) (kind + 1), 0);
  }

  /** The key as the store has it: a number after a flag, or the bytes that the table compares. */
  private byte[] key(byte kind, int room, KeyBatch batch, int row) {
    int at = PREFIX + room;
    if (!keyCodec.single()) {
      int length = batch.offsets[row + 1] - batch.offsets[row];
      byte[] key = place(kind, room + length);
      System.arraycopy(batch.data, batch.offsets[row], key, at, length);
      return key;
    }
    if (batch.validity != Validity.ALL && batch.validity.isNull(row)) {
      return place(kind, room + 1);
    }
    byte[] key = place(kind, room + 9);
    key[at] = 1;
    putLong(key, at + 1, batch.longs[row]);
    return key;
  }

  /** So that bytes compare as the numbers do. */
  private static void putLong(byte[] into, int at, long value) {
    Hashing.LONGS.set(into, at, Long.reverseBytes(value ^ Long.MIN_VALUE));
  }

  private static long getLong(byte[] from, int at) {
    return Long.reverseBytes((long) Hashing.LONGS.get(from, at)) ^ Long.MIN_VALUE;
  }

  /**
   * What the store has of some keys.
   *
   * @param positions which of the asked rows were found, in order
   * @param values the columns that are no key, one row for each position
   */
  record Found(int[] positions, List<Column> values) {}

  /** Looks up {@code rows[0..count)} of the keys, which the partition does not hold. */
  Found find(KeyBatch batch, int[] rows, int count) {
    List<byte[]> wanted = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      wanted.add(key(ROWS, 0, batch, rows[i]));
    }
    return find(wanted);
  }

  private Found find(List<byte[]> wanted) {
    List<byte @Nullable []> stored;
    try {
      stored = wanted.isEmpty() ? List.of() : store.get(wanted);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<ColumnBuilder> builders = builders(valueTypes, stored.size());
    int[] positions = new int[stored.size()];
    int count = 0;
    KeyReader reader = new KeyReader();
    for (int i = 0; i < positions.length; i++) {
      byte[] value = stored.get(i);
      if (value != null) {
        positions[count++] = i;
        read(reader, value, 0, valueTypes, builders);
      }
    }
    return new Found(Arrays.copyOf(positions, count), columns(builders));
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
    keyCodec.encode(rows.columns().subList(0, keyColumns), rows.rows(), keys);
    valueCodec.encode(
        rows.columns().subList(keyColumns, rows.columns().size()), rows.rows(), values);
    Optional<EventTimes> times = owner.spillTimes(rows);
    try (LocalStore.Changes changes = store.change()) {
      for (int row = 0; row < rows.rows(); row++) {
        byte[] value =
            Arrays.copyOfRange(values.data, values.offsets[row], values.offsets[row + 1]);
        changes.put(key(ROWS, 0, keys, row), value);
        if (times.isPresent() && times.get().isKnown(row)) {
          byte[] at = key(TIMES, 8, keys, row);
          putLong(at, PREFIX, times.get().micros()[row]);
          changes.put(at, new byte[0]);
        }
      }
      changes.apply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void remove(Batch rows) {
    keyCodec.encode(rows.columns(), rows.rows(), keys);
    try (LocalStore.Changes changes = store.change()) {
      for (int row = 0; row < rows.rows(); row++) {
        changes.remove(key(ROWS, 0, keys, row));
      }
      changes.apply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All rows have been read back: counts them. */
  void restored() {
    size = 0;
    try (LocalStore.Cursor cursor = store.scan(place(ROWS, 0), after(ROWS))) {
      while (cursor.next()) {
        size++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same rows; each batch is put when it is asked for. */
  Iterable<Batch> taking(Iterable<Batch> rows) {
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
          put(batch);
          return batch;
        }
      };
    };
  }

  /** So many keys of the epoch were not there before, and so many have gone. */
  void count(long added, long removed) {
    size += added - removed;
  }

  /** Everything of the epoch has been put: forgets what is over. */
  void committed() {
    if (passedMicros == Long.MIN_VALUE) {
      return;
    }
    byte[] to = place(TIMES, 8);
    putLong(to, PREFIX, passedMicros + 1);
    try (LocalStore.Changes changes = store.change()) {
      changes.removeRange(place(TIMES, 0), to);
      changes.apply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    passedMicros = Long.MIN_VALUE;
  }

  /** The rows whose time has come, a batch at a time; each goes in this epoch. */
  Iterable<Batch> due(long watermarkMillis) {
    long limit = Math.min(EventTimes.watermarkMicros(watermarkMillis), Long.MAX_VALUE - 1);
    if (limit <= reachedMicros) {
      return List.of();
    }
    reachedMicros = limit;
    passedMicros = limit;
    byte[] to = place(TIMES, 8);
    putLong(to, PREFIX, limit + 1);
    return () -> new DueRows(scan(place(TIMES, 0), to));
  }

  /** Whether {@link #due} would give a row whose time, as it is now, has come; between epochs. */
  boolean anyDue(long millis) {
    long limit = Math.min(EventTimes.watermarkMicros(millis), Long.MAX_VALUE - 1);
    if (limit <= Math.max(reachedMicros, staleMicros)) {
      return false;
    }
    byte[] from = place(TIMES, staleMicros == Long.MIN_VALUE ? 0 : 8);
    if (staleMicros != Long.MIN_VALUE) {
      putLong(from, PREFIX, staleMicros + 1);
    }
    byte[] to = place(TIMES, 8);
    putLong(to, PREFIX, limit + 1);
    boolean any = false;
    // To the end, which closes the cursor.
    for (Iterator<Batch> all = new DueRows(scan(from, to)); all.hasNext(); ) {
      Batch rows = all.next();
      EventTimes times = owner.spillTimes(rows).orElseThrow();
      for (int row = 0; row < rows.rows() && !any; row++) {
        any = times.isKnown(row) && times.micros()[row] <= limit;
      }
    }
    if (!any) {
      // Left behind by rows whose time is now a later one.
      staleMicros = limit;
    }
    return any;
  }

  /** All rows. */
  Iterable<Batch> rows() {
    return () -> new AllRows(scan(place(ROWS, 0), after(ROWS)));
  }

  private LocalStore.Cursor scan(byte[] from, byte[] to) {
    try {
      return store.scan(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readKey(KeyReader reader, byte[] key, int at, List<ColumnBuilder> into) {
    if (!keyCodec.single()) {
      read(reader, key, at, keyCodec.types(), into);
    } else if (key[at] == 0) {
      into.get(0).appendNull();
    } else if (into.get(0) instanceof LongBuilder longs) {
      longs.append(getLong(key, at + 1));
    } else {
      ((IntBuilder) into.get(0)).append((int) getLong(key, at + 1));
    }
  }

  /** Batches read from a cursor, which is closed at its end. */
  private abstract class Rows implements Iterator<Batch> {
    private final LocalStore.Cursor cursor;
    private @Nullable Batch next;

    Rows(LocalStore.Cursor cursor) {
      this.cursor = cursor;
    }

    /** The next rows, or null at the end. */
    abstract @Nullable Batch read(LocalStore.Cursor from) throws IOException;

    @Override
    public boolean hasNext() {
      if (next == null) {
        try {
          next = read(cursor);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        if (next == null) {
          cursor.close();
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
    private boolean ended;

    AllRows(LocalStore.Cursor cursor) {
      super(cursor);
    }

    @Override
    @Nullable Batch read(LocalStore.Cursor from) throws IOException {
      List<ColumnBuilder> keysOut = builders(keyCodec.types(), Batch.TARGET_ROWS);
      List<ColumnBuilder> valuesOut = builders(valueTypes, Batch.TARGET_ROWS);
      KeyReader reader = new KeyReader();
      int count = 0;
      while (!ended && count < Batch.TARGET_ROWS) {
        ended = !from.next();
        if (!ended) {
          readKey(reader, from.key(), PREFIX, keysOut);
          SpilledRows.read(reader, from.value(), 0, valueTypes, valuesOut);
          count++;
        }
      }
      if (count == 0) {
        return null;
      }
      List<Column> all = new ArrayList<>(columns(keysOut));
      all.addAll(columns(valuesOut));
      return new Batch(schema, all, count);
    }
  }

  private final class DueRows extends Rows {
    private boolean ended;

    DueRows(LocalStore.Cursor cursor) {
      super(cursor);
    }

    @Override
    @Nullable Batch read(LocalStore.Cursor from) throws IOException {
      List<byte[]> wanted = new ArrayList<>();
      while (!ended && wanted.size() < Batch.TARGET_ROWS) {
        ended = !from.next();
        if (!ended) {
          byte[] entry = from.key();
          byte[] key = place(ROWS, entry.length - PREFIX - 8);
          System.arraycopy(entry, PREFIX + 8, key, PREFIX, key.length - PREFIX);
          wanted.add(key);
        }
      }
      if (wanted.isEmpty()) {
        return null;
      }
      Found found = find(wanted);
      List<ColumnBuilder> keysOut = builders(keyCodec.types(), found.positions().length);
      KeyReader reader = new KeyReader();
      for (int position : found.positions()) {
        readKey(reader, wanted.get(position), PREFIX, keysOut);
      }
      List<Column> all = new ArrayList<>(columns(keysOut));
      all.addAll(found.values());
      return new Batch(schema, all, found.positions().length);
    }
  }
}
