package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.diagnostics.EvaluationFailure;
import dev.sluice.operators.expression.CollationKeys;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.function.Accumulator;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An accumulator for each aggregation of a plan, by slot. Whose the slots are is said elsewhere.
 */
final class Accumulators {
  private final AggregatePlan plan;
  private final List<Accumulator> accumulators;
  private final List<@Nullable Distinct> distinct = new ArrayList<>();
  private int grown;

  /** The values that a DISTINCT aggregation has seen, with their groups. */
  private static final class Distinct {
    final KeyCodec codec;
    final GroupTable table;
    final KeyBatch keys = new KeyBatch();

    Distinct(KeyCodec codec) {
      this.codec = codec;
      this.table = new GroupTable(codec);
    }
  }

  Accumulators(AggregatePlan plan) {
    this.plan = plan;
    this.accumulators = plan.accumulators();
    plan.aggregations.forEach(
        a ->
            distinct.add(
                a.distinct() ? new Distinct(new KeyCodec(AggregatePlan.distinctKey(a))) : null));
  }

  /** Makes slots {@code 0..slots-1} usable; new ones are empty. */
  void grow(int slots) {
    if (slots > grown) {
      grown = Math.max(slots, Math.min(grown + (grown >> 1), Integer.MAX_VALUE - 16));
      for (Accumulator accumulator : accumulators) {
        accumulator.grow(grown);
      }
    }
  }

  /** Adds row {@code i} of the input to the slot {@code into[i]}. */
  void add(Batch input, int[] into, EvaluationContext context) {
    for (AggregatePlan.Feed feed : plan.feeds) {
      Batch rows = input;
      int[] groups = into;
      if (feed.filter().isPresent()) {
        Column condition =
            Evaluations.evaluate(feed.filter().get(), input, context, plan.node.origin());
        int[] positions = new int[input.rows()];
        int count = FilterOperator.positions(condition.flatten(), input.rows(), positions);
        if (count == 0) {
          continue;
        }
        rows = input.select(positions, count);
        groups = pick(into, positions, count);
      }
      feed(feed, rows, groups, context);
    }
  }

  private void feed(AggregatePlan.Feed feed, Batch rows, int[] groups, EvaluationContext context) {
    List<Column> arguments = feed.arguments().evaluate(rows, context);
    int from = 0;
    for (int member : feed.members()) {
      int to = from + plan.aggregations.get(member).aggregation().arguments().size();
      List<Column> own = arguments.subList(from, to);
      from = to;
      Distinct seen = distinct.get(member);
      try {
        if (seen == null) {
          accumulators.get(member).add(groups, own, rows.rows());
        } else {
          addDistinct(seen, accumulators.get(member), groups, own, rows.rows());
        }
      } catch (EvaluationException e) {
        throw failed(e, member);
      }
    }
  }

  private static void addDistinct(
      Distinct seen, Accumulator accumulator, int[] groups, List<Column> arguments, int rows) {
    List<Column> columns = new ArrayList<>(arguments.size() + 1);
    columns.add(new IntColumn(AtomicType.INT, groups, Validity.ALL, rows));
    for (Column argument : arguments) {
      columns.add(CollationKeys.of(argument));
    }
    seen.codec.encode(columns, rows, seen.keys);
    int next = seen.table.slots();
    int[] places = new int[rows];
    seen.table.findOrAdd(seen.keys, null, rows, places);
    // Nothing is ever removed, so a row is the first of its kind if it got the next free slot.
    int[] fresh = new int[rows];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      if (places[row] == next) {
        fresh[count++] = row;
        next++;
      }
    }
    if (count > 0) {
      List<Column> picked = new ArrayList<>(arguments.size());
      for (Column argument : arguments) {
        picked.add(argument.select(fresh, count));
      }
      accumulator.add(pick(groups, fresh, count), picked, count);
    }
  }

  private static int[] pick(int[] values, int[] positions, int count) {
    int[] picked = new int[count];
    for (int i = 0; i < count; i++) {
      picked[i] = values[positions[i]];
    }
    return picked;
  }

  /** Merges row {@code i} of a state, as {@link #state} gave it, into the slot {@code into[i]}. */
  void merge(int[] into, List<Column> state, int rows) {
    int from = 0;
    for (int i = 0; i < accumulators.size(); i++) {
      int to = from + plan.aggregations.get(i).aggregation().stateTypes().size();
      try {
        accumulators.get(i).merge(into, state.subList(from, to), rows);
      } catch (EvaluationException e) {
        throw failed(e, i);
      }
      from = to;
    }
  }

  /** The intermediate state of {@code wanted[from..to)}. */
  List<Column> state(int[] wanted, int from, int to) {
    int[] chunk = Arrays.copyOfRange(wanted, from, to);
    List<Column> columns = new ArrayList<>();
    for (Accumulator accumulator : accumulators) {
      columns.addAll(accumulator.state(chunk, chunk.length));
    }
    return columns;
  }

  /** The results of {@code wanted[from..to)}, one column an aggregation. */
  List<Column> result(int[] wanted, int from, int to) {
    int[] chunk = Arrays.copyOfRange(wanted, from, to);
    List<Column> columns = new ArrayList<>(accumulators.size());
    for (int member = 0; member < accumulators.size(); member++) {
      try {
        columns.add(accumulators.get(member).result(chunk, chunk.length));
      } catch (EvaluationException e) {
        throw failed(e, member);
      }
    }
    return columns;
  }

  private EvaluationFailure failed(EvaluationException e, int member) {
    return Failures.of(e, plan.aggregations.get(member).aggregation(), plan.node.origin());
  }

  /** Makes these slots empty. */
  void clear(int[] wanted, int count) {
    for (Accumulator accumulator : accumulators) {
      accumulator.clear(wanted, count);
    }
  }

  long memoryBytes() {
    long bytes = 0;
    for (Accumulator accumulator : accumulators) {
      bytes += accumulator.memoryBytes();
    }
    for (Distinct seen : distinct) {
      bytes += seen == null ? 0 : seen.table.memoryBytes();
    }
    return bytes;
  }
}
