package dev.sluice.operators.spill;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.state.StateStore.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * All committed rows of one partition, beyond the heap: by key ({@link SpilledPages}), and by the
 * time at which they are over ({@link SpilledClock}). An epoch that outgrows the heap writes what
 * it has changed before it is committed ({@link #flush}); that is safe because all of it is made
 * anew from the checkpoint when an epoch has failed.
 *
 * <pre>
 * operator (2 bytes), partition (2), 'r', page (4)                rows
 * operator (2 bytes), partition (2), 't', second (8), number (8)  keys
 * operator (2 bytes), partition (2), 'x', second (8), number (8)  keys, by another clock
 * operator (2 bytes), partition (2), 'c', number (8)              changes of the epoch, to be logged
 * </pre>
 */
public final class SpilledRows implements SpilledState {
  private static final byte ROWS = 'r';
  private static final byte[] TIMES = {'t', 'x'};
  private static final byte LOG = 'c';

  private final Spillable owner;
  private final long heldBytes;
  private final int keyColumns;
  private final int clockCount;
  // How many columns beside those of a row tell of its entries by time.
  private final int hiddenCount;
  private final SpilledKeys keys;
  private final SpilledKeys asked;
  private final SpilledValues values;
  private final SpilledPages pages;
  private final List<SpilledClock> clocks = new ArrayList<>();
  private final SpilledLookup lookup;
  private final SpilledLog log;
  private long size;

  /** Makes the place for the rows of a partition, empty. */
  SpilledRows(SpillPlace place, Spillable owner) throws IOException {
    this.owner = owner;
    this.heldBytes = place.heldBytes();
    Schema schema = place.schema();
    this.keyColumns = place.keyColumns();
    this.clockCount = owner.clocks();
    this.hiddenCount = owner.timesMove() ? clockCount : 0;
    this.keys = new SpilledKeys(owner.spillCodec());
    this.asked = new SpilledKeys(owner.spillCodec());
    List<DataType> types =
        new ArrayList<>(schema.fields().stream().skip(keyColumns).map(Field::type).toList());
    types.addAll(Collections.nCopies(hiddenCount, AtomicType.TIMESTAMP));
    this.values = new SpilledValues(types);
    place.clear(ROWS, TIMES[0], TIMES[1], LOG);
    this.pages = new SpilledPages(place.store(), place.prefix(ROWS), keys.areNumbers());
    for (int clock = 0; clock < clockCount; clock++) {
      byte[] prefix = place.prefix(TIMES[clock]);
      clocks.add(new SpilledClock(new SpilledTimes(place.store(), prefix)));
    }
    this.lookup = new SpilledLookup(schema, pages, keys, values, heldBytes);
    Schema keySchema = schema.select(IntStream.range(0, keyColumns).toArray());
    this.log = new SpilledLog(place.store(), place.prefix(LOG), schema, keySchema);
  }

  /** How many bytes the partition may hold from one epoch to the next. */
  public long heldBytes() {
    return heldBytes;
  }

  /** What is held beside the partition's own for each of its slots. */
  public long memoryBytes() {
    return clocks.stream().mapToLong(SpilledClock::memoryBytes).sum();
  }

  /** The partition has forgotten all of its slots. */
  public void clearSlots() {
    clocks.forEach(SpilledClock::clearSlots);
  }

  @Override
  public long size() {
    return size;
  }

  // ---- asking for keys

  /** Receives what is there of some slots. */
  public interface Loaded {
    /** {@code keys} has those of {@code slots}; found positions are among these. */
    void take(int[] slots, KeyBatch keys, SpilledLookup.Found found);
  }

  /** Looks up the keys of slots of the owner's table, however many, each once. */
  public void load(int[] slots, Loaded into) {
    GroupTable table = owner.table();
    int[] ordered = pages.inOrder(table, slots, slots.length);
    try (SpilledPages.Reader reader = pages.reader()) {
      for (int from = 0; from < slots.length; from += Batch.TARGET_ROWS) {
        int to = Math.min(slots.length, from + Batch.TARGET_ROWS);
        int[] some = Arrays.copyOfRange(ordered, from, to);
        List<Column> columns = table.keys(some, 0, some.length);
        asked.encode(columns, some.length);
        SpilledLookup.Found found =
            lookup.find(reader, asked.data(), asked.offsets(), asked.hashes(), some.length);
        if (hiddenCount > 0) {
          hold(some, columns, found);
        }
        into.take(some, asked.batch(), found);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes the entries of slots that were asked for. */
  private void hold(int[] slots, List<Column> keysOfSlots, SpilledLookup.Found found) {
    int[] positions = found.positions();
    List<Column> columns = new ArrayList<>();
    keysOfSlots.forEach(key -> columns.add(key.select(positions, positions.length)));
    columns.addAll(found.values());
    Batch rows = new Batch(owner.stateSchema(), columns, positions.length);
    for (int c = 0; c < clockCount; c++) {
      for (int slot : slots) {
        clocks.get(c).hold(slot, SpilledClock.NEVER);
      }
      long[] entries = entries(c, rows, found.hidden());
      for (int i = 0; i < positions.length; i++) {
        clocks.get(c).hold(slots[positions[i]], entries[i]);
      }
    }
  }

  /** Notes the entries of rows that have come up, whose keys have got slots. */
  public void hold(int[] slots, Batch rows, List<Column> hidden) {
    for (int c = 0; c < clockCount; c++) {
      long[] entries = entries(c, rows, hidden);
      for (int i = 0; i < slots.length; i++) {
        clocks.get(c).hold(slots[i], entries[i]);
      }
    }
  }

  /** The entries of rows by one clock: at their time, unless the hidden column has another. */
  private long[] entries(int clock, Batch rows, List<Column> hidden) {
    EventTimes due = owner.times(clock, rows);
    long[] entries = new long[rows.rows()];
    for (int row = 0; row < entries.length; row++) {
      entries[row] = time(due, row);
    }
    if (hiddenCount > 0) {
      EventTimes other = EventTimes.of(hidden.get(clock));
      for (int row = 0; row < entries.length; row++) {
        entries[row] = other.isKnown(row) ? other.micros()[row] : entries[row];
      }
    }
    return entries;
  }

  private static long time(EventTimes of, int row) {
    return of.isKnown(row) ? of.micros()[row] : SpilledClock.NEVER;
  }

  // ---- writing

  /**
   * Takes rows that were changed or read back, each in the place of that of the same key. When they
   * are over is noted elsewhere.
   */
  @Override
  public void put(Batch rows) {
    encodeKeys(rows);
    Column unknown = ConstantColumn.of(AtomicType.TIMESTAMP, null, rows.rows());
    writePages(rows, Collections.nCopies(hiddenCount, unknown));
  }

  private void encodeKeys(Batch rows) {
    keys.encode(rows.columns().subList(0, keyColumns), rows.rows());
  }

  /** Takes rows whose keys are in {@link #keys}. */
  private void writePages(Batch rows, List<Column> hidden) {
    List<Column> columns =
        new ArrayList<>(rows.columns().subList(keyColumns, rows.columns().size()));
    columns.addAll(hidden);
    values.encode(columns, rows.rows());
    int[] hashes = keys.hashes();
    byte[] data = keys.data();
    int[] offsets = keys.offsets();
    try {
      for (int row = 0; row < rows.rows(); row++) {
        pages.put(
            hashes[row],
            data,
            offsets[row],
            offsets[row + 1],
            values.data(),
            values.start(row),
            values.length(row));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds entries of rows whose keys are in {@link #keys}. */
  private void addTimes(int clock, Batch rows) throws IOException {
    EventTimes over = owner.times(clock, rows);
    for (int row = 0; row < rows.rows(); row++) {
      addTime(clock, over, row);
    }
  }

  private void addTime(int clock, EventTimes over, int row) throws IOException {
    if (over.isKnown(row)) {
      int[] offsets = keys.offsets();
      clocks.get(clock).add(over.micros()[row], keys.data(), offsets[row], offsets[row + 1]);
    }
  }

  /**
   * Notes when keys are over, of an owner whose {@link Spillable#timesStay times stay}: once, when
   * they come.
   */
  public void over(KeyBatch batch, int[] rows, int count, EventTimes over) {
    keys.take(batch);
    try {
      for (int i = 0; i < count; i++) {
        addTime(0, over, rows[i]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the rows of some slots of the owner, and sees to their entries by time. */
  private Batch write(int[] slots, int from, int to) {
    Batch rows = owner.rows(slots, from, to);
    encodeKeys(rows);
    try {
      List<Column> hidden = new ArrayList<>(hiddenCount);
      for (int clock = 0; clock < hiddenCount; clock++) {
        hidden.add(ensureTimes(clock, rows, slots, from));
      }
      for (int clock = 0; clock < clockCount && hiddenCount == 0; clock++) {
        if (!owner.timesStay()) {
          addTimes(clock, rows);
        }
      }
      writePages(rows, hidden);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** The entries where they are not at the time of the row. */
  private Column ensureTimes(int clock, Batch rows, int[] slots, int from) throws IOException {
    EventTimes due = owner.times(clock, rows);
    int count = rows.rows();
    long[] entries = new long[count];
    boolean[] unknown = new boolean[count];
    int[] offsets = keys.offsets();
    for (int row = 0; row < count; row++) {
      long time = time(due, row);
      entries[row] =
          clocks
              .get(clock)
              .ensure(slots[from + row], time, keys.data(), offsets[row], offsets[row + 1]);
      unknown[row] = entries[row] == time;
    }
    return new LongColumn(AtomicType.TIMESTAMP, entries, Validity.ofNulls(unknown, count), count);
  }

  @Override
  public void remove(Batch rows) {
    encodeKeys(rows);
    int[] offsets = keys.offsets();
    try {
      for (int row = 0; row < rows.rows(); row++) {
        pages.remove(keys.hashes()[row], keys.data(), offsets[row], offsets[row + 1]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Counts the rows, and notes when each is over: once, however often it was read back. */
  @Override
  public void restored() {
    size = 0;
    try {
      try (SpilledBatches all = lookup.all()) {
        for (Batch rows : all) {
          size += rows.rows();
          encodeKeys(rows);
          for (int clock = 0; clock < clockCount; clock++) {
            addTimes(clock, rows);
          }
        }
      }
      release();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void release() throws IOException {
    pages.release();
    for (SpilledClock clock : clocks) {
      clock.release();
    }
  }

  // ---- epochs

  /** Removes what is gone, and gives what is to be logged; rows are written when they are taken. */
  private Iterable<Change> changes() {
    List<Batch> removed = owner.removed();
    long gone = 0;
    for (Batch batch : removed) {
      remove(batch);
      gone += batch.rows();
    }
    size += owner.addedCount() - gone;
    int[] changed = owner.changedSlots();
    int[] slots = pages.inOrder(owner.table(), changed, changed.length);
    return Change.of(removed, SlotBatches.of(slots, this::write));
  }

  /**
   * Takes what the owner has changed, in the middle of an epoch: afterwards it may forget all of
   * it, and ask for it again.
   */
  public void flush() {
    try {
      for (Change change : changes()) {
        log.add(change);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Iterable<Change> take() {
    Iterable<Change> before = log.changes();
    Iterable<Change> last = changes();
    return () -> Stream.concat(stream(before), stream(last)).iterator();
  }

  private static Stream<Change> stream(Iterable<Change> changes) {
    return StreamSupport.stream(changes.spliterator(), false);
  }

  /** Forgets what is over. */
  @Override
  public void committed() {
    try {
      pages.release();
      log.clear();
      for (SpilledClock clock : clocks) {
        clock.committed();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the rows of slots that have come up before their time, for that time. */
  public void again(int[] slots) {
    if (slots.length > 0) {
      write(slots, 0, slots.length);
    }
  }

  /**
   * The rows whose time has come, a batch at a time, of an owner whose times do not move; each goes
   * in this epoch.
   */
  public Iterable<Batch> due(long watermarkMillis) {
    if (clockCount == 0 || !clocks.get(0).anyUpTo(watermarkMillis)) {
      return List.of();
    }
    return () -> {
      SpilledReading<SpilledLookup.Timed> pieces = pieces(0, entries(0, watermarkMillis));
      return new SpilledBatches(pieces::close) {
        @Override
        @Nullable Batch some() {
          return pieces.hasNext() ? pieces.next().rows() : null;
        }
      };
    };
  }

  /**
   * The rows whose entry has come by a clock, a piece at a time, as they are when they are asked
   * for: due, or written for a later time since. The entries go in this epoch.
   */
  public Iterable<SpilledLookup.Timed> come(int clock, long millis) {
    if (!clocks.get(clock).anyUpTo(millis)) {
      return List.of();
    }
    return () -> pieces(clock, entries(clock, millis));
  }

  private SpilledTimes.Entries entries(int clock, long millis) {
    try {
      return clocks.get(clock).come(millis);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SpilledReading<SpilledLookup.Timed> pieces(int clock, SpilledTimes.Entries entries) {
    SpilledReading<SpilledLookup.Timed> all = lookup.timed(entries);
    return new SpilledReading<>(all::close) {
      @Override
      SpilledLookup.@Nullable Timed read() throws IOException {
        SpilledLookup.Timed read = all.read();
        return read == null ? null : present(clock, read);
      }
    };
  }

  /** Without rows that have another entry by now, such as those of a key that came anew. */
  private SpilledLookup.Timed present(int clock, SpilledLookup.Timed read) {
    long[] entries = entries(clock, read.rows(), read.hidden());
    int[] kept =
        IntStream.range(0, entries.length)
            .filter(row -> entries[row] == read.micros()[row])
            .toArray();
    return kept.length == entries.length ? read : read.select(kept, kept.length);
  }

  /** Whether a row is there whose awaited time has come; between epochs. */
  public boolean anyDue(long millis) {
    if (clockCount == 0 || !clocks.get(0).anyNews(millis)) {
      return false;
    }
    long limit = EventTimes.watermarkMicros(millis);
    try (SpilledReading<SpilledLookup.Timed> all = pieces(0, clocks.get(0).news(millis))) {
      while (all.hasNext()) {
        Batch rows = all.next().rows();
        EventTimes over = owner.awaitedTimes(rows);
        for (int row = 0; row < rows.rows(); row++) {
          if (over.isKnown(row) && over.micros()[row] <= limit) {
            return true;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    clocks.get(0).noneDue(millis);
    return false;
  }

  /** As they are when they are first asked for. */
  @Override
  public Iterable<Batch> rows() {
    return this::all;
  }

  @Override
  public Copy copy() {
    return all();
  }

  private SpilledBatches all() {
    try {
      return lookup.all();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
