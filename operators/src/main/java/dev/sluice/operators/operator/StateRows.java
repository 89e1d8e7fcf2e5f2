package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.state.FileStateStore;
import dev.sluice.operators.state.OperatorMetadata;
import dev.sluice.operators.state.StateStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** The state of one operator as a checkpoint has it, for people; nothing is changed. */
public final class StateRows {
  private final List<OperatorMetadata> layouts;
  private final Schema schema;
  private final List<FileStateStore> stores;

  private StateRows(List<OperatorMetadata> layouts, Schema schema, List<FileStateStore> stores) {
    this.layouts = layouts;
    this.schema = schema;
    this.stores = stores;
  }

  /**
   * Of an operator that {@link OperatorMetadata#operators} names. Throws {@link
   * dev.sluice.operators.diagnostics.CheckpointException} if that is damaged.
   */
  public static StateRows of(FileStore files, String stateDirectory, int operator)
      throws IOException {
    List<OperatorMetadata> layouts = OperatorMetadata.readAll(files, stateDirectory, operator);
    if (layouts.isEmpty()) {
      throw CheckpointException.missing(
          stateDirectory + "/" + operator + "/_metadata/metadata", "there is a folder for it");
    }
    Schema schema = TypeParser.parseSchema(layouts.get(layouts.size() - 1).columns());
    return new StateRows(
        layouts, schema, OperatorState.stores(files, stateDirectory, layouts, schema, List.of()));
  }

  public OperatorMetadata metadata() {
    return layouts.get(layouts.size() - 1);
  }

  public Schema schema() {
    return schema;
  }

  /** How many rows there are at a version, without reading them; -1 if no file says it. */
  public long count(long version) throws IOException {
    long count = 0;
    for (FileStateStore store : stores) {
      long rows = store.rows(version);
      if (rows < 0) {
        return -1;
      }
      count += rows;
    }
    return count;
  }

  /** Throws if a version can no longer be read. */
  public void requireVersion(long version) throws IOException {
    for (FileStateStore store : stores) {
      store.requireVersion(version);
    }
  }

  /** Gives all rows of a version, partition by partition; one partition is in memory at a time. */
  public void read(long version, Consumer<Batch> into) throws IOException {
    for (FileStateStore store : stores) {
      Latest latest = new Latest();
      store.restore(version, latest);
      latest.give(into);
    }
  }

  /** Remembers where the last row of each key stands. */
  private final class Latest implements StateStore.Restorer {
    private final int width = metadata().keyColumns();
    private final KeyCodec codec =
        new KeyCodec(
            schema.fields().subList(0, width).stream().map(field -> field.type()).toList(), true);
    private final KeyBatch keys = new KeyBatch();
    private final GroupTable table = new GroupTable(codec);
    private final List<Batch> batches = new ArrayList<>();
    private long[] places = new long[64];

    @Override
    public void put(Batch rows) {
      codec.encode(rows.columns().subList(0, width), rows.rows(), keys);
      int[] slots = new int[rows.rows()];
      table.findOrAdd(keys, null, rows.rows(), slots);
      for (int row = 0; row < slots.length; row++) {
        if (slots[row] >= places.length) {
          places = Arrays.copyOf(places, Math.max(slots[row] + 1, places.length * 2));
        }
        places[slots[row]] = (long) batches.size() << 32 | row;
      }
      batches.add(rows);
    }

    @Override
    public void remove(Batch rows) {
      codec.encode(rows.columns(), rows.rows(), keys);
      int[] slots = table.findAll(keys, rows.rows());
      table.remove(slots, slots.length);
    }

    void give(Consumer<Batch> into) {
      int[] live = table.liveSlots();
      long[] order = new long[live.length];
      for (int i = 0; i < live.length; i++) {
        order[i] = places[live[i]];
      }
      Arrays.sort(order);
      int from = 0;
      while (from < order.length) {
        int batch = (int) (order[from] >>> 32);
        int to = from;
        while (to < order.length && (int) (order[to] >>> 32) == batch) {
          to++;
        }
        int[] rows = new int[to - from];
        for (int i = from; i < to; i++) {
          rows[i - from] = (int) order[i];
        }
        into.accept(batches.get(batch).select(rows, rows.length));
        from = to;
      }
    }
  }
}
