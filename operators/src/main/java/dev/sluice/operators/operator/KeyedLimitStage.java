package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.plan.Rel;
import java.util.Arrays;
import java.util.List;

/** The first rows of each group, by the columns in front, in the order of the input. */
final class KeyedLimitStage implements Stage {
  private final Rel.Limit node;
  private final Outputs out;
  private final CollectedRows rows;
  private final List<DataType> types;

  KeyedLimitStage(Rel.Limit node, int workers, Outputs out) {
    this.node = node;
    this.out = out;
    this.rows = new CollectedRows(workers);
    this.types =
        node.schema().fields().subList(0, node.perKeys()).stream().map(Field::type).toList();
  }

  @Override
  public void begin(Epoch epoch) {
    rows.clear();
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    if (input.rows() > 0) {
      rows.add(worker, input);
    }
  }

  @Override
  public void flush(WorkerContext worker) {}

  @Override
  public void emit(WorkerContext worker) {
    if (worker.index != 0) {
      return;
    }
    worker.order = 0;
    KeyCodec codec = new KeyCodec(types);
    GroupTable groups = new GroupTable(codec);
    KeyBatch keys = new KeyBatch();
    long[] seen = new long[16];
    for (Batch batch : rows.inOrder()) {
      List<Column> values = batch.columns().subList(0, node.perKeys());
      codec.encode(values, batch.rows(), keys);
      int[] slots = new int[batch.rows()];
      groups.findOrAdd(keys, null, batch.rows(), slots);
      if (groups.slots() > seen.length) {
        seen = Arrays.copyOf(seen, Math.max(groups.slots(), seen.length * 2));
      }
      int[] kept = new int[batch.rows()];
      int count = 0;
      for (int row = 0; row < batch.rows(); row++) {
        long place = seen[slots[row]]++ - node.skip();
        if (place >= 0 && place < node.count()) {
          kept[count++] = row;
        }
      }
      if (count > 0) {
        out.emit(batch.select(kept, count));
      }
    }
    rows.clear();
  }
}
