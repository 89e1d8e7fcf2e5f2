package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.state.StateStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The durable side of a limit over a whole stream: one row, how many rows have passed. */
final class LimitState implements Stage.Stateful {
  private static final Schema SCHEMA = Schema.of(new Field("passed", AtomicType.BIGINT, false));
  private final OperatorState operator;
  private final LimitStage stage;
  private List<StateStore> stores = List.of();
  private long commitNanos;

  LimitState(OperatorState operator, LimitStage stage) {
    this.operator = operator;
    this.stage = stage;
  }

  @Override
  public void open(long version) throws IOException {
    stores =
        operator.open(
            version, new KeyedState.Shape(SCHEMA, 0, 1, "the number of rows that passed a limit"));
    stage.restorePassed(0);
  }

  @Override
  public void restore(int worker, long version) throws IOException {
    if (worker == 0) {
      stores
          .get(0)
          .restore(
              version,
              new StateStore.Restorer() {
                @Override
                public void put(Batch rows) {
                  LongColumn passed = (LongColumn) rows.column(0).flatten();
                  stage.restorePassed(passed.get(rows.rows() - 1));
                }

                @Override
                public void remove(Batch keys) {
                  stage.restorePassed(0);
                }
              });
    }
  }

  private Batch row() {
    return new Batch(SCHEMA, List.of(ConstantColumn.of(AtomicType.BIGINT, stage.passed(), 1)), 1);
  }

  @Override
  public void commit(int worker, long version) throws IOException {
    if (worker == 0) {
      long start = Clock.SYSTEM.nanos();
      StateStore store = stores.get(0);
      store.commit(version, List.of(row()), List.of(), 1);
      if (store.wantsSnapshot(version)) {
        store.snapshot(version, List.of(row()));
      }
      commitNanos = Clock.SYSTEM.nanos() - start;
    }
  }

  @Override
  public void purgeBefore(long version) throws IOException {
    stores.get(0).purgeBefore(version);
  }

  @Override
  public StateMetrics metrics() {
    return new StateMetrics(
        operator.operatorName(), 1, 1, 0, 0, 0, commitNanos / 1_000_000, 8, 0, 1, Map.of());
  }
}
