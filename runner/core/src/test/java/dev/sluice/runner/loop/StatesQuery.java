package dev.sluice.runner.loop;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import dev.sluice.operators.testing.SqlTesting;
import java.util.List;
import java.util.Optional;

/** Sums and texts by key, given row by row and when a key has been silent for 20 seconds. */
final class StatesQuery {
  private StatesQuery() {}

  /** Of rows of {@code k, v} and the event time {@code t}. */
  static Rel of(Rel input) {
    List<NamedExpression> keys =
        List.of(named("k", "concat(k, CAST(v DIV 200 AS STRING))", input.schema()));
    Schema state =
        Schema.of(
            new Field("total", AtomicType.BIGINT),
            new Field("seen", AtomicType.STRING),
            new Field("last", AtomicType.TIMESTAMP));
    Schema scope = StateProgram.scope(keys, state, input.schema());
    List<NamedExpression> columns =
        List.of(
            named("k", "key.k", scope),
            named("total", "state.total", scope),
            named("seen", "state.seen", scope),
            named("silent", "timed_out", scope));
    StateProgram program =
        new StateProgram(
            keys,
            state,
            List.of(),
            List.of(
                sql("coalesce(state.total, 0L) + row.v", scope),
                sql("concat_ws(' ', state.seen, CAST(row.v AS STRING))", scope),
                sql("greatest(state.last, row.t)", scope)),
            List.of(new StateProgram.Emission(StateProgram.Each.ROW, Optional.empty(), columns)),
            Optional.of(
                new StateProgram.Removal(StateProgram.Each.ROW, sql("state.total > 510", scope))),
            Optional.of(
                new StateProgram.Timeout(
                    StateProgram.Clock.EVENT_TIME, sql("state.last + INTERVAL 20 SECONDS", scope))),
            new StateProgram.OnTimeout(
                List.of(),
                List.of(
                    new StateProgram.Emission(StateProgram.Each.BATCH, Optional.empty(), columns)),
                sql("true", scope),
                Optional.empty()),
            0,
            Optional.empty());
    return new Rel.TransformWithState(
        input, program, new Origin("steps[1] (transformWithState)", SourcePosition.NOWHERE));
  }

  /** The keys of rows of {@code k, v} that have been silent for so long by the clock. */
  static Rel silentFor(String time, Rel input) {
    List<NamedExpression> keys = List.of(named("k", "k", input.schema()));
    Schema state = Schema.of(new Field("rows", AtomicType.BIGINT));
    Schema scope = StateProgram.scope(keys, state, input.schema());
    List<NamedExpression> columns =
        List.of(
            named("k", "key.k", scope),
            named("rows", "state.rows", scope),
            named("silent", "timed_out", scope));
    StateProgram program =
        new StateProgram(
            keys,
            state,
            List.of(sql("0L", scope)),
            List.of(sql("state.rows + 1", scope)),
            List.of(),
            Optional.empty(),
            Optional.of(
                new StateProgram.Timeout(
                    StateProgram.Clock.PROCESSING_TIME, sql("INTERVAL " + time, scope))),
            new StateProgram.OnTimeout(
                List.of(),
                List.of(
                    new StateProgram.Emission(StateProgram.Each.BATCH, Optional.empty(), columns)),
                sql("true", scope),
                Optional.empty()),
            0,
            Optional.empty());
    return new Rel.TransformWithState(
        input, program, new Origin("steps[0] (transformWithState)", SourcePosition.NOWHERE));
  }

  private static Expression sql(String text, Schema scope) {
    return SqlTesting.bind(text, scope);
  }

  private static NamedExpression named(String name, String text, Schema scope) {
    return new NamedExpression(name, sql(text, scope));
  }
}
