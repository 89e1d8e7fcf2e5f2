package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ColumnMemory;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Many values for each slot, in the order they came: chains through shared arrays. Values of
 * cleared slots stay until they outweigh those that live, then all are copied together.
 */
final class ElementStore {
  private static final int CHUNK = 1024;
  private static final int NONE = -1;

  private final DataType type;
  private final List<FlatColumn> chunks = new ArrayList<>();
  private int[] chunkStarts = new int[8];
  private ColumnBuilder open;
  private int openStart;
  private int[] next = new int[0];
  private int[] heads = new int[0];
  private int[] tails = new int[0];
  private int[] counts = new int[0];
  private int size;
  private int dead;
  // Of the sealed values.
  private long bytes;

  ElementStore(DataType type) {
    this.type = type;
    this.open = ColumnBuilder.of(type, 16);
  }

  void resize(int slots) {
    int old = heads.length;
    heads = Arrays.copyOf(heads, slots);
    tails = Arrays.copyOf(tails, slots);
    counts = Arrays.copyOf(counts, slots);
    Arrays.fill(heads, old, slots, NONE);
  }

  /** How many values a slot holds. */
  int count(int slot) {
    return counts[slot];
  }

  /**
   * Appends a value to a slot and gives its number, by which {@link #column} and {@link #row} find
   * it.
   */
  int add(int slot, Column column, int row) {
    if (open.size() == CHUNK) {
      seal();
    }
    open.appendFrom(column, row);
    if (size == next.length) {
      next = Arrays.copyOf(next, Math.max(64, size + (size >> 1)));
    }
    int element = size++;
    next[element] = NONE;
    if (heads[slot] == NONE) {
      heads[slot] = element;
    } else {
      next[tails[slot]] = element;
    }
    tails[slot] = element;
    counts[slot]++;
    return element;
  }

  /** Makes all values readable. */
  void seal() {
    if (open.size() == 0) {
      return;
    }
    if (chunks.size() == chunkStarts.length) {
      chunkStarts = Arrays.copyOf(chunkStarts, chunks.size() * 2);
    }
    chunkStarts[chunks.size()] = openStart;
    FlatColumn chunk = open.build();
    bytes += ColumnMemory.bytes(chunk);
    chunks.add(chunk);
    openStart = size;
    open = ColumnBuilder.of(type, 16);
  }

  int head(int slot) {
    return heads[slot];
  }

  /** The value after another one of the same slot, or -1. */
  int next(int element) {
    return next[element];
  }

  /** True if {@link #seal} must be called before this value can be read. */
  boolean isOpen(int element) {
    return element >= openStart;
  }

  FlatColumn column(int element) {
    return chunks.get(chunk(element));
  }

  int row(int element) {
    return element - chunkStarts[chunk(element)];
  }

  private int chunk(int element) {
    int found = Arrays.binarySearch(chunkStarts, 0, chunks.size(), element);
    return found >= 0 ? found : -found - 2;
  }

  void appendTo(ColumnBuilder builder, int element) {
    int chunk = chunk(element);
    builder.appendFrom(chunks.get(chunk), element - chunkStarts[chunk]);
  }

  void clear(int slot) {
    dead += counts[slot];
    counts[slot] = 0;
    heads[slot] = NONE;
  }

  /** True if {@link #compacted} would free more than half. */
  boolean wasteful() {
    return dead > CHUNK && dead * 2 > size;
  }

  /** A copy without the values of cleared slots; their numbers change. */
  ElementStore compacted() {
    seal();
    ElementStore copy = new ElementStore(type);
    copy.resize(heads.length);
    for (int slot = 0; slot < heads.length; slot++) {
      for (int e = heads[slot]; e != NONE; e = next[e]) {
        copy.add(slot, column(e), row(e));
      }
    }
    return copy;
  }

  /** Of values that are not sealed, which are few, it is an estimate. */
  long memoryBytes() {
    long each = openStart == 0 ? 64 : bytes / openStart;
    return bytes + each * open.size() + 4L * next.length + 12L * heads.length;
  }
}
