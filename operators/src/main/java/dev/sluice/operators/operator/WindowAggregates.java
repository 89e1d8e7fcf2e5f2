package dev.sluice.operators.operator;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.function.Accumulator;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.keyed.IntList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An aggregate function over the frame of each row. Equal frames of neighbours are computed once.
 * Frames that do not overlap are groups; those that only grow are added to, all partitions in step;
 * short ones are computed each by itself, and long ones that move are put together from blocks of
 * rows, blocks of blocks and so on, so that no frame costs more than a few dozen steps.
 */
final class WindowAggregates {
  private static final int FANOUT = 16;
  private static final int SHORT = 4 * FANOUT;
  private static final int MOST_PAIRS = 1 << 16;

  private final Aggregation aggregation;
  private final List<Column> arguments;
  private final int rows;
  // The distinct frames in order, and which one each row has.
  private final int[] from;
  private final int[] to;
  private final int[] frameOf;
  private int frames;

  WindowAggregates(Aggregation aggregation, List<Column> arguments, WindowRows.Frames of) {
    this.aggregation = aggregation;
    this.arguments = arguments;
    this.rows = of.from().length;
    this.from = new int[rows];
    this.to = new int[rows];
    this.frameOf = new int[rows];
    for (int i = 0; i < rows; i++) {
      if (frames == 0 || of.from()[i] != from[frames - 1] || of.to()[i] != to[frames - 1]) {
        from[frames] = of.from()[i];
        to[frames++] = of.to()[i];
      }
      frameOf[i] = frames - 1;
    }
  }

  /** One value a row. */
  Column column() {
    return perFrame().select(frameOf, rows);
  }

  private Column perFrame() {
    boolean apart = true;
    boolean growing = true;
    long length = 0;
    for (int f = 0; f < frames; f++) {
      length += to[f] - from[f];
      if (f > 0 && from[f] < to[f - 1]) {
        apart = false;
        growing &= from[f] == from[f - 1] && to[f] >= to[f - 1];
      }
    }
    if (apart) {
      return apart();
    }
    if (growing) {
      return growing();
    }
    return moving(length <= (long) SHORT * frames);
  }

  /** Adds rows to slots, in this order. */
  private void add(Accumulator accumulator, int[] slots, int[] places, int count) {
    if (count == 0) {
      return;
    }
    List<Column> picked = new ArrayList<>(arguments.size());
    for (Column argument : arguments) {
      picked.add(argument.select(places, count));
    }
    accumulator.add(slots, picked, count);
  }

  private Column apart() {
    Accumulator accumulator = aggregation.accumulator();
    accumulator.grow(Math.max(1, frames));
    int[] slots = new int[rows];
    int[] places = new int[rows];
    int count = 0;
    for (int f = 0; f < frames; f++) {
      for (int row = from[f]; row < to[f]; row++) {
        slots[count] = f;
        places[count++] = row;
      }
    }
    add(accumulator, slots, places, count);
    return accumulator.result(sequence(frames), frames);
  }

  private static int[] sequence(int count) {
    int[] all = new int[count];
    for (int i = 0; i < count; i++) {
      all[i] = i;
    }
    return all;
  }

  /** The next frame of every partition at once, as long as there is one. */
  private Column growing() {
    int[] next = new int[frames];
    int[] added = new int[frames];
    int chains = 0;
    int[] ends = new int[frames];
    for (int f = 0; f < frames; f++) {
      if (f == 0 || from[f] >= to[f - 1] || from[f] != from[f - 1]) {
        next[chains] = f;
        added[chains++] = from[f];
      }
      ends[chains - 1] = f + 1;
    }
    Accumulator accumulator = aggregation.accumulator();
    accumulator.grow(chains);
    ColumnBuilder results = ColumnBuilder.of(aggregation.type(), frames);
    int[] placeOf = new int[frames];
    int[] active = sequence(chains);
    int count = chains;
    int given = 0;
    IntList slots = new IntList();
    IntList places = new IntList();
    while (count > 0) {
      slots.clear();
      places.clear();
      for (int a = 0; a < count; a++) {
        int chain = active[a];
        for (; added[chain] < to[next[chain]]; added[chain]++) {
          slots.add(chain);
          places.add(added[chain]);
        }
      }
      add(accumulator, slots.toArray(), places.toArray(), slots.size());
      Column result = accumulator.result(Arrays.copyOf(active, count), count);
      int still = 0;
      for (int a = 0; a < count; a++) {
        int chain = active[a];
        results.appendFrom(result, a);
        placeOf[next[chain]++] = given++;
        if (next[chain] < ends[chain]) {
          active[still++] = chain;
        }
      }
      count = still;
    }
    return results.build().select(placeOf, frames);
  }

  private Column moving(boolean direct) {
    List<List<Column>> blocks = direct ? List.of() : blocks();
    ColumnBuilder results = ColumnBuilder.of(aggregation.type(), frames);
    int first = 0;
    while (first < frames) {
      int end = first;
      long pairs = 0;
      while (end < frames && (end == first || pairs < MOST_PAIRS)) {
        pairs += direct ? to[end] - from[end] : SHORT;
        end++;
      }
      Accumulator accumulator = aggregation.accumulator();
      accumulator.grow(end - first);
      List<Phase> phases = new ArrayList<>();
      for (int level = 0; level <= blocks.size(); level++) {
        phases.add(new Phase(level));
      }
      for (int level = blocks.size(); level >= 0; level--) {
        phases.add(new Phase(level));
      }
      for (int f = first; f < end; f++) {
        split(f, f - first, phases, direct);
      }
      phases.forEach(phase -> phase.apply(accumulator, blocks));
      Column part = accumulator.result(sequence(end - first), end - first);
      for (int i = 0; i < end - first; i++) {
        results.appendFrom(part, i);
      }
      first = end;
    }
    return results.build();
  }

  /** The states of blocks of rows, then of blocks of those, until there are few. */
  private List<List<Column>> blocks() {
    List<List<Column>> levels = new ArrayList<>();
    int units = rows;
    while (units > 2 * FANOUT) {
      int blocks = (units + FANOUT - 1) / FANOUT;
      int[] slots = new int[units];
      for (int i = 0; i < units; i++) {
        slots[i] = i / FANOUT;
      }
      Accumulator accumulator = aggregation.accumulator();
      accumulator.grow(blocks);
      if (levels.isEmpty()) {
        accumulator.add(slots, arguments, units);
      } else {
        accumulator.merge(slots, levels.get(levels.size() - 1), units);
      }
      levels.add(accumulator.state(sequence(blocks), blocks));
      units = blocks;
    }
    return levels;
  }

  /** Units of one level, rows or blocks, to be taken into slots. */
  private final class Phase {
    final int level;
    final IntList slots = new IntList();
    final IntList units = new IntList();

    Phase(int level) {
      this.level = level;
    }

    void add(int slot, int fromUnit, int toUnit) {
      for (int unit = fromUnit; unit < toUnit; unit++) {
        slots.add(slot);
        units.add(unit);
      }
    }

    void apply(Accumulator accumulator, List<List<Column>> blocks) {
      if (slots.size() == 0) {
        return;
      }
      if (level == 0) {
        WindowAggregates.this.add(accumulator, slots.toArray(), units.toArray(), slots.size());
        return;
      }
      List<Column> picked = new ArrayList<>();
      for (Column column : blocks.get(level - 1)) {
        picked.add(column.select(units.toArray(), units.size()));
      }
      accumulator.merge(slots.toArray(), picked, slots.size());
    }
  }

  /** Rows at both ends, whole blocks between them: in the order of the rows. */
  private void split(int frame, int slot, List<Phase> phases, boolean direct) {
    int top = direct ? 0 : phases.size() / 2 - 1;
    int low = from[frame];
    int high = to[frame];
    for (int level = 0; ; level++) {
      if (level == top || high - low <= 2 * FANOUT) {
        phases.get(level).add(slot, low, high);
        return;
      }
      int firstBlock = (low + FANOUT - 1) / FANOUT;
      int lastBlock = high / FANOUT;
      phases.get(level).add(slot, low, firstBlock * FANOUT);
      phases.get(phases.size() - 1 - level).add(slot, lastBlock * FANOUT, high);
      low = firstBlock;
      high = lastBlock;
    }
  }
}
