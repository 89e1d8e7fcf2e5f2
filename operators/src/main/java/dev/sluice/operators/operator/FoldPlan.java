package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A {@link StateProgram} made ready to run: what its expressions see, and what is kept. */
final class FoldPlan {
  final Rel.TransformWithState node;
  final StateProgram program;
  final Origin origin;
  final Schema input;

  /** What expressions see. */
  final Schema scope;

  /** The keys, the state, then the times at which a key times out and its state expires. */
  final Schema stateSchema;

  final Schema keySchema;
  final List<DataType> keyTypes;
  final StructType stateType;

  /** The columns of the input that expressions read as fields of {@code row}. */
  final BitSet rowColumns;

  /** Whether the last row of each key must be at hand when all rows have been seen. */
  final boolean keepsLastRow;

  final Evaluations keys;
  final Evaluations init;
  final Evaluations update;
  final Evaluations timeoutUpdate;
  private final StructType keyType;
  private final StructType rowType;
  private final Optional<EventTime.Marked> eventTime;

  FoldPlan(Rel.TransformWithState node) {
    this.node = node;
    this.program = node.program();
    this.origin = node.origin();
    this.input = node.input().schema();
    this.scope = StateProgram.scope(program.keys(), program.state(), input);
    this.keyType = (StructType) scope.field(StateProgram.KEY).type();
    this.stateType = (StructType) scope.field(StateProgram.STATE).type();
    this.rowType = (StructType) scope.field(StateProgram.ROW).type();
    this.keySchema = new Schema(keyType.fields());
    this.keyTypes = keySchema.fields().stream().map(Field::type).toList();
    List<Field> kept = new ArrayList<>(keySchema.fields());
    kept.addAll(program.state().fields());
    if (timesOut()) {
      kept.add(new Field("timeout_at", AtomicType.TIMESTAMP));
    }
    if (program.ttlMillis() > 0) {
      kept.add(new Field("expires_at", AtomicType.TIMESTAMP));
    }
    this.stateSchema = new Schema(kept);
    this.rowColumns = program.rowColumns(input);
    this.keepsLastRow = !rowColumns.isEmpty() && endsBatches();
    this.keys =
        new Evaluations(program.keys().stream().map(NamedExpression::expression).toList(), origin);
    this.init = new Evaluations(program.init(), origin);
    this.update = new Evaluations(program.update(), origin);
    this.timeoutUpdate = new Evaluations(program.onTimeout().update(), origin);
    this.eventTime =
        program.timesOutBy(StateProgram.Clock.EVENT_TIME)
            ? EventTime.columns(node.input()).stream().findFirst()
            : Optional.empty();
  }

  /** Whether anything is done to a key after its last row in a batch. */
  boolean endsBatches() {
    return timesOut()
        || program.emissions().stream().anyMatch(e -> e.each() == StateProgram.Each.BATCH)
        || program.removal().filter(r -> r.each() == StateProgram.Each.BATCH).isPresent();
  }

  /** A table is given all at once: nothing comes later that a key could wait for. */
  boolean timesOut() {
    return program.timeout().isPresent() && Rel.streams(node);
  }

  KeyCodec codec() {
    return new KeyCodec(keyTypes);
  }

  /** The event times by which rows are late, if rows of a key are waited for by event time. */
  Optional<EventTimes> lateness(Batch rows) {
    return eventTime.map(column -> EventTimes.of(rows.column(column.index())));
  }

  /** The columns of a batch of input that expressions read; others are as if null. */
  List<Column> rowColumns(Batch rows) {
    List<Column> columns = new ArrayList<>(rowType.size());
    for (int i = 0; i < rowType.size(); i++) {
      columns.add(rowColumns.get(i) ? rows.column(i) : nulls(rowType.field(i).type(), rows.rows()));
    }
    return columns;
  }

  static ConstantColumn nulls(DataType type, int rows) {
    ColumnBuilder builder = ColumnBuilder.of(type, 1);
    builder.appendNull();
    return new ConstantColumn(builder.build(), rows);
  }

  /**
   * What expressions see of some keys.
   *
   * @param rows the columns of their rows; empty if a timeout has come
   */
  Batch scope(
      List<Column> keys,
      List<Column> state,
      Validity known,
      Optional<List<Column>> rows,
      int count,
      long watermarkMillis) {
    Column row =
        rows.isPresent()
            ? new StructColumn(rowType, rows.get(), Validity.ALL, count)
            : nulls(rowType, count);
    return new Batch(
        scope,
        List.of(
            new StructColumn(keyType, keys, Validity.ALL, count),
            new StructColumn(stateType, state, known, count),
            row,
            ConstantColumn.of(AtomicType.BOOLEAN, rows.isEmpty(), count),
            ConstantColumn.of(
                AtomicType.TIMESTAMP, EventTimes.watermarkMicros(watermarkMillis), count)),
        count);
  }

  /** The same with another state. */
  Batch withState(Batch seen, List<Column> state) {
    List<Column> columns = new ArrayList<>(seen.columns());
    columns.set(StateProgram.STATE, new StructColumn(stateType, state, Validity.ALL, seen.rows()));
    return new Batch(scope, columns, seen.rows());
  }

  /** For which rows a condition is true. */
  boolean[] isTrue(Expression condition, Batch seen, EvaluationContext context) {
    Column column = Evaluations.evaluate(condition, seen, context, origin);
    boolean[] result = new boolean[seen.rows()];
    if (column.flatten() instanceof BooleanColumn booleans) {
      for (int row = 0; row < result.length; row++) {
        result[row] = booleans.get(row) && !booleans.isNull(row);
      }
    }
    return result;
  }

  KeyedState.Shape shape(int partitions) {
    String names = keySchema.fields().stream().map(Field::name).collect(Collectors.joining(", "));
    return new KeyedState.Shape(
        stateSchema, keyTypes.size(), partitions, "the state of each [" + names + "]");
  }
}
