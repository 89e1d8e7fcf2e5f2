package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.IntList;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.spill.Spillable;
import dev.sluice.operators.spill.SpilledRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys seen so far that hash to one partition. */
final class DeduplicatePartition implements Spillable {
  private final DeduplicatePlan plan;
  private final KeyCodec codec;
  private final KeyBatch keys = new KeyBatch();
  private GroupTable table;
  private Expiry expiry = new Expiry();
  private final IntList added = new IntList();
  private final RemovedKeys removed;
  private @Nullable SpilledRows spilled;
  // The slots of keys that are not there, whose first row has not come up yet.
  private final BitSet unknown = new BitSet();

  DeduplicatePartition(DeduplicatePlan plan) {
    this.plan = plan;
    this.codec = plan.codec();
    this.table = new GroupTable(codec);
    this.removed = new RemovedKeys(plan.keySchema);
  }

  /** Whether the key of a row is in the heap. */
  boolean contains(KeyBatch asked, int row) {
    return table.contains(asked, row);
  }

  void begin() {
    added.clear();
    removed.clear();
    if (spilled != null && table.memoryBytes() > spilled.heldBytes()) {
      table = new GroupTable(codec);
      expiry = new Expiry();
    }
  }

  /**
   * Looks up beyond the heap the keys of rows that {@link #addNew} is going to be given, all at
   * once.
   */
  void load(List<Batch> rows) {
    if (spilled == null) {
      return;
    }
    IntList absent = new IntList();
    for (Batch batch : rows) {
      codec.encode(plan.keys(batch), batch.rows(), keys);
      table.addNew(keys, batch.rows(), absent);
    }
    int[] fresh = absent.toArray();
    for (int slot : fresh) {
      unknown.set(slot);
    }
    spilled.load(
        fresh,
        (slots, asked, found) -> {
          int[] known = found.among(slots);
          for (int slot : known) {
            unknown.clear(slot);
          }
          schedule(known, known.length, found.values());
        });
  }

  /** The rows whose keys are new, the first of each; their keys are known from now on. */
  Batch addNew(Batch rows) {
    int count = rows.rows();
    codec.encode(plan.keys(rows), count, keys);
    int[] first = new int[count];
    int[] slots = new int[count];
    int fresh =
        spilled == null ? table.addNew(keys, count, first, slots) : firstOf(count, first, slots);
    Batch kept = fresh == count ? rows : rows.select(first, fresh);
    if (plan.expires() && fresh > 0) {
      expiry.put(slots, 0, fresh, plan.expiry(kept));
    }
    added.addAll(slots, fresh);
    return kept;
  }

  /** The rows whose keys have been looked up and are nowhere, each once. */
  private int firstOf(int count, int[] rows, int[] slots) {
    int[] all = new int[count];
    table.find(keys, count, all);
    int fresh = 0;
    for (int row = 0; row < count; row++) {
      if (unknown.get(all[row])) {
        unknown.clear(all[row]);
        rows[fresh] = row;
        slots[fresh++] = all[row];
      }
    }
    return fresh;
  }

  private void schedule(int[] slots, int count, List<Column> values) {
    if (plan.expires()) {
      List<Column> state = new ArrayList<>(table.keys(slots, 0, count));
      state.addAll(values);
      expiry.put(slots, 0, count, plan.storedExpiry(state));
    }
  }

  @Override
  public KeyCodec spillCodec() {
    return codec;
  }

  @Override
  public Schema stateSchema() {
    return plan.stateSchema;
  }

  @Override
  public GroupTable table() {
    return table;
  }

  @Override
  public int clocks() {
    return plan.expires() ? 1 : 0;
  }

  @Override
  public EventTimes times(int clock, Batch rows) {
    return plan.storedExpiry(rows.columns());
  }

  @Override
  public void spillTo(SpilledRows rows) {
    spilled = rows;
  }

  @Override
  public long addedCount() {
    return added.size();
  }

  /** The slots of those of the rows that were not in the heap, which they are now. */
  private int[] loadDue(Batch rows) {
    int width = plan.keyTypes.size();
    codec.encode(rows.columns().subList(0, width), rows.rows(), keys);
    int[] newRows = new int[rows.rows()];
    int[] newSlots = new int[rows.rows()];
    return Arrays.copyOf(newSlots, table.addNew(keys, rows.rows(), newRows, newSlots));
  }

  /** Forgets the keys that a watermark has passed. */
  void forget(long watermarkMillis) {
    if (!plan.expires()) {
      return;
    }
    if (spilled != null) {
      for (Batch rows : spilled.due(watermarkMillis)) {
        forget(loadDue(rows));
      }
    }
    forget(expiry.due(table, watermarkMillis));
  }

  private void forget(int[] due) {
    removed.add(due, due.length, table::keys);
    table.remove(due, due.length);
  }

  /** The keys that came in this epoch and are still there. */
  @Override
  public int[] changedSlots() {
    return added.where(table::isLive);
  }

  @Override
  public List<Batch> removed() {
    return removed.batches();
  }

  @Override
  public long size() {
    return spilled == null ? table.size() : spilled.size();
  }

  @Override
  public long changedCount() {
    return added.size();
  }

  @Override
  public long removedCount() {
    return removed.count();
  }

  @Override
  public long memoryBytes() {
    return table.memoryBytes();
  }

  @Override
  public Batch rows(int[] slots, int from, int to) {
    List<Column> columns = new ArrayList<>(table.keys(slots, from, to));
    if (plan.node.withinWatermark()) {
      long[] at = new long[to - from];
      for (int i = from; i < to; i++) {
        at[i - from] = expiry.at(slots[i]);
      }
      columns.add(new LongColumn(AtomicType.BIGINT, at, Validity.ALL, at.length));
    }
    return new Batch(plan.stateSchema, columns, to - from);
  }

  @Override
  public void put(Batch rows) {
    int[] slots = new int[rows.rows()];
    codec.encode(rows.columns().subList(0, plan.keyTypes.size()), rows.rows(), keys);
    table.findOrAdd(keys, null, rows.rows(), slots);
    if (plan.expires()) {
      expiry.put(slots, 0, slots.length, plan.storedExpiry(rows.columns()));
    }
  }

  @Override
  public void remove(Batch rows) {
    codec.encode(rows.columns(), rows.rows(), keys);
    int[] known = table.findAll(keys, rows.rows());
    table.remove(known, known.length);
  }
}
