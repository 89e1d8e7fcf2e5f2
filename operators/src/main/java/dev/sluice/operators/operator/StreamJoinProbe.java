package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.plan.JoinType;
import java.util.Arrays;
import java.util.List;

/**
 * Pairs the rows of a batch with the kept rows of the other side, some thousand pairs at a time: of
 * those that the keys allow, the ones for which the rest of the condition is true come out.
 */
final class StreamJoinProbe {
  private static final int CHUNK = Batch.TARGET_ROWS;

  /** Fewer pairs a chunk than this are copied together rather than given chunk by chunk. */
  private static final int WORTH_A_BATCH = 64;

  private final StreamJoinPlan plan;
  private final Schema pairSchema;
  private final Schema schema;
  private final int[] probeRows = new int[CHUNK];
  private final int[] otherRows = new int[CHUNK];
  private int pairs;

  StreamJoinProbe(StreamJoinPlan plan) {
    this.plan = plan;
    this.pairSchema = plan.node.pair();
    this.schema = plan.node.schema();
  }

  /** Gives the pairs, or the left rows that have one; which rows of the batch had a partner. */
  boolean[] probe(
      Batch batch,
      int[] slots,
      JoinSide own,
      JoinSide other,
      EvaluationContext context,
      Outputs out) {
    boolean[] matched = new boolean[batch.rows()];
    boolean semi = plan.type == JoinType.LEFT_SEMI;
    boolean oneDoes = semi && own.plan.isLeft;
    boolean onlyUnmatched = semi && !own.plan.isLeft;
    boolean anyDoes = oneDoes && plan.residual.isEmpty();
    pairs = 0;
    for (int row = 0; row < slots.length; row++) {
      int each = other.first(slots[row]);
      if (anyDoes) {
        matched[row] = each != JoinSide.NONE;
        continue;
      }
      while (each != JoinSide.NONE && !(oneDoes && matched[row])) {
        if (!onlyUnmatched || !other.isMatched(each)) {
          if (pairs == CHUNK) {
            flush(batch, own, other, matched, context, out);
          }
          probeRows[pairs] = row;
          otherRows[pairs++] = each;
        }
        each = other.next(each);
      }
    }
    flush(batch, own, other, matched, context, out);
    if (oneDoes) {
      emitMatched(batch, matched, out);
    }
    return matched;
  }

  private void flush(
      Batch batch,
      JoinSide own,
      JoinSide other,
      boolean[] matched,
      EvaluationContext context,
      Outputs out) {
    if (pairs == 0) {
      return;
    }
    int[] order = other.rows.byChunk(otherRows, pairs);
    int[] probes = new int[pairs];
    int[] others = new int[pairs];
    int segments = 0;
    for (int i = 0; i < pairs; i++) {
      probes[i] = probeRows[order[i]];
      others[i] = otherRows[order[i]];
      segments +=
          i == 0 || other.rows.chunkOf(others[i]) != other.rows.chunkOf(others[i - 1]) ? 1 : 0;
    }
    int count = pairs;
    pairs = 0;
    if (segments == 1 || count < segments * WORTH_A_BATCH) {
      give(batch, probes, others, 0, count, own, other, matched, context, out);
      return;
    }
    int start = 0;
    for (int i = 1; i <= count; i++) {
      if (i == count || other.rows.chunkOf(others[i]) != other.rows.chunkOf(others[start])) {
        give(batch, probes, others, start, i, own, other, matched, context, out);
        start = i;
      }
    }
  }

  private void give(
      Batch batch,
      int[] probes,
      int[] others,
      int from,
      int to,
      JoinSide own,
      JoinSide other,
      boolean[] matched,
      EvaluationContext context,
      Outputs out) {
    int count = to - from;
    List<Column> mine = batch.select(Arrays.copyOfRange(probes, from, to), count).columns();
    List<Column> theirs = other.plan.widen(other.rows.pick(others, from, to), count);
    Batch found =
        own.plan.isLeft
            ? StreamJoinPlan.pairs(pairSchema, mine, theirs, count)
            : StreamJoinPlan.pairs(pairSchema, theirs, mine, count);
    int[] kept = new int[count];
    int keptCount = askResidual(found, context, kept);
    int fresh = 0;
    for (int i = 0; i < keptCount; i++) {
      int pair = kept[i];
      matched[probes[from + pair]] = true;
      boolean first = !other.isMatched(others[from + pair]);
      if (other.plan.marksMatches) {
        other.match(others[from + pair]);
      }
      // Of a left row that only has to have a match, the first one counts.
      if (plan.type.givesRight() || first) {
        kept[fresh++] = pair;
      }
    }
    if (fresh == 0 || !plan.type.givesRight() && own.plan.isLeft) {
      return;
    }
    Batch some = fresh == count ? found : found.select(kept, fresh);
    out.emit(
        plan.type.givesRight()
            ? new Batch(schema, some.columns(), fresh)
            : new Batch(schema, some.columns().subList(0, schema.size()), fresh));
  }

  /** Writes the positions of the pairs that pass; how many they are. */
  private int askResidual(Batch found, EvaluationContext context, int[] into) {
    if (plan.residual.isEmpty()) {
      for (int i = 0; i < into.length; i++) {
        into[i] = i;
      }
      return into.length;
    }
    Column value = Evaluations.evaluate(plan.residual.get(), found, context, plan.node.origin());
    return FilterOperator.positions(value.flatten(), found.rows(), into);
  }

  private void emitMatched(Batch batch, boolean[] matched, Outputs out) {
    int[] positions = new int[matched.length];
    int count = 0;
    for (int row = 0; row < matched.length; row++) {
      if (matched[row]) {
        positions[count++] = row;
      }
    }
    if (count > 0) {
      Batch found = count == matched.length ? batch : batch.select(positions, count);
      out.emit(new Batch(schema, found.columns(), count));
    }
  }
}
