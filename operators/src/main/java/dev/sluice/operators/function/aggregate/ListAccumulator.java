package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.function.FunctionCall;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** {@code listagg}: values and the keys that sort them. State: an array of each. */
final class ListAccumulator extends SlotAccumulator {
  private final DataType type;
  private final byte[] delimiter;
  private final List<FunctionCall.OrderKey> keys;
  private final List<ValueOrder> orders = new ArrayList<>();
  private final List<DataType> types = new ArrayList<>();
  // The values, then the keys; all get the same elements, so that these have the same numbers.
  private final List<ElementStore> stores = new ArrayList<>();

  ListAccumulator(DataType type, byte[] delimiter, List<FunctionCall.OrderKey> keys) {
    this.type = type;
    this.delimiter = delimiter.clone();
    this.keys = keys;
    types.add(type);
    for (FunctionCall.OrderKey key : keys) {
      types.add(key.expression().type());
      orders.add(ValueOrder.of(key.expression().type()));
    }
    types.forEach(each -> stores.add(new ElementStore(each)));
  }

  @Override
  void resize(int slots) {
    stores.forEach(store -> store.resize(slots));
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    FlatColumn values = arguments.get(0).flatten();
    for (int i = 0; i < rows; i++) {
      if (!values.isNull(i)) {
        for (int c = 0; c < stores.size(); c++) {
          stores.get(c).add(slots[i], arguments.get(c), i);
        }
      }
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    for (int c = 0; c < stores.size(); c++) {
      ArrayColumn arrays = (ArrayColumn) state.get(c).flatten();
      for (int i = 0; i < rows; i++) {
        for (int k = 0; k < arrays.lengths()[i]; k++) {
          stores.get(c).add(slots[i], arrays.elements(), arrays.starts()[i] + k);
        }
      }
    }
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < stores.size(); c++) {
      ElementStore store = stores.get(c);
      store.seal();
      ArrayBuilder arrays =
          (ArrayBuilder) ColumnBuilder.of(new ArrayType(types.get(c), true), count);
      for (int i = 0; i < count; i++) {
        for (int e = store.head(slots[i]); e >= 0; e = store.next(e)) {
          store.appendTo(arrays.elements(), e);
        }
        arrays.endArray();
      }
      columns.add(arrays.build());
    }
    return columns;
  }

  @Override
  public Column result(int[] slots, int count) {
    stores.forEach(ElementStore::seal);
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(type, count);
    for (int i = 0; i < count; i++) {
      if (stores.get(0).count(slots[i]) == 0) {
        out.appendNull();
      } else {
        out.append(listed(slots[i]));
      }
    }
    return out.build();
  }

  private byte[] listed(int slot) {
    ElementStore values = stores.get(0);
    List<Integer> elements = new ArrayList<>(values.count(slot));
    for (int e = values.head(slot); e >= 0; e = values.next(e)) {
      elements.add(e);
    }
    if (!keys.isEmpty()) {
      elements.sort(this::compare);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean first = true;
    for (int e : elements) {
      if (!first) {
        out.write(delimiter, 0, delimiter.length);
      }
      first = false;
      BytesColumn bytes = (BytesColumn) values.column(e);
      int row = values.row(e);
      out.write(bytes.data(), bytes.starts()[row], bytes.lengths()[row]);
    }
    return out.toByteArray();
  }

  private int compare(int a, int b) {
    for (int k = 0; k < keys.size(); k++) {
      ElementStore store = stores.get(k + 1);
      FlatColumn left = store.column(a);
      FlatColumn right = store.column(b);
      boolean leftNull = left.isNull(store.row(a));
      boolean rightNull = right.isNull(store.row(b));
      int order;
      if (leftNull || rightNull) {
        order = Boolean.compare(rightNull, leftNull) * (keys.get(k).nullsFirst() ? 1 : -1);
      } else {
        order =
            orders.get(k).compare(left, store.row(a), right, store.row(b))
                * (keys.get(k).ascending() ? 1 : -1);
      }
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @Override
  public void clear(int[] slots, int count) {
    for (ElementStore store : stores) {
      for (int i = 0; i < count; i++) {
        store.clear(slots[i]);
      }
    }
    // All count the same, so that all are wasteful at once.
    if (stores.get(0).wasteful()) {
      stores.replaceAll(ElementStore::compacted);
    }
  }

  @Override
  public long memoryBytes() {
    return stores.stream().mapToLong(ElementStore::memoryBytes).sum();
  }
}
