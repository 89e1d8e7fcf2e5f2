package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.ValueHash;
import dev.sluice.operators.data.ValueOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code mode}: the value that came most often. State: all values that are not null. */
final class ModeAccumulator extends SlotAccumulator {
  /** Which of several equally frequent values wins. */
  enum Tie {
    ANY,
    LEAST,
    LARGEST
  }

  private final DataType type;
  private final Tie tie;
  private final ValueOrder order;
  private ElementStore store;

  ModeAccumulator(DataType type, Tie tie) {
    this.type = type;
    this.tie = tie;
    this.order = ValueOrder.of(type);
    this.store = new ElementStore(type);
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
        store.add(slots[i], column, i);
      }
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    ArrayColumn arrays = (ArrayColumn) state.get(0).flatten();
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < arrays.lengths()[i]; k++) {
        store.add(slots[i], arrays.elements(), arrays.starts()[i] + k);
      }
    }
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    store.seal();
    ArrayBuilder arrays = (ArrayBuilder) ColumnBuilder.of(new ArrayType(type, false), count);
    for (int i = 0; i < count; i++) {
      for (int e = store.head(slots[i]); e >= 0; e = store.next(e)) {
        store.appendTo(arrays.elements(), e);
      }
      arrays.endArray();
    }
    return List.of(arrays.build());
  }

  @Override
  public Column result(int[] slots, int count) {
    store.seal();
    ColumnBuilder out = ColumnBuilder.of(type, count);
    for (int i = 0; i < count; i++) {
      int best = mode(slots[i]);
      if (best < 0) {
        out.appendNull();
      } else {
        store.appendTo(out, best);
      }
    }
    return out.build();
  }

  /** A value as a key of a map. */
  private record Value(ModeAccumulator owner, int element) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Value value && owner.compare(element, value.element) == 0;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(ValueHash.of(owner.store.column(element), owner.store.row(element)));
    }
  }

  private int compare(int a, int b) {
    return order.compare(store.column(a), store.row(a), store.column(b), store.row(b));
  }

  private int mode(int slot) {
    Map<Value, Integer> counts = new LinkedHashMap<>();
    int best = -1;
    int most = 0;
    for (int e = store.head(slot); e >= 0; e = store.next(e)) {
      counts.merge(new Value(this, e), 1, Integer::sum);
    }
    for (int e = store.head(slot); e >= 0; e = store.next(e)) {
      int count = counts.getOrDefault(new Value(this, e), 0);
      if (count > most || (count == most && wins(e, best))) {
        best = e;
        most = count;
      }
    }
    return tie == Tie.ANY && OpenHashOrder.knows(type) ? firstOf(counts, most, best) : best;
  }

  /** Of the values that came so often, the one that Spark finds first. */
  private int firstOf(Map<Value, Integer> counts, int most, int found) {
    int often = 0;
    for (int count : counts.values()) {
      often += count == most ? 1 : 0;
    }
    if (often < 2) {
      return found;
    }
    int[] elements = counts.keySet().stream().mapToInt(Value::element).toArray();
    int[] hashes = new int[elements.length];
    for (int i = 0; i < elements.length; i++) {
      Column column = store.column(elements[i]);
      hashes[i] = OpenHashOrder.hash(column.flatten(), store.row(elements[i]));
    }
    for (int position : OpenHashOrder.order(hashes)) {
      if (counts.getOrDefault(new Value(this, elements[position]), 0) == most) {
        return elements[position];
      }
    }
    return found;
  }

  private boolean wins(int challenger, int holder) {
    return switch (tie) {
      case ANY -> false;
      case LEAST -> compare(challenger, holder) < 0;
      case LARGEST -> compare(challenger, holder) > 0;
    };
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      store.clear(slots[i]);
    }
    if (store.wasteful()) {
      store = store.compacted();
    }
  }

  @Override
  public long memoryBytes() {
    return store.memoryBytes();
  }
}
