package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of the build side of a join: flat columns, and a hash table from keys to chains of rows.
 * Any number of probes may read it at once when it is built.
 */
final class JoinTable {
  static final int NONE = -1;

  private final JoinPlan plan;
  private final GroupTable keys;
  private final List<FlatColumn> columns = new ArrayList<>();
  private final int rows;
  // The first row of a key's slot, and the row after each row: rows of one key in input order.
  private int[] first = new int[0];
  private final int[] next;
  private int[] nullRows = new int[0];

  JoinTable(JoinPlan plan, List<Batch> input, EvaluationContext context) {
    this.plan = plan;
    List<DataType> types = plan.buildKeys.stream().map(Expression::type).toList();
    this.keys = new GroupTable(new KeyCodec(types));
    List<Batch> kept = new ArrayList<>();
    int total = 0;
    for (Batch batch : input) {
      Batch some = plan.filterBuild(batch, context);
      kept.add(some);
      total = Math.addExact(total, some.rows());
    }
    this.rows = total;
    this.next = plan.buildKeys.isEmpty() ? new int[0] : new int[total];
    concatenate(kept);
    if (!plan.buildKeys.isEmpty()) {
      index(kept, types, context);
    }
  }

  /** One more row than there are: of nulls, which stands where a match is missing. */
  private void concatenate(List<Batch> kept) {
    Schema schema = (plan.buildsLeft ? plan.node.left() : plan.node.right()).schema();
    for (int c = 0; c < schema.size(); c++) {
      DataType type = schema.field(c).type();
      if (!plan.neededOfBuild.get(c)) {
        columns.add(ConstantColumn.of(type, null, 1).one());
        continue;
      }
      ColumnBuilder builder = ColumnBuilder.of(type, rows + 1);
      for (Batch batch : kept) {
        Column column = batch.column(c);
        for (int row = 0; row < batch.rows(); row++) {
          builder.appendFrom(column, row);
        }
      }
      builder.appendNull();
      columns.add(builder.build());
    }
  }

  private void index(List<Batch> kept, List<DataType> types, EvaluationContext context) {
    KeyCodec codec = new KeyCodec(types);
    KeyBatch batchKeys = new KeyBatch();
    int[] slotOf = new int[rows];
    int from = 0;
    for (Batch batch : kept) {
      if (batch.rows() == 0) {
        continue;
      }
      List<Column> values = plan.buildKeys(batch, context);
      codec.encode(values, batch.rows(), batchKeys);
      int[] matchable = matchable(plan.nullSafe, values, batch.rows());
      int[] slots = new int[matchable.length];
      keys.findOrAdd(batchKeys, matchable, matchable.length, slots);
      Arrays.fill(slotOf, from, from + batch.rows(), NONE);
      for (int i = 0; i < matchable.length; i++) {
        slotOf[from + matchable[i]] = slots[i];
      }
      from += batch.rows();
    }
    nullRows = IntStream.range(0, rows).filter(row -> slotOf[row] == NONE).toArray();
    first = new int[keys.slots()];
    Arrays.fill(first, NONE);
    for (int row = rows - 1; row >= 0; row--) {
      if (slotOf[row] != NONE) {
        next[row] = first[slotOf[row]];
        first[slotOf[row]] = row;
      }
    }
  }

  /** The rows whose keys can match at all: {@code =} is never true for null. */
  static int[] matchable(List<Boolean> nullSafe, List<Column> keys, int rows) {
    int[] found = new int[rows];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      boolean matchable = true;
      for (int k = 0; k < keys.size() && matchable; k++) {
        matchable = nullSafe.get(k) || !keys.get(k).isNull(row);
      }
      if (matchable) {
        found[count++] = row;
      }
    }
    return Arrays.copyOf(found, count);
  }

  int rows() {
    return rows;
  }

  /** The rows without a place in the table, since a key of theirs is null. */
  int[] nullRows() {
    return nullRows;
  }

  /** The row of nulls. */
  int nullRow() {
    return rows;
  }

  /** The slots of these keys, {@link #NONE} for those without a match. */
  void find(KeyBatch batch, int count, int[] into) {
    keys.find(batch, count, into);
  }

  /** The first row of a slot, or of all where there are no keys; {@link #NONE} if there is none. */
  int first(int slot) {
    return first[slot];
  }

  int next(int row) {
    return next[row];
  }

  /** The columns at these rows. The array is kept. */
  List<Column> select(int[] positions, int count) {
    List<Column> selected = new ArrayList<>(columns.size());
    for (int c = 0; c < columns.size(); c++) {
      FlatColumn column = columns.get(c);
      selected.add(
          plan.neededOfBuild.get(c)
              ? column.select(positions, count)
              : new ConstantColumn(column, count));
    }
    return selected;
  }
}
