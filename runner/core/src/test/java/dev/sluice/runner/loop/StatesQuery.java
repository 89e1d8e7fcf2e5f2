package dev.sluice.runner.loop;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ConstantColumn;
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
                List.of(
                    new StateProgram.Emission(StateProgram.Each.BATCH, Optional.empty(), columns)),
                sql("true", scope)),
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
                List.of(
                    new StateProgram.Emission(StateProgram.Each.BATCH, Optional.empty(), columns)),
                sql("true", scope)),
            0,
            Optional.empty());
    return new Rel.TransformWithState(
        input, program, new Origin("steps[0] (transformWithState)", SourcePosition.NOWHERE));
  }

  /**
   * As {@link #of}, with two timers instead of the timeout, a column that lives for a time, and
   * states that the rows of a table begin.
   */
  static Rel timed(Rel input) {
    List<NamedExpression> keys = List.of(named("k", "k", input.schema()));
    Schema state =
        Schema.of(new Field("total", AtomicType.BIGINT), new Field("seen", AtomicType.STRING));
    List<String> timers = List.of("soon", "late");
    Schema scope = StateProgram.scope(keys, state, input.schema(), timers);
    Batch first = sums("k0", 1_000_000L);
    Schema initialScope = StateProgram.scope(keys, state, first.schema(), timers);
    List<NamedExpression> columns =
        List.of(
            named("k", "key.k", scope),
            named("total", "state.total", scope),
            named("seen", "state.seen", scope),
            named("timer", "timer.name", scope),
            named("soon", "timers.soon", scope));
    StateProgram.Emission emission =
        new StateProgram.Emission(StateProgram.Each.ROW, Optional.empty(), columns);
    Optional<Expression> always = Optional.of(sql("true", scope));
    StateProgram program =
        new StateProgram(
            keys,
            state,
            List.of(0L, 3_600_000L),
            List.of(),
            new StateProgram.Update(
                List.of(
                    sql("coalesce(state.total, 0L) + row.v", scope),
                    sql("concat_ws(' ', state.seen, CAST(row.v AS STRING))", scope)),
                List.of(always, always)),
            List.of(
                timer("soon", "row.t + INTERVAL 5 SECONDS", "row.v % 3 = 0", scope, emission, ""),
                timer("late", "row.t + INTERVAL 20 SECONDS", "true", scope, emission, "true")),
            List.of(emission),
            Optional.empty(),
            Optional.empty(),
            new StateProgram.OnTimeout(List.of(), sql("true", scope)),
            0,
            Optional.empty(),
            Optional.of(
                new StateProgram.Initial(
                    List.of(sql("k", first.schema())),
                    new StateProgram.Update(
                        List.of(sql("row.total", initialScope), sql("'before'", initialScope)),
                        List.of(always, always)),
                    List.of())));
    Origin origin = new Origin("steps[1] (transformWithState)", SourcePosition.NOWHERE);
    Rel table = new Rel.Values(first.schema(), List.of(first), Origin.NONE);
    return new Rel.TransformWithState(input, Optional.of(table), program, origin);
  }

  private static StateProgram.Timer timer(
      String name,
      String at,
      String when,
      Schema scope,
      StateProgram.Emission emission,
      String remove) {
    return new StateProgram.Timer(
        name,
        StateProgram.Clock.EVENT_TIME,
        sql(at, scope),
        Optional.of(sql(when, scope)),
        Optional.empty(),
        new StateProgram.OnTimer(
            StateProgram.Update.NONE,
            List.of(),
            List.of(
                new StateProgram.Emission(
                    StateProgram.Each.BATCH, Optional.empty(), emission.select())),
            sql(remove.isEmpty() ? "false" : remove, scope)));
  }

  private static Batch sums(String key, long total) {
    Schema schema =
        Schema.of(new Field("k", AtomicType.STRING), new Field("total", AtomicType.BIGINT));
    return new Batch(
        schema,
        List.of(
            ConstantColumn.of(AtomicType.STRING, key, 1),
            ConstantColumn.of(AtomicType.BIGINT, total, 1)),
        1);
  }

  private static Expression sql(String text, Schema scope) {
    return SqlTesting.bind(text, scope);
  }

  private static NamedExpression named(String name, String text, Schema scope) {
    return new NamedExpression(name, sql(text, scope));
  }
}
