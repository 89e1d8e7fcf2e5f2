package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A join of two inputs that both come to an end. What it holds of the build side becomes a {@link
 * JoinTable} when all rows are there; then each worker probes with the rows it holds of the other
 * side.
 */
final class JoinStage implements Stage {
  private final JoinPlan plan;
  private final List<Outputs> outputs;
  private final CollectedRows build;
  private final CollectedRows probe;
  private final AtomicInteger probing = new AtomicInteger();
  private @Nullable JoinTable table;
  private boolean[] matchedBuild = new boolean[0];
  // Once a static build side is there, rows of the other side need not wait.
  private JoinProbe[] direct = new JoinProbe[0];

  JoinStage(JoinPlan plan, List<Outputs> outputs) {
    this.plan = plan;
    this.outputs = new ArrayList<>(outputs);
    this.build = new CollectedRows(outputs.size());
    this.probe = new CollectedRows(outputs.size());
  }

  @Override
  public void begin(Epoch epoch) {
    build.clear();
    probe.clear();
    table = null;
    direct = new JoinProbe[0];
    probing.set(outputs.size());
  }

  @Override
  public void begin(Epoch epoch, boolean sameTables) {
    JoinTable held = table;
    begin(epoch);
    if (sameTables && plan.buildsTable()) {
      table = held;
    }
  }

  /** True if it still holds in a later epoch what came of static sources. */
  boolean keepsTable() {
    return plan.buildsTable();
  }

  @Override
  public void tablesRead(WorkerContext worker) {
    if (plan.buildsTable()) {
      JoinTable made = table(worker);
      JoinProbe[] probes = new JoinProbe[outputs.size()];
      for (int i = 0; i < probes.length; i++) {
        probes[i] = new JoinProbe(plan, made, matchedBuild);
      }
      direct = probes;
    }
  }

  /** Rows of the left input. */
  @Override
  public void process(WorkerContext worker, Batch input) {
    take(worker, input, plan.buildsLeft);
  }

  private void take(WorkerContext worker, Batch input, boolean toBuild) {
    if (input.rows() == 0) {
      return;
    }
    if (toBuild) {
      build.add(worker, input);
    } else if (direct.length > 0) {
      JoinProbe own = direct[worker.index];
      own.probe(input, worker.evaluation, outputs.get(worker.index));
    } else {
      probe.add(worker, input);
    }
  }

  /** Rows of the right input. */
  void processRight(WorkerContext worker, Batch input) {
    take(worker, input, !plan.buildsLeft);
  }

  @Override
  public void flush(WorkerContext worker) {}

  @Override
  public void emit(WorkerContext worker) {
    if (direct.length > 0) {
      return;
    }
    JoinProbe own = new JoinProbe(plan, table(worker), matchedBuild);
    Outputs out = outputs.get(worker.index);
    probe.takeInOrder(worker, rows -> own.probe(rows, worker.evaluation, out));
    if (probing.decrementAndGet() == 0) {
      if (plan.keepsBuild) {
        worker.order = Long.MAX_VALUE;
        own.emitUnmatchedBuild(out);
      }
      table = null;
    }
    worker.order = 0;
  }

  /** The first worker that comes here builds it; the others wait. */
  private synchronized JoinTable table(WorkerContext worker) {
    JoinTable made = table;
    if (made == null) {
      made = new JoinTable(plan, build.inOrder(), worker.evaluation);
      table = made;
      matchedBuild = new boolean[plan.keepsBuild ? made.rows() : 0];
      build.clear();
    }
    return made;
  }
}
