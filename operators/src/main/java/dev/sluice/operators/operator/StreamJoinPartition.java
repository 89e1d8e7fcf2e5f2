package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.IntList;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.spill.SlotBatches;
import dev.sluice.operators.spill.SpillableGroups;
import dev.sluice.operators.spill.SpilledGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a join of two streams keeps of the keys that hash to one partition: the rows of both sides,
 * whose keys share their slots. In an epoch the left rows come first and meet the right rows of
 * earlier epochs, then the right rows meet all left rows; then what the watermark has passed goes.
 */
final class StreamJoinPartition implements SpillableGroups {
  /** Rows that are put into columns at once. */
  private static final int FILL = 1 << 18;

  private final StreamJoinPlan plan;
  private final KeyCodec codec;
  private final KeyBatch keys = new KeyBatch();
  private GroupTable table;
  private JoinSide left;
  private JoinSide right;
  private final StreamJoinProbe probe;
  private final List<Batch> removed = new ArrayList<>();
  private long removedCount;
  // Keys that may have lost their last row, or never had one.
  private final IntList idle = new IntList();
  private @Nullable SpilledGroups spilled;
  private final RowIds leftIds = new RowIds();
  private final RowIds rightIds = new RowIds();
  // The keys all of whose rows are in the heap; of the others only those that are due.
  private final BitSet loaded = new BitSet();

  StreamJoinPartition(StreamJoinPlan plan) {
    this.plan = plan;
    this.codec = plan.codec();
    this.table = new GroupTable(codec);
    this.left = new JoinSide(plan.left, null);
    this.right = new JoinSide(plan.right, null);
    this.probe = new StreamJoinProbe(plan);
  }

  void begin() {
    left.begin();
    right.begin();
    removed.clear();
    removedCount = 0;
    if (spilled != null && memoryBytes() > spilled.heldBytes()) {
      clear();
    }
  }

  /** Takes everything out of the heap. */
  private void clear() {
    table = new GroupTable(codec);
    loaded.clear();
    leftIds.clear();
    rightIds.clear();
    left = new JoinSide(plan.left, leftIds);
    right = new JoinSide(plan.right, rightIds);
  }

  /** Rows of one side meet those of the other, and are kept. */
  void take(
      boolean fromLeft,
      List<HeldRows.Held> input,
      OptionalLong over,
      WorkerContext worker,
      Outputs out) {
    JoinSide own = fromLeft ? left : right;
    JoinSide other = fromLeft ? right : left;
    long limit = over.isPresent() ? EventTimes.watermarkMicros(over.getAsLong()) : Long.MIN_VALUE;
    Pending pending = new Pending(own);
    for (HeldRows.Held held : input) {
      Batch rows = held.rows();
      codec.encode(held.keys(), rows.rows(), keys);
      int[] slots = new int[rows.rows()];
      table.findOrAdd(keys, null, rows.rows(), slots);
      left.ensureSlots(table.slots());
      right.ensureSlots(table.slots());
      load(held.keys(), slots);
      worker.order = held.order();
      boolean[] matched = probe.probe(rows, slots, own, other, worker.evaluation, out);
      keep(held, slots, matched, limit, pending);
    }
    pending.fill();
  }

  /** Rows that are kept, whose columns have not been copied yet. */
  private static final class Pending {
    final JoinSide side;
    final List<List<Column>> pieces = new ArrayList<>();
    final IntList numbers = new IntList();

    Pending(JoinSide side) {
      this.side = side;
    }

    void fill() {
      side.rows.fill(pieces, numbers.toArray());
      pieces.clear();
      numbers.clear();
    }
  }

  /**
   * A left row is kept even if it is over, since right rows of this epoch may still match it; but
   * not if all that is asked of it is one match, and it had that. A right row has met all left
   * rows.
   */
  private void keep(
      HeldRows.Held held, int[] slots, boolean[] matched, long limit, Pending pending) {
    JoinSide side = pending.side;
    Optional<EventTimes> times = side.plan.times(held.rows(), held.keys());
    boolean onlyUnmatched = side.plan.isLeft && plan.type == JoinType.LEFT_SEMI;
    int[] kept = new int[slots.length];
    int count = 0;
    for (int row = 0; row < slots.length; row++) {
      long time = JoinSide.time(times, row);
      boolean done =
          side.plan.isLeft
              ? onlyUnmatched && matched[row]
              : time <= limit && (matched[row] || !side.plan.comesOut);
      if (done) {
        idle.add(slots[row]);
      } else {
        pending.numbers.add(side.add(slots[row], time, matched[row] && side.plan.marksMatches));
        kept[count++] = row;
      }
    }
    if (count > 0) {
      Batch some = count == slots.length ? held.rows() : held.rows().select(kept, count);
      List<Column> columns = new ArrayList<>();
      for (int column : side.plan.columns) {
        columns.add(some.column(column));
      }
      pending.pieces.add(columns);
      if (pending.numbers.size() >= FILL) {
        pending.fill();
      }
    }
  }

  /** Forgets the rows of a side that are over; those that had no partner may come out alone. */
  void forget(boolean fromLeft, OptionalLong over, Outputs out) {
    JoinSide side = fromLeft ? left : right;
    if (over.isEmpty()) {
      return;
    }
    forgetDue(side, over.getAsLong(), out);
    if (spilled != null) {
      for (Batch rows : spilled.due(order(fromLeft), over.getAsLong())) {
        loadDue(side, rows);
        forgetDue(side, over.getAsLong(), out);
      }
    }
  }

  private void forgetDue(JoinSide side, long overMillis, Outputs out) {
    int[] due = side.rows.due(EventTimes.watermarkMicros(overMillis));
    for (int from = 0; from < due.length; from += Batch.TARGET_ROWS) {
      int to = Math.min(due.length, from + Batch.TARGET_ROWS);
      if (side.plan.comesOut) {
        emitAlone(side, due, from, to, out);
      }
      forget(side, due, from, to);
    }
  }

  private void emitAlone(JoinSide side, int[] due, int from, int to, Outputs out) {
    int[] alone = new int[to - from];
    int count = 0;
    for (int i = from; i < to; i++) {
      if (!side.isMatched(due[i])) {
        alone[count++] = due[i];
      }
    }
    if (count > 0) {
      List<Column> kept = side.rows.pick(alone, 0, count);
      out.emit(plan.alone(side.plan, side.plan.widen(kept, count), count));
    }
  }

  private void forget(JoinSide side, int[] due, int from, int to) {
    int[] slots = new int[to - from];
    int[] numbers = new int[to - from];
    int count = 0;
    for (int i = from; i < to; i++) {
      int slot = side.slot(due[i]);
      int id = side.id(due[i]);
      idle.add(slot);
      if (side.remove(due[i])) {
        slots[count] = slot;
        numbers[count++] = id;
      }
    }
    removedCount += to - from;
    if (count > 0) {
      List<Column> columns = new ArrayList<>(table.keys(slots, 0, count));
      columns.add(ConstantColumn.of(AtomicType.BOOLEAN, !side.plan.isLeft, count));
      columns.add(new IntColumn(AtomicType.INT, numbers, Validity.ALL, count));
      List<Field> fields = plan.stateSchema.fields().subList(0, plan.keyColumns());
      removed.add(new Batch(new Schema(fields), columns, count));
    }
  }

  /** The end of the epoch: keys without rows go, rows are put in order. */
  void tidy() {
    int[] empty = Arrays.stream(idle.where(this::isEmpty)).distinct().toArray();
    table.remove(empty, empty.length);
    for (int slot : empty) {
      loaded.clear(slot);
    }
    idle.clear();
    left.rows.tidy();
    right.rows.tidy();
  }

  private boolean isEmpty(int slot) {
    return left.first(slot) == JoinSide.NONE && right.first(slot) == JoinSide.NONE;
  }

  @Override
  public Iterable<Batch> changed() {
    return () -> rows(left.changed(), right.changed());
  }

  @Override
  public List<Batch> removed() {
    return removed;
  }

  @Override
  public Iterable<Batch> rows() {
    return () -> rows(left.rows.live(), right.rows.live());
  }

  private Iterator<Batch> rows(int[] ofLeft, int[] ofRight) {
    Iterator<Batch> first =
        SlotBatches.of(ofLeft, (numbers, from, to) -> stateRows(left, numbers, from, to))
            .iterator();
    Iterator<Batch> second =
        SlotBatches.of(ofRight, (numbers, from, to) -> stateRows(right, numbers, from, to))
            .iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return first.hasNext() || second.hasNext();
      }

      @Override
      public Batch next() {
        return first.hasNext() ? first.next() : second.next();
      }
    };
  }

  private Batch stateRows(JoinSide side, int[] numbers, int from, int to) {
    int count = to - from;
    int[] slots = new int[count];
    boolean[] matched = new boolean[count];
    for (int i = 0; i < count; i++) {
      slots[i] = side.slot(numbers[from + i]);
      matched[i] = side.isMatched(numbers[from + i]);
    }
    List<Column> columns = new ArrayList<>(table.keys(slots, 0, count));
    columns.add(ConstantColumn.of(AtomicType.BOOLEAN, !side.plan.isLeft, count));
    int[] own = new int[count];
    for (int i = 0; i < count; i++) {
      own[i] = side.id(numbers[from + i]);
    }
    columns.add(new IntColumn(AtomicType.INT, own, Validity.ALL, count));
    if (plan.marksMatches) {
      columns.add(new BooleanColumn(AtomicType.BOOLEAN, matched, Validity.ALL, count));
    }
    List<Column> values = side.plan.own(side.rows.pick(numbers, from, to));
    if (side.plan.isLeft) {
      columns.addAll(values);
    }
    for (int c = columns.size(); c < otherEnd(side); c++) {
      columns.add(ConstantColumn.of(plan.stateSchema.field(c).type(), null, count));
    }
    if (!side.plan.isLeft) {
      columns.addAll(values);
    }
    return new Batch(plan.stateSchema, columns, count);
  }

  /** Where the columns of the other side end, in a row of state. */
  private int otherEnd(JoinSide side) {
    int width = plan.stateSchema.size();
    return side.plan.isLeft ? width : width - right.plan.ownColumns();
  }

  @Override
  public void put(Batch batch) {
    int count = batch.rows();
    int[] slots = new int[count];
    codec.encode(batch.columns().subList(0, plan.keyTypes.size()), count, keys);
    table.findOrAdd(keys, null, count, slots);
    left.ensureSlots(table.slots());
    right.ensureSlots(table.slots());
    restore(left, batch, slots);
    restore(right, batch, slots);
  }

  /** Takes the rows of one side into the heap; {@code slots} are those of all rows. */
  private void restore(JoinSide side, Batch batch, int[] slots) {
    int sideAt = plan.keyTypes.size();
    int[] positions = ofSide(batch, side.plan.isLeft);
    int count = positions.length;
    if (count == 0) {
      return;
    }
    Batch rows = batch.select(positions, count);
    int[] own = new int[count];
    for (int i = 0; i < count; i++) {
      own[i] = slots[positions[i]];
    }
    int[] numbers = ((IntColumn) rows.column(sideAt + 1).flatten()).values();
    boolean[] matched = new boolean[count];
    if (plan.marksMatches) {
      matched = ((BooleanColumn) rows.column(sideAt + 2).flatten()).values();
    }
    List<Column> keyColumns = rows.columns().subList(0, sideAt);
    List<Column> kept = plan.keptOf(side.plan, rows);
    if (spilled == null) {
      side.restore(Arrays.copyOf(numbers, count), own, matched, keyColumns, kept);
    } else {
      RowIds ids = side.plan.isLeft ? leftIds : rightIds;
      side.load(ids, Arrays.copyOf(numbers, count), own, matched, keyColumns, kept);
    }
  }

  private int[] ofSide(Batch batch, boolean isLeft) {
    boolean[] isRight = ((BooleanColumn) batch.column(plan.keyTypes.size()).flatten()).values();
    int[] positions = new int[batch.rows()];
    int count = 0;
    for (int row = 0; row < batch.rows(); row++) {
      if (isRight[row] != isLeft) {
        positions[count++] = row;
      }
    }
    return Arrays.copyOf(positions, count);
  }

  @Override
  public void remove(Batch batch) {
    for (JoinSide side : List.of(left, right)) {
      int[] positions = ofSide(batch, side.plan.isLeft);
      IntColumn numbers = (IntColumn) batch.column(plan.keyTypes.size() + 1).flatten();
      for (int position : positions) {
        int number = numbers.get(position);
        if (side.rows.isLive(number)) {
          idle.add(side.slot(number));
          side.remove(number);
        }
      }
    }
  }

  @Override
  public void restored() {
    left.rows.collectFree();
    right.rows.collectFree();
    tidy();
    begin();
  }

  @Override
  public long size() {
    return spilled != null ? spilled.size() : (long) left.rows.size() + right.rows.size();
  }

  @Override
  public long changedCount() {
    return addedCount();
  }

  @Override
  public long addedCount() {
    return (long) left.addedCount() + right.addedCount();
  }

  @Override
  public long removedCount() {
    return removedCount;
  }

  @Override
  public long memoryBytes() {
    return table.memoryBytes()
        + left.memoryBytes()
        + right.memoryBytes()
        + leftIds.memoryBytes()
        + rightIds.memoryBytes();
  }

  // ---- what lies beyond the heap

  @Override
  public int ownerColumns() {
    return plan.keyTypes.size();
  }

  @Override
  public int timeOrders() {
    return 2;
  }

  private static int order(boolean isLeft) {
    return isLeft ? 0 : 1;
  }

  @Override
  public Optional<EventTimes> spillTimes(int order, Batch rows) {
    return plan.stateTimes(plan.side(order == order(true)), rows);
  }

  @Override
  public void spillTo(SpilledGroups rows) {
    spilled = rows;
    clear();
  }

  @Override
  public void readBack(Batch rows) {
    eachId(rows, RowIds::use);
  }

  @Override
  public void readBackGone(Batch keyColumns) {
    eachId(keyColumns, RowIds::free);
  }

  private void eachId(Batch rows, ObjIntConsumer<RowIds> action) {
    IntColumn numbers = (IntColumn) rows.column(plan.keyTypes.size() + 1).flatten();
    for (boolean isLeft : new boolean[] {true, false}) {
      for (int position : ofSide(rows, isLeft)) {
        action.accept(isLeft ? leftIds : rightIds, numbers.get(position));
      }
    }
  }

  /** Brings the rows of those keys into the heap that are not there yet. */
  private void load(List<Column> keyColumns, int[] slots) {
    if (spilled == null) {
      return;
    }
    int[] wanted = new int[slots.length];
    int count = 0;
    for (int row = 0; row < slots.length; row++) {
      if (!loaded.get(slots[row])) {
        loaded.set(slots[row]);
        wanted[count++] = row;
      }
    }
    if (count > 0) {
      int some = count;
      List<Column> owners = keyColumns.stream().map(key -> key.select(wanted, some)).toList();
      spilled.load(owners, count).forEach(this::put);
    }
  }

  /** Brings rows of one side into the heap that may be over, unless all of their key are there. */
  private void loadDue(JoinSide side, Batch rows) {
    codec.encode(rows.columns().subList(0, plan.keyTypes.size()), rows.rows(), keys);
    int[] slots = new int[rows.rows()];
    table.find(keys, slots.length, slots);
    int[] wanted = new int[slots.length];
    int count = 0;
    for (int position : ofSide(rows, side.plan.isLeft)) {
      if (slots[position] < 0 || !loaded.get(slots[position])) {
        wanted[count++] = position;
      }
    }
    put(rows.select(wanted, count));
  }
}
