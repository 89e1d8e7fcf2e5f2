package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.plan.StateProgram;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** What the expressions of a {@link StateProgram} see: {@link StateProgram#scope} as batches. */
final class FoldScope {
  /** The columns of the rows that expressions read as fields of {@code row}. */
  final BitSet read;

  private final Schema schema;
  private final StructType keyType;
  private final StructType stateType;
  private final StructType rowType;
  private final boolean hasTimers;

  /**
   * A timer that has come.
   *
   * @param micros when, by key
   */
  record Fired(String name, long[] micros) {}

  /**
   * @param rows of the stream, or those that states begin with
   * @param read which of their columns are read
   */
  FoldScope(StateProgram program, Schema rows, BitSet read) {
    this.read = read;
    this.schema = StateProgram.scope(program.keys(), program.state(), rows, program.timerNames());
    this.keyType = struct(StateProgram.KEY);
    this.stateType = struct(StateProgram.STATE);
    this.rowType = struct(StateProgram.ROW);
    this.hasTimers = !program.timers().isEmpty();
  }

  private StructType struct(int column) {
    return (StructType) schema.field(column).type();
  }

  /** The columns of some rows that are read; others are as if null. */
  List<Column> rowColumns(Batch rows) {
    List<Column> columns = new ArrayList<>(rowType.size());
    for (int i = 0; i < rowType.size(); i++) {
      columns.add(read.get(i) ? rows.column(i) : nulls(rowType.field(i).type(), rows.rows()));
    }
    return columns;
  }

  /** As many rows without a value as there are keys. */
  List<Column> noRows(int count) {
    List<Column> columns = new ArrayList<>(rowType.size());
    rowType.fields().forEach(field -> columns.add(nulls(field.type(), count)));
    return columns;
  }

  static ConstantColumn nulls(DataType type, int rows) {
    ColumnBuilder builder = ColumnBuilder.of(type, 1);
    builder.appendNull();
    return new ConstantColumn(builder.build(), rows);
  }

  /**
   * What is seen of some keys while their rows are folded, or at the end of a batch.
   *
   * @param rows the columns of their rows
   */
  Batch ofRows(
      List<Column> keys, FoldStates states, List<Column> rows, int count, long watermarkMillis) {
    Column row = new StructColumn(rowType, rows, Validity.ALL, count);
    return of(keys, states, row, false, Optional.empty(), count, watermarkMillis);
  }

  /** What is seen of keys that have timed out. */
  Batch timedOut(List<Column> keys, FoldStates states, int count, long watermarkMillis) {
    return of(keys, states, nulls(rowType, count), true, Optional.empty(), count, watermarkMillis);
  }

  /** What is seen of keys of which a timer has come. */
  Batch fired(List<Column> keys, FoldStates states, Fired fired, int count, long watermarkMillis) {
    return of(
        keys, states, nulls(rowType, count), false, Optional.of(fired), count, watermarkMillis);
  }

  private Batch of(
      List<Column> keys,
      FoldStates states,
      Column row,
      boolean timedOut,
      Optional<Fired> fired,
      int count,
      long watermarkMillis) {
    List<Column> columns = new ArrayList<>(schema.size());
    columns.add(new StructColumn(keyType, keys, Validity.ALL, count));
    columns.add(new StructColumn(stateType, states.values(), states.known(count), count));
    columns.add(row);
    columns.add(ConstantColumn.of(AtomicType.BOOLEAN, timedOut, count));
    columns.add(
        ConstantColumn.of(
            AtomicType.TIMESTAMP, EventTimes.watermarkMicros(watermarkMillis), count));
    if (hasTimers) {
      columns.add(timers(states, count));
      StructType type = struct(StateProgram.TIMER);
      columns.add(fired.isEmpty() ? nulls(type, count) : fired(type, fired.get(), count));
    }
    return new Batch(schema, columns, count);
  }

  private static Column fired(StructType type, Fired fired, int count) {
    return new StructColumn(
        type,
        List.of(
            ConstantColumn.of(AtomicType.STRING, fired.name(), count),
            new LongColumn(AtomicType.TIMESTAMP, fired.micros(), Validity.ALL, count)),
        Validity.ALL,
        count);
  }

  private Column timers(FoldStates states, int count) {
    return new StructColumn(struct(StateProgram.TIMERS), states.timers(count), Validity.ALL, count);
  }

  /** The same with what the states hold now; all keys have one. */
  Batch withStates(Batch seen, FoldStates states) {
    List<Column> columns = new ArrayList<>(seen.columns());
    columns.set(
        StateProgram.STATE,
        new StructColumn(stateType, states.values(), Validity.ALL, seen.rows()));
    if (hasTimers) {
      columns.set(StateProgram.TIMERS, timers(states, seen.rows()));
    }
    return new Batch(schema, columns, seen.rows());
  }
}
