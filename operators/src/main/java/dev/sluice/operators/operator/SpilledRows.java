package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * All committed rows of one partition, beyond the heap: by key ({@link SpilledPages}), and by the
 * time at which they are over ({@link SpilledTimes}).
 *
 * <pre>
 * operator (2 bytes), partition (2), 'r', page (4)                rows
 * operator (2 bytes), partition (2), 't', second (8), number (8)  keys
 * operator (2 bytes), partition (2), 'x', second (8), number (8)  keys, by another clock
 * </pre>
 *
 * A row that goes may leave its entry by time behind, until that time has come.
 */
final class SpilledRows implements SpilledState {
  private static final byte ROWS = 'r';
  private static final byte TIMES = 't';
  private static final byte EXPIRIES = 'x';

  private final Spillable owner;
  private final long heldBytes;
  private final int keyColumns;
  private final SpilledKeys keys;
  private final SpilledKeys asked;
  private final SpilledValues values;
  private final SpilledPages pages;
  private final SpilledTimes times;
  private final SpilledTimes expiries;
  private final SpilledLookup lookup;
  private long size;
  // Entries by time up to here are of no use once the epoch is committed.
  private long passedMicros = Long.MIN_VALUE;
  // No entry by time up to here is left.
  private long reachedMicros = Long.MIN_VALUE;
  // Entries by time up to here are of rows that have another time by now.
  private long staleMicros = Long.MIN_VALUE;
  // As passedMicros, of expiries.
  private long expiredMicros = Long.MIN_VALUE;

  /** Makes the place for the rows of a partition, empty. */
  SpilledRows(SpillPlace place, Spillable owner) throws IOException {
    this.owner = owner;
    this.heldBytes = place.heldBytes();
    Schema schema = place.shape().schema();
    this.keyColumns = place.shape().keyColumns();
    this.keys = new SpilledKeys(owner.spillCodec());
    this.asked = new SpilledKeys(owner.spillCodec());
    this.values =
        new SpilledValues(schema.fields().stream().skip(keyColumns).map(Field::type).toList());
    place.clear(ROWS, TIMES, EXPIRIES);
    this.pages = new SpilledPages(place.store(), place.prefix(ROWS), keys.areNumbers());
    this.times = new SpilledTimes(place.store(), place.prefix(TIMES));
    this.expiries = new SpilledTimes(place.store(), place.prefix(EXPIRIES));
    this.lookup = new SpilledLookup(schema, pages, keys, values);
  }

  /** How many bytes the partition may hold from one epoch to the next. */
  long heldBytes() {
    return heldBytes;
  }

  @Override
  public long size() {
    return size;
  }

  /** Receives what is there of some slots. */
  interface Loaded {
    /** {@code keys} has those of {@code slots}; found positions are among these. */
    void take(int[] slots, KeyBatch keys, SpilledLookup.Found found);
  }

  /** Looks up the keys of slots of a table, however many, each once. */
  void load(GroupTable table, int[] slots, int count, Loaded into) {
    int[] ordered = pages.inOrder(table, slots, count);
    try (SpilledPages.Reader reader = pages.reader()) {
      for (int from = 0; from < count; from += Batch.TARGET_ROWS) {
        int to = Math.min(count, from + Batch.TARGET_ROWS);
        asked.encode(table.keys(ordered, from, to), to - from);
        SpilledLookup.Found found =
            lookup.find(reader, asked.data(), asked.offsets(), asked.hashes(), to - from);
        into.take(Arrays.copyOfRange(ordered, from, to), asked.batch(), found);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The slots of a table in the order in which they are written fastest. */
  int[] inOrder(GroupTable table, int[] slots, int count) {
    return pages.inOrder(table, slots, count);
  }

  /**
   * Takes rows that were changed or read back, each in the place of that of the same key. When they
   * are over is noted elsewhere.
   */
  @Override
  public void put(Batch rows) {
    keys.encode(rows.columns().subList(0, keyColumns), rows.rows());
    values.encode(rows.columns().subList(keyColumns, rows.columns().size()), rows.rows());
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

  /** Notes times of rows whose keys are in {@link #keys}. */
  private void addTimes(SpilledTimes into, Optional<EventTimes> over, int rows) throws IOException {
    if (over.isPresent()) {
      for (int row = 0; row < rows; row++) {
        addTime(into, over.get(), row);
      }
    }
  }

  private void addTime(SpilledTimes into, EventTimes over, int row) throws IOException {
    if (over.isKnown(row)) {
      int[] offsets = keys.offsets();
      into.add(over.micros()[row], keys.data(), offsets[row], offsets[row + 1]);
    }
  }

  /**
   * Notes when keys are over, of an owner whose {@link Spillable#timesStay times stay}: once, when
   * they come.
   */
  void over(KeyBatch batch, int[] rows, int count, EventTimes over) {
    keys.take(batch);
    try {
      for (int i = 0; i < count; i++) {
        addTime(times, over, rows[i]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void remove(Batch rows) {
    keys.encode(rows.columns(), rows.rows());
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
          keys.encode(rows.columns().subList(0, keyColumns), rows.rows());
          addTimes(times, owner.spillTimes(rows), rows.rows());
          addTimes(expiries, owner.expiryTimes(rows), rows.rows());
        }
      }
      pages.release();
      times.release();
      expiries.release();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void commit(Batch rows) {
    put(rows);
    try {
      if (!owner.timesStay()) {
        addTimes(times, owner.spillTimes(rows), rows.rows());
      }
      addTimes(expiries, owner.expiryTimes(rows), rows.rows());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
      expiries.release();
      if (passedMicros != Long.MIN_VALUE) {
        times.forget(passedMicros);
        passedMicros = Long.MIN_VALUE;
      }
      if (expiredMicros != Long.MIN_VALUE) {
        expiries.forget(expiredMicros);
        expiredMicros = Long.MIN_VALUE;
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
    return () -> lookup.of(between(times, Long.MIN_VALUE, limit));
  }

  /** The rows that are gone by the clock of batches, a batch at a time, and others that were. */
  Iterable<Batch> expired(long nowMillis) {
    long limit = nowMillis * 1000;
    expiredMicros = limit;
    return () -> lookup.of(between(expiries, Long.MIN_VALUE, limit));
  }

  /** Whether {@link #due} would give a row whose awaited time has come; between epochs. */
  boolean anyDue(long millis) {
    long limit = Math.min(EventTimes.watermarkMicros(millis), Long.MAX_VALUE - 1);
    if (limit <= Math.max(reachedMicros, staleMicros)) {
      return false;
    }
    boolean any = false;
    // To the end, which closes the cursor.
    for (Iterator<Batch> all = lookup.of(between(times, staleMicros, limit)); all.hasNext(); ) {
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

  private static SpilledTimes.Entries between(SpilledTimes of, long from, long to) {
    try {
      return of.between(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
