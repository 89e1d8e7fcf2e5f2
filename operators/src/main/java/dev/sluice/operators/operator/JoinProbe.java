package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.plan.JoinType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Looks up the matches of the rows of the probe side, batch by batch, in a table that is built.
 * Rows come out in the order of the probe side, the matches of one in the order of the build side.
 * One for each worker; the marks of matched build rows are shared, and only ever set.
 */
final class JoinProbe {
  private static final int CHUNK = Batch.TARGET_ROWS;
  // In the place of a slot: every row of the table is a candidate.
  private static final int ALL = -2;

  private final JoinPlan plan;
  private final JoinTable table;
  private final boolean[] matchedBuild;
  private final KeyCodec codec;
  private final KeyBatch keys = new KeyBatch();
  private final Schema schema;

  // Pairs that the keys allow, not yet asked the rest of the condition.
  private final int[] probeRows = new int[CHUNK];
  private final int[] buildRows = new int[CHUNK];
  private int pairs;
  // Of the batch under way.
  private boolean[] matched = new boolean[0];
  private int settled;

  /** {@code matchedBuild} has a place for each row of the table if they are kept, else none. */
  JoinProbe(JoinPlan plan, JoinTable table, boolean[] matchedBuild) {
    this.plan = plan;
    this.table = table;
    this.matchedBuild = matchedBuild;
    this.codec = new KeyCodec(plan.probeKeys.stream().map(Expression::type).toList());
    this.schema = plan.node.schema();
  }

  void probe(Batch input, EvaluationContext context, Emitter out) {
    Batch batch = plan.filterProbe(input, context);
    if (batch.rows() == 0) {
      return;
    }
    matched = new boolean[batch.rows()];
    settled = 0;
    pairs = 0;
    int[] slots = slots(batch, context);
    boolean anyMatchDoes = !plan.type.givesRight() && plan.residual.isEmpty();
    for (int row = 0; row < batch.rows(); row++) {
      if (slots == null || slots[row] == ALL) {
        for (int other = 0; other < table.rows(); other++) {
          if (anyMatchDoes && matched[row]) {
            break;
          }
          add(row, other, batch, context, out);
        }
        continue;
      }
      if (slots[row] != JoinTable.NONE) {
        int other = table.first(slots[row]);
        while (other != JoinTable.NONE && !(anyMatchDoes && matched[row])) {
          add(row, other, batch, context, out);
          other = table.next(other);
        }
      }
      if (plan.nullMatches && !(anyMatchDoes && matched[row])) {
        for (int other : table.nullRows()) {
          add(row, other, batch, context, out);
        }
      }
    }
    flush(batch, batch.rows(), context, out);
    if (!plan.type.givesRight()) {
      emitMatched(batch, out);
    }
  }

  /** Null if all rows of the table are candidates. */
  private int @org.jspecify.annotations.Nullable [] slots(Batch batch, EvaluationContext context) {
    if (plan.probeKeys.isEmpty()) {
      return null;
    }
    int rows = batch.rows();
    int[] slots = new int[rows];
    List<Column> values = plan.probeKeys(batch, context);
    codec.encode(values, rows, keys);
    table.find(keys, rows, slots);
    for (int k = 0; k < values.size(); k++) {
      Column value = values.get(k);
      if (!plan.nullSafe.get(k) && value.mayHaveNulls()) {
        for (int row = 0; row < rows; row++) {
          if (value.isNull(row)) {
            slots[row] = plan.nullMatches ? ALL : JoinTable.NONE;
          }
        }
      }
    }
    return slots;
  }

  private void add(int row, int other, Batch batch, EvaluationContext context, Emitter out) {
    if (plan.residual.isEmpty() && !plan.type.givesRight()) {
      matched[row] = true;
      return;
    }
    if (pairs == CHUNK) {
      flush(batch, row, context, out);
    }
    probeRows[pairs] = row;
    buildRows[pairs] = other;
    pairs++;
  }

  /**
   * Asks the rest of the condition of the pairs so far and gives those that pass, each unmatched
   * row that must come out in its place.
   *
   * @param complete rows below have all their pairs
   */
  private void flush(Batch batch, int complete, EvaluationContext context, Emitter out) {
    int kept = askResidual(batch, context);
    mark(kept);
    if (!plan.type.givesRight()) {
      pairs = 0;
      return;
    }
    int[] probes = probeRows;
    int[] builds = buildRows;
    int count = kept;
    if (plan.keepsProbe) {
      probes = new int[kept + complete - settled];
      builds = new int[probes.length];
      count = 0;
      int pair = 0;
      for (int row = settled; row < complete; row++) {
        for (; pair < kept && probeRows[pair] == row; pair++) {
          probes[count] = row;
          builds[count++] = buildRows[pair];
        }
        if (!matched[row]) {
          probes[count] = row;
          builds[count++] = table.nullRow();
        }
      }
      for (; pair < kept; pair++) {
        probes[count] = probeRows[pair];
        builds[count++] = buildRows[pair];
      }
      settled = complete;
    }
    pairs = 0;
    if (count > 0) {
      Batch found = pairs(batch, Arrays.copyOf(probes, count), Arrays.copyOf(builds, count));
      out.emit(new Batch(schema, found.columns(), count));
    }
  }

  /** Moves the pairs that pass to the front; how many they are. */
  private int askResidual(Batch batch, EvaluationContext context) {
    if (plan.residual.isEmpty() || pairs == 0) {
      return pairs;
    }
    Batch candidates =
        pairs(batch, Arrays.copyOf(probeRows, pairs), Arrays.copyOf(buildRows, pairs));
    Column condition =
        Evaluations.evaluate(plan.residual.get(), candidates, context, plan.node.origin());
    int[] positions = new int[pairs];
    int kept = FilterOperator.positions(condition.flatten(), pairs, positions);
    for (int i = 0; i < kept; i++) {
      probeRows[i] = probeRows[positions[i]];
      buildRows[i] = buildRows[positions[i]];
    }
    return kept;
  }

  private void mark(int kept) {
    for (int i = 0; i < kept; i++) {
      int row = probeRows[i];
      if (plan.type == JoinType.LEFT_SINGLE && matched[row]) {
        PipelineException several =
            new EvaluationException(
                "SCALAR_SUBQUERY_TOO_MANY_ROWS",
                "a query in an expression gives more than one row",
                row);
        throw several;
      }
      matched[row] = true;
      if (plan.keepsBuild) {
        matchedBuild[buildRows[i]] = true;
      }
    }
  }

  private Batch pairs(Batch batch, int[] probes, int[] builds) {
    return plan.pairs(
        batch.select(probes, probes.length).columns(),
        table.select(builds, builds.length),
        probes.length);
  }

  private void emitMatched(Batch batch, Emitter out) {
    if (plan.type == JoinType.EXISTENCE) {
      List<Column> columns = new ArrayList<>(batch.columns());
      columns.add(
          new BooleanColumn(AtomicType.BOOLEAN, matched.clone(), Validity.ALL, batch.rows()));
      out.emit(new Batch(schema, columns, batch.rows()));
      return;
    }
    boolean wanted = plan.type == JoinType.LEFT_SEMI;
    int[] positions = new int[batch.rows()];
    int count = 0;
    for (int row = 0; row < batch.rows(); row++) {
      if (matched[row] == wanted) {
        positions[count++] = row;
      }
    }
    if (count > 0) {
      out.emit(batch.select(positions, count));
    }
  }

  /** When all probes are done: the rows of the table that must come out without a match. */
  void emitUnmatchedBuild(Emitter out) {
    int[] open = new int[table.rows()];
    int count = 0;
    for (int row = 0; row < open.length; row++) {
      if (!matchedBuild[row]) {
        open[count++] = row;
      }
    }
    Schema probe = (plan.buildsLeft ? plan.node.right() : plan.node.left()).schema();
    for (int from = 0; from < count; from += CHUNK) {
      int to = Math.min(count, from + CHUNK);
      int rows = to - from;
      List<Column> missing = new ArrayList<>();
      probe.fields().forEach(f -> missing.add(ConstantColumn.of(f.type(), null, rows)));
      List<Column> present = table.select(Arrays.copyOfRange(open, from, to), rows);
      out.emit(new Batch(schema, plan.pairs(missing, present, rows).columns(), rows));
    }
  }
}
