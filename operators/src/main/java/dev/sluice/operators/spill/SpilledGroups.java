package dev.sluice.operators.spill;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.Hashing;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.keyed.KeyReader;
import dev.sluice.operators.state.LocalStore;
import dev.sluice.operators.state.StateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * All committed rows of one partition, beyond the heap, so that those of an owner stand together;
 * and by the time at which they are over, in one order or several.
 *
 * <pre>
 * operator (2 bytes), partition (2), 'r', owner, rest of the key                 the columns that are no key
 * operator (2 bytes), partition (2), 't', order (1), micros (8), key             nothing
 * </pre>
 *
 * A row that goes may leave its entry by time behind, until that time has come.
 */
public final class SpilledGroups implements SpilledState {
  private static final int PREFIX = SpillPlace.PREFIX;
  private static final int TIME_PREFIX = PREFIX + 1 + 8;
  private static final byte ROWS = 'r';
  private static final byte TIMES = 't';
  private static final byte[] NOTHING = new byte[0];

  private final LocalStore store;
  private final byte[] prefix;
  private final long heldBytes;
  private final SpillableGroups partition;
  private final Schema schema;
  private final int keyColumns;
  private final List<DataType> keyTypes;
  private final List<DataType> valueTypes;
  private final KeyCodec ownerCodec;
  private final KeyCodec keyCodec;
  private final KeyCodec valueCodec;
  private final KeyBatch keys = new KeyBatch();
  private final KeyBatch values = new KeyBatch();
  private boolean isRestored;
  private long size;
  // By order: entries up to here are of no use once the epoch is committed.
  private final long[] passedMicros;
  // By order: no entry up to here is left.
  private final long[] reachedMicros;

  /** Makes the place for the rows of a partition, empty. */
  SpilledGroups(SpillPlace place, SpillableGroups partition) throws IOException {
    this.store = place.store();
    this.prefix = place.prefix(ROWS);
    this.heldBytes = place.heldBytes();
    this.partition = partition;
    this.schema = place.schema();
    this.keyColumns = place.keyColumns();
    List<DataType> types = schema.fields().stream().map(Field::type).toList();
    this.keyTypes = types.subList(0, keyColumns);
    this.valueTypes = types.subList(keyColumns, types.size());
    this.ownerCodec = KeyCodec.ofBytes(types.subList(0, partition.ownerColumns()));
    this.keyCodec = KeyCodec.ofBytes(keyTypes);
    this.valueCodec = KeyCodec.ofValues(valueTypes);
    this.passedMicros = new long[partition.timeOrders()];
    this.reachedMicros = new long[partition.timeOrders()];
    Arrays.fill(passedMicros, Long.MIN_VALUE);
    Arrays.fill(reachedMicros, Long.MIN_VALUE);
    place.clear(ROWS, TIMES);
  }

  /** How many bytes the partition may hold from one epoch to the next. */
  public long heldBytes() {
    return heldBytes;
  }

  @Override
  public long size() {
    return size;
  }

  private byte[] place(byte kind, int room) {
    byte[] place = Arrays.copyOf(prefix, PREFIX + room);
    place[PREFIX - 1] = kind;
    return place;
  }

  private byte[] rowKey(KeyBatch batch, int row) {
    int length = batch.offsets[row + 1] - batch.offsets[row];
    byte[] key = place(ROWS, length);
    System.arraycopy(batch.data, batch.offsets[row], key, PREFIX, length);
    return key;
  }

  private byte[] timePlace(int order, long micros, int room) {
    byte[] place = place(TIMES, TIME_PREFIX - PREFIX + room);
    place[PREFIX] = (byte) order;
    // So that bytes compare as the numbers do.
    Hashing.LONGS.set(place, PREFIX + 1, Long.reverseBytes(micros ^ Long.MIN_VALUE));
    return place;
  }

  private static long micros(byte[] entry) {
    return Long.reverseBytes((long) Hashing.LONGS.get(entry, PREFIX + 1)) ^ Long.MIN_VALUE;
  }

  /** The rows of some owners, each of which is given once. */
  public Iterable<Batch> load(List<Column> owners, int count) {
    ownerCodec.encode(owners, count, keys);
    List<byte[]> prefixes = new ArrayList<>(count);
    for (int row = 0; row < count; row++) {
      prefixes.add(rowKey(keys, row));
    }
    prefixes.sort(Arrays::compareUnsigned);
    return () -> new StoredRows(open(() -> store.scan(prefixes)));
  }

  private interface Opening {
    LocalStore.Entries open() throws IOException;
  }

  private static LocalStore.Entries open(Opening opening) {
    try {
      return opening.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes rows that were changed or read back, each in the place of that of the same key. */
  @Override
  public void put(Batch rows) {
    if (!isRestored) {
      partition.readBack(rows);
    }
    keyCodec.encode(rows.columns().subList(0, keyColumns), rows.rows(), keys);
    valueCodec.encode(
        rows.columns().subList(keyColumns, rows.columns().size()), rows.rows(), values);
    List<Optional<EventTimes>> times = new ArrayList<>();
    for (int order = 0; order < passedMicros.length; order++) {
      times.add(partition.spillTimes(order, rows));
    }
    try (LocalStore.Changes changes = store.change()) {
      for (int row = 0; row < rows.rows(); row++) {
        byte[] key = rowKey(keys, row);
        changes.put(
            key, Arrays.copyOfRange(values.data, values.offsets[row], values.offsets[row + 1]));
        for (int order = 0; order < times.size(); order++) {
          Optional<EventTimes> at = times.get(order);
          if (at.isPresent() && at.get().isKnown(row)) {
            byte[] entry = timePlace(order, at.get().micros()[row], key.length - PREFIX);
            System.arraycopy(key, PREFIX, entry, TIME_PREFIX, key.length - PREFIX);
            changes.put(entry, NOTHING);
          }
        }
      }
      changes.apply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void remove(Batch rows) {
    if (!isRestored) {
      partition.readBackGone(rows);
    }
    keyCodec.encode(rows.columns(), rows.rows(), keys);
    try (LocalStore.Changes changes = store.change()) {
      for (int row = 0; row < rows.rows(); row++) {
        changes.remove(rowKey(keys, row));
      }
      changes.apply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void restored() {
    isRestored = true;
    size = 0;
    try (LocalStore.Cursor cursor = store.scan(place(ROWS, 0))) {
      while (cursor.next()) {
        size++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Iterable<StateStore.Change> take() {
    List<Batch> removed = partition.removed();
    removed.forEach(this::remove);
    size += partition.addedCount() - partition.removedCount();
    Iterable<Batch> changed = partition.changed();
    return StateStore.Change.of(
        removed,
        () -> StreamSupport.stream(changed.spliterator(), false).peek(this::put).iterator());
  }

  /** Forgets the times that have come. */
  @Override
  public void committed() {
    for (int order = 0; order < passedMicros.length; order++) {
      if (passedMicros[order] != Long.MIN_VALUE) {
        try (LocalStore.Changes changes = store.change()) {
          changes.removeRange(
              timePlace(order, Long.MIN_VALUE, 0), timePlace(order, passedMicros[order] + 1, 0));
          changes.apply();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        passedMicros[order] = Long.MIN_VALUE;
      }
    }
  }

  /**
   * The rows whose time has come, as of the epoch before, a batch at a time; each goes in this
   * epoch, or has another time by now.
   */
  public Iterable<Batch> due(int order, long watermarkMillis) {
    long limit = Math.min(EventTimes.watermarkMicros(watermarkMillis), Long.MAX_VALUE - 1);
    if (limit <= reachedMicros[order]) {
      return List.of();
    }
    reachedMicros[order] = limit;
    passedMicros[order] = limit;
    byte[] from = timePlace(order, Long.MIN_VALUE, 0);
    byte[] to = timePlace(order, limit + 1, 0);
    return () -> new DueRows(order, open(() -> store.scan(from, to)));
  }

  @Override
  public Iterable<Batch> rows() {
    return () -> new StoredRows(open(() -> store.scan(place(ROWS, 0))));
  }

  @Override
  public Copy copy() {
    return new StoredRows(open(() -> store.scan(place(ROWS, 0))));
  }

  /** Rows of state that are made of entries, some thousand at a time. */
  private final class Building {
    private final List<ColumnBuilder> builders = new ArrayList<>();
    private final KeyReader reader = new KeyReader();
    int count;

    Building() {
      schema.fields().forEach(field -> builders.add(ColumnBuilder.of(field.type(), 256)));
    }

    void add(byte[] key, byte[] value) {
      reader.at(key, PREFIX);
      for (int i = 0; i < keyTypes.size(); i++) {
        reader.read(keyTypes.get(i), builders.get(i));
      }
      reader.at(value, 0);
      for (int i = 0; i < valueTypes.size(); i++) {
        reader.read(valueTypes.get(i), builders.get(keyTypes.size() + i));
      }
      count++;
    }

    Batch batch() {
      List<Column> columns = new ArrayList<>(builders.size());
      builders.forEach(builder -> columns.add(builder.build()));
      return new Batch(schema, columns, count);
    }
  }

  private final class StoredRows extends SpilledBatches {
    private final LocalStore.Entries cursor;

    StoredRows(LocalStore.Entries cursor) {
      super(cursor::close);
      this.cursor = cursor;
    }

    @Override
    @Nullable Batch some() throws IOException {
      Building rows = new Building();
      while (rows.count < Batch.TARGET_ROWS && cursor.next()) {
        rows.add(cursor.key(), cursor.value());
      }
      return rows.count == 0 ? null : rows.batch();
    }
  }

  private final class DueRows extends SpilledBatches {
    private final int order;
    private final LocalStore.Entries cursor;

    DueRows(int order, LocalStore.Entries cursor) {
      super(cursor::close);
      this.order = order;
      this.cursor = cursor;
    }

    @Override
    @Nullable Batch some() throws IOException {
      List<byte[]> wanted = new ArrayList<>();
      long[] micros = new long[Batch.TARGET_ROWS];
      while (wanted.size() < Batch.TARGET_ROWS && cursor.next()) {
        byte[] entry = cursor.key();
        micros[wanted.size()] = micros(entry);
        byte[] key = place(ROWS, entry.length - TIME_PREFIX);
        System.arraycopy(entry, TIME_PREFIX, key, PREFIX, entry.length - TIME_PREFIX);
        wanted.add(key);
      }
      if (wanted.isEmpty()) {
        return null;
      }
      Building rows = new Building();
      List<byte @Nullable []> stored = store.get(wanted);
      for (int i = 0; i < stored.size(); i++) {
        byte[] value = stored.get(i);
        if (value != null) {
          micros[rows.count] = micros[i];
          rows.add(wanted.get(i), value);
        }
      }
      return ofTimes(rows.batch(), micros);
    }

    /** Without the rows that have another time by now: what was found is an entry left behind. */
    private Batch ofTimes(Batch rows, long[] micros) {
      if (rows.rows() == 0) {
        return rows;
      }
      EventTimes times = partition.spillTimes(order, rows).orElseThrow();
      int[] kept = new int[rows.rows()];
      int count = 0;
      for (int row = 0; row < kept.length; row++) {
        if (times.isKnown(row) && times.micros()[row] == micros[row]) {
          kept[count++] = row;
        }
      }
      return count == kept.length ? rows : rows.select(kept, count);
    }
  }
}
