package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.function.Accumulator;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An object for each group that got a row. Rows with a null argument are left out. State: what the
 * sketch writes, or null.
 */
final class SketchAccumulator<S extends Sketch> implements Accumulator {
  static final List<DataType> STATE = List.of(AtomicType.BINARY);

  /** Writes the result of a group; the sketch is null for a group without rows. */
  @FunctionalInterface
  public interface Result<S> {
    void append(@Nullable S sketch, ColumnBuilder out);
  }

  private final Supplier<S> maker;
  private final DataType type;
  private final Result<S> result;
  private final List<@Nullable S> sketches = new ArrayList<>();

  SketchAccumulator(Supplier<S> maker, DataType type, Result<S> result) {
    this.maker = maker;
    this.type = type;
    this.result = result;
  }

  @Override
  public void grow(int slots) {
    while (sketches.size() < slots) {
      sketches.add(null);
    }
  }

  private S open(int slot) {
    S sketch = sketches.get(slot);
    if (sketch == null) {
      sketch = maker.get();
      sketches.set(slot, sketch);
    }
    return sketch;
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    List<FlatColumn> flat = new ArrayList<>(arguments.size());
    arguments.forEach(argument -> flat.add(argument.flatten()));
    for (int i = 0; i < rows; i++) {
      boolean missing = false;
      for (FlatColumn column : flat) {
        missing |= column.isNull(i);
      }
      if (!missing) {
        open(slots[i]).add(flat, i);
      }
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    BytesColumn bytes = (BytesColumn) state.get(0).flatten();
    for (int i = 0; i < rows; i++) {
      if (!bytes.isNull(i)) {
        merge(open(slots[i]), bytes.bytes(i));
      }
    }
  }

  /** What was stored is of this process, or of a checkpoint: of whatever version. */
  private static void merge(Sketch into, byte[] stored) {
    try {
      into.merge(stored);
    } catch (UncheckedIOException e) {
      throw new PipelineException(
          "state-unreadable",
          "the state of an aggregation has a sketch that this version cannot read ("
              + Objects.requireNonNull(e.getCause()).getMessage()
              + "): it is of another version; go on with that, or start with a new"
              + " checkpointLocation",
          e);
    }
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.BINARY, count);
    for (int i = 0; i < count; i++) {
      S sketch = sketches.get(slots[i]);
      if (sketch == null) {
        out.appendNull();
      } else {
        out.append(sketch.write());
      }
    }
    return List.of(out.build());
  }

  @Override
  public Column result(int[] slots, int count) {
    ColumnBuilder out = ColumnBuilder.of(type, count);
    for (int i = 0; i < count; i++) {
      result.append(sketches.get(slots[i]), out);
    }
    return out.build();
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      sketches.set(slots[i], null);
    }
  }

  /** A guess: sketches are of a few kilobytes. */
  @Override
  public long memoryBytes() {
    long used = sketches.stream().filter(sketch -> sketch != null).count();
    return sketches.size() * 8L + used * 4096L;
  }
}
