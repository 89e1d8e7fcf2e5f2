package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A {@link StateProgram} made ready to run: what its expressions see, and what is kept. */
final class TransformWithStatePlan {
  final Rel.TransformWithState node;
  final StateProgram program;
  final Origin origin;
  final Schema input;

  /** What is seen of rows of the stream, and of the rows that states begin with. */
  final FoldScope rows;

  final Optional<FoldScope> initialRows;

  /**
   * The keys and the state, then the times at which a key times out and its state expires, at which
   * values of columns are over, and of timers: only those that the program has.
   */
  final Schema stateSchema;

  final Schema keySchema;
  final List<DataType> keyTypes;

  /** Whether the last row of each key must be at hand when all rows have been seen. */
  final boolean keepsLastRow;

  final Evaluations keys;
  final Evaluations init;
  final FoldStates.Update update;
  final FoldStates.Update timeoutUpdate;

  /** Of each timer, what it does to the state. */
  final List<FoldStates.Update> timerUpdates;

  final Evaluations initialKeys;
  final FoldStates.Update initialUpdate;
  private final Optional<EventTime.Marked> eventTime;

  TransformWithStatePlan(Rel.TransformWithState node) {
    this.node = node;
    this.program = node.program();
    this.origin = node.origin();
    this.input = node.input().schema();
    this.keySchema = new Schema(program.keys().stream().map(NamedExpression::field).toList());
    this.keyTypes = keySchema.fields().stream().map(Field::type).toList();
    this.stateSchema = stateSchema();
    this.rows = new FoldScope(program, input, program.rowColumns(input));
    this.initialRows =
        node.initial()
            .map(Rel::schema)
            .map(of -> new FoldScope(program, of, program.initialRowColumns(of)));
    this.keepsLastRow = !rows.read.isEmpty() && endsBatches();
    this.keys =
        new Evaluations(program.keys().stream().map(NamedExpression::expression).toList(), origin);
    this.init = new Evaluations(program.init(), origin);
    this.update = update(program.update());
    this.timeoutUpdate = update(program.onTimeout().update());
    this.timerUpdates = program.timers().stream().map(t -> update(t.then().update())).toList();
    this.initialKeys =
        new Evaluations(
            program.initial().map(StateProgram.Initial::keys).orElse(List.of()), origin);
    this.initialUpdate =
        update(
            program.initial().map(StateProgram.Initial::update).orElse(StateProgram.Update.NONE));
    this.eventTime =
        program.timesOutBy(StateProgram.Clock.EVENT_TIME)
            ? EventTime.columns(node.input()).stream().findFirst()
            : Optional.empty();
  }

  private FoldStates.Update update(StateProgram.Update update) {
    return new FoldStates.Update(new Evaluations(update.values(), origin), update.puts());
  }

  private Schema stateSchema() {
    List<Field> kept = new ArrayList<>(keySchema.fields());
    kept.addAll(program.state().fields());
    if (timesOut()) {
      kept.add(new Field("timeout_at", AtomicType.TIMESTAMP));
    }
    if (program.expires()) {
      kept.add(new Field("expires_at", AtomicType.TIMESTAMP));
    }
    for (int c = 0; c < program.state().size(); c++) {
      if (livesForATime(c)) {
        String name = program.state().field(c).name();
        kept.add(new Field("expires_at." + name, AtomicType.TIMESTAMP));
      }
    }
    for (String timer : program.timerNames()) {
      kept.add(new Field("timer." + timer, AtomicType.TIMESTAMP));
    }
    return new Schema(kept);
  }

  /** Whether values of a column of the state are over after a time. */
  boolean livesForATime(int column) {
    return program.columnTtls().get(column) > 0;
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

  /** Whether timers come; as above. */
  boolean fires() {
    return !program.timers().isEmpty() && Rel.streams(node);
  }

  KeyCodec codec() {
    return new KeyCodec(keyTypes);
  }

  /** The event times by which rows are late, if rows of a key are waited for by event time. */
  Optional<EventTimes> lateness(Batch rows) {
    return eventTime.map(column -> EventTimes.of(rows.column(column.index())));
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
