package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.ValueHash;
import dev.sluice.operators.data.ValueOrder;
import java.util.Arrays;
import java.util.List;

/**
 * All values that are not null, in input order; for {@code collect_set} each one once, given in the
 * order of Spark's sets. The state is the array in input order.
 */
final class CollectAccumulator extends SlotAccumulator {
  private final DataType element;
  private final boolean distinct;
  private final ValueOrder order;
  private ElementStore store;
  // collect_set: an open-addressing table of element numbers + 1, and which slot each element is
  // of.
  private int[] table = new int[0];
  private long[] hashes = new long[0];
  private int[] owners = new int[0];
  private int used;

  CollectAccumulator(DataType element, boolean distinct) {
    this.element = element;
    this.distinct = distinct;
    this.order = ValueOrder.of(element);
    this.store = new ElementStore(element);
  }

  @Override
  void resize(int slots) {
    store.resize(slots);
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    Column column = arguments.get(0).flatten();
    for (int i = 0; i < rows; i++) {
      if (!column.isNull(i)) {
        put(slots[i], column, i);
      }
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    ArrayColumn arrays = (ArrayColumn) state.get(0).flatten();
    for (int i = 0; i < rows; i++) {
      int end = arrays.starts()[i] + arrays.lengths()[i];
      for (int k = arrays.starts()[i]; k < end; k++) {
        put(slots[i], arrays.elements(), k);
      }
    }
  }

  private void put(int slot, Column column, int row) {
    if (!distinct) {
      store.add(slot, column, row);
      return;
    }
    if (used * 2 >= table.length) {
      rehash(Math.max(64, table.length * 2));
    }
    long hash = ValueHash.of(column, row) + ValueHash.mix(slot);
    int mask = table.length - 1;
    int at = (int) hash & mask;
    for (; table[at] != 0; at = (at + 1) & mask) {
      int other = table[at] - 1;
      if (hashes[other] == hash && owners[other] == slot && same(other, column, row)) {
        return;
      }
    }
    int added = store.add(slot, column, row);
    own(added, slot, hash);
    table[at] = added + 1;
    used++;
  }

  private boolean same(int element, Column column, int row) {
    if (store.isOpen(element)) {
      store.seal();
    }
    return order.compare(store.column(element), store.row(element), column, row) == 0;
  }

  private void own(int element, int slot, long hash) {
    if (element >= owners.length) {
      int grown = Math.max(64, element + (element >> 1) + 1);
      owners = Arrays.copyOf(owners, grown);
      hashes = Arrays.copyOf(hashes, grown);
    }
    owners[element] = slot;
    hashes[element] = hash;
  }

  private void rehash(int capacity) {
    int[] old = table;
    table = new int[capacity];
    for (int entry : old) {
      if (entry != 0) {
        enter(entry);
      }
    }
  }

  private void enter(int entry) {
    int mask = table.length - 1;
    int at = (int) hashes[entry - 1] & mask;
    while (table[at] != 0) {
      at = (at + 1) & mask;
    }
    table[at] = entry;
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    return List.of(arrays(slots, count, false));
  }

  @Override
  public Column result(int[] slots, int count) {
    return arrays(slots, count, distinct && ScalaSetOrder.knows(element));
  }

  private Column arrays(int[] slots, int count, boolean asScalaSet) {
    store.seal();
    ArrayBuilder arrays = (ArrayBuilder) ColumnBuilder.of(new ArrayType(element, false), count);
    for (int i = 0; i < count; i++) {
      if (asScalaSet) {
        appendSet(arrays.elements(), slots[i]);
      } else {
        for (int e = store.head(slots[i]); e >= 0; e = store.next(e)) {
          store.appendTo(arrays.elements(), e);
        }
      }
      arrays.endArray();
    }
    return arrays.build();
  }

  private void appendSet(ColumnBuilder out, int slot) {
    int[] elements = new int[store.count(slot)];
    int[] setHashes = new int[elements.length];
    int count = 0;
    for (int e = store.head(slot); e >= 0; e = store.next(e)) {
      elements[count] = e;
      setHashes[count++] = ScalaSetOrder.hash(store.column(e), store.row(e));
    }
    for (int position : ScalaSetOrder.order(setHashes)) {
      store.appendTo(out, elements[position]);
    }
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      disown(slots[i]);
      store.clear(slots[i]);
    }
    if (store.wasteful()) {
      compact();
    }
  }

  /** Elements of a cleared slot stay in the table as tombstones that no slot owns. */
  private void disown(int slot) {
    if (distinct) {
      for (int e = store.head(slot); e >= 0; e = store.next(e)) {
        owners[e] = -1;
      }
    }
  }

  private void compact() {
    store = store.compacted();
    if (!distinct) {
      return;
    }
    Arrays.fill(table, 0);
    used = 0;
    store.seal();
    for (int slot = 0; slot < capacity(); slot++) {
      for (int e = store.head(slot); e >= 0; e = store.next(e)) {
        FlatColumn column = store.column(e);
        own(e, slot, ValueHash.of(column, store.row(e)) + ValueHash.mix(slot));
        enter(e + 1);
        used++;
      }
    }
  }

  @Override
  public long memoryBytes() {
    return store.memoryBytes() + table.length * 4L + owners.length * 12L;
  }
}
