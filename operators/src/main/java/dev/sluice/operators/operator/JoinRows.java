package dev.sluice.operators.operator;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnMemory;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Room;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows by number, in columns. They stand in chunks as they came; chunks with few rows left are made
 * into one, so that there are few of them, and a row is copied a few times in its life. The number
 * of a removed row is given out again. Single-threaded.
 */
final class JoinRows {
  /** Most rows of a chunk. */
  static final int MOST = 1 << 20;

  /** So many chunks of about one size are made into one, about eight times as large. */
  private static final int TOO_MANY = 8;

  /** An event time that no watermark reaches. */
  static final long NEVER = Long.MAX_VALUE;

  private static final long NOWHERE = -1L;

  private final List<DataType> types;
  private final List<@Nullable Chunk> chunks = new ArrayList<>();
  // By number: the chunk and the place in it, the event time.
  private long[] places = new long[0];
  private long[] times = new long[0];
  private int numbers;
  private int size;
  private int[] free = new int[0];
  private int freeCount;

  private static final class Chunk {
    final List<FlatColumn> columns;
    final int[] numbers;
    int live;
    // No row that is left has an earlier time.
    long earliest;

    Chunk(List<FlatColumn> columns, int[] numbers, long earliest) {
      this.columns = columns;
      this.numbers = numbers;
      this.live = numbers.length;
      this.earliest = earliest;
    }
  }

  JoinRows(List<DataType> types) {
    this.types = types;
  }

  int size() {
    return size;
  }

  /** All numbers are below. */
  int numbers() {
    return numbers;
  }

  /** A number for a row that {@link #fill} brings. */
  int reserve(long time) {
    int number = freeCount > 0 ? free[--freeCount] : numbers++;
    reserve(number, time);
    return number;
  }

  /** Takes this number, which is not in use, as one that is restored. */
  void reserve(int number, long time) {
    if (number >= places.length) {
      int capacity = Math.max(number + 1, places.length + (places.length >> 1) + 32);
      int old = places.length;
      places = Arrays.copyOf(places, capacity);
      Arrays.fill(places, old, capacity, NOWHERE);
      times = Arrays.copyOf(times, capacity);
    }
    numbers = Math.max(numbers, number + 1);
    times[number] = time;
    size++;
  }

  /** After a restore: numbers that are not in use are given out again, lower ones first. */
  void collectFree() {
    free = new int[numbers - size];
    freeCount = 0;
    for (int number = numbers - 1; number >= 0; number--) {
      if (!isLive(number)) {
        free[freeCount++] = number;
      }
    }
  }

  boolean isLive(int number) {
    return number < numbers && places[number] != NOWHERE;
  }

  long time(int number) {
    return times[number];
  }

  /** The rows with these numbers, which were reserved: the columns are copied. */
  void fill(List<List<Column>> pieces, int[] rowNumbers) {
    if (rowNumbers.length == 0) {
      return;
    }
    List<FlatColumn> columns;
    try {
      columns = concatenate(pieces);
    } catch (Room.Exceeded e) {
      if (pieces.size() == 1) {
        throw e;
      }
      int half = pieces.size() / 2;
      int count = 0;
      for (List<Column> piece : pieces.subList(0, half)) {
        count += piece.get(0).size();
      }
      fill(pieces.subList(0, half), Arrays.copyOf(rowNumbers, count));
      fill(
          pieces.subList(half, pieces.size()),
          Arrays.copyOfRange(rowNumbers, count, rowNumbers.length));
      return;
    }
    put(new Chunk(columns, rowNumbers, earliest(rowNumbers)));
  }

  private long earliest(int[] rowNumbers) {
    long earliest = NEVER;
    for (int number : rowNumbers) {
      earliest = Math.min(earliest, times[number]);
    }
    return earliest;
  }

  private List<FlatColumn> concatenate(List<List<Column>> pieces) {
    List<FlatColumn> columns = new ArrayList<>(types.size());
    for (int c = 0; c < types.size(); c++) {
      List<Column> parts = new ArrayList<>(pieces.size());
      for (List<Column> piece : pieces) {
        parts.add(piece.get(c));
      }
      columns.add(Columns.concatenate(types.get(c), parts));
    }
    return columns;
  }

  private void put(Chunk chunk) {
    int index = chunks.indexOf(null);
    if (index < 0) {
      index = chunks.size();
      chunks.add(chunk);
    } else {
      chunks.set(index, chunk);
    }
    for (int at = 0; at < chunk.numbers.length; at++) {
      places[chunk.numbers[at]] = (long) index << 32 | at;
    }
  }

  private Chunk chunk(int index) {
    Chunk chunk = chunks.get(index);
    if (chunk == null) {
      throw new IllegalStateException("a row of a chunk that is gone");
    }
    return chunk;
  }

  void remove(int number) {
    Chunk chunk = chunk(chunkOf(number));
    chunk.live--;
    if (chunk.live == 0) {
      chunks.set(chunkOf(number), null);
    }
    places[number] = NOWHERE;
    size--;
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, Math.max(16, freeCount * 2));
    }
    free[freeCount++] = number;
  }

  /** How many chunks there are, with gaps. */
  int chunks() {
    return chunks.size();
  }

  int chunkOf(int number) {
    return (int) (places[number] >>> 32);
  }

  /** The columns of rows of one chunk. */
  List<Column> select(int chunkIndex, int[] rowNumbers, int from, int to) {
    Chunk chunk = chunk(chunkIndex);
    int[] positions = new int[to - from];
    for (int i = from; i < to; i++) {
      positions[i - from] = (int) places[rowNumbers[i]];
    }
    List<Column> columns = new ArrayList<>(types.size());
    for (FlatColumn column : chunk.columns) {
      columns.add(column.select(positions, positions.length));
    }
    return columns;
  }

  /** The numbers of all rows, chunk by chunk. */
  int[] live() {
    return due(NEVER);
  }

  /** The numbers of the rows with a time up to a limit, chunk by chunk. */
  int[] due(long limit) {
    int[] due = new int[16];
    int count = 0;
    for (int index = 0; index < chunks.size(); index++) {
      Chunk chunk = chunks.get(index);
      if (chunk == null || chunk.earliest > limit) {
        continue;
      }
      long earliest = NEVER;
      for (int at = 0; at < chunk.numbers.length; at++) {
        int number = chunk.numbers[at];
        if (places[number] != ((long) index << 32 | at)) {
          continue;
        }
        if (times[number] > limit) {
          earliest = Math.min(earliest, times[number]);
          continue;
        }
        if (count == due.length) {
          due = Arrays.copyOf(due, count * 2);
        }
        due[count++] = number;
      }
      if (limit != NEVER) {
        chunk.earliest = earliest;
      }
    }
    return Arrays.copyOf(due, count);
  }

  /** Makes small chunks into larger ones, and those that are half empty anew. */
  void tidy() {
    int[] ofSize = new int[11];
    for (Chunk chunk : chunks) {
      if (chunk != null) {
        ofSize[sizeClass(chunk.live)]++;
      }
    }
    for (int kind = 0; kind < ofSize.length - 1; kind++) {
      if (ofSize[kind] >= TOO_MANY) {
        List<Integer> several = new ArrayList<>();
        int rows = 0;
        for (int index = 0; index < chunks.size(); index++) {
          Chunk chunk = chunks.get(index);
          if (chunk != null && sizeClass(chunk.live) == kind && rows + chunk.live <= MOST) {
            several.add(index);
            rows += chunk.live;
          }
        }
        if (several.size() > 1 && merge(several)) {
          ofSize[sizeClass(rows)]++;
        }
      }
    }
    for (int index = 0; index < chunks.size(); index++) {
      Chunk chunk = chunks.get(index);
      if (chunk != null && chunk.numbers.length > 256 && chunk.live < chunk.numbers.length / 2) {
        merge(List.of(index));
      }
    }
  }

  private static int sizeClass(int rows) {
    return (31 - Integer.numberOfLeadingZeros(Math.max(1, rows))) / 3;
  }

  private boolean merge(List<Integer> indexes) {
    List<List<Column>> pieces = new ArrayList<>();
    int total = 0;
    for (int index : indexes) {
      total += chunk(index).live;
    }
    int[] kept = new int[total];
    int count = 0;
    for (int index : indexes) {
      Chunk chunk = chunk(index);
      int from = count;
      for (int at = 0; at < chunk.numbers.length; at++) {
        if (places[chunk.numbers[at]] == ((long) index << 32 | at)) {
          kept[count++] = chunk.numbers[at];
        }
      }
      pieces.add(select(index, kept, from, count));
    }
    List<FlatColumn> columns;
    try {
      columns = concatenate(pieces);
    } catch (Room.Exceeded e) {
      return false;
    }
    indexes.forEach(index -> chunks.set(index, null));
    put(new Chunk(columns, kept, earliest(kept)));
    return true;
  }

  /** Positions of {@code numbers[0..count)}, ordered by the chunk the rows are in. */
  int[] byChunk(int[] rowNumbers, int count) {
    int[] starts = new int[chunks.size() + 1];
    for (int i = 0; i < count; i++) {
      starts[chunkOf(rowNumbers[i]) + 1]++;
    }
    for (int i = 1; i < starts.length; i++) {
      starts[i] += starts[i - 1];
    }
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[starts[chunkOf(rowNumbers[i])]++] = i;
    }
    return order;
  }

  /** The rows of these numbers as columns, in the order given. */
  List<Column> pick(int[] rowNumbers, int from, int to) {
    List<List<Column>> pieces = new ArrayList<>();
    int start = from;
    for (int i = from; i < to; i++) {
      if (i + 1 == to || chunkOf(rowNumbers[i + 1]) != chunkOf(rowNumbers[i])) {
        pieces.add(select(chunkOf(rowNumbers[i]), rowNumbers, start, i + 1));
        start = i + 1;
      }
    }
    return pieces.size() == 1 ? pieces.get(0) : new ArrayList<>(concatenate(pieces));
  }

  long memoryBytes() {
    long bytes = 8L * (places.length + times.length) + 4L * free.length;
    for (Chunk chunk : chunks) {
      if (chunk != null) {
        bytes += 4L * chunk.numbers.length;
        for (FlatColumn column : chunk.columns) {
          bytes += ColumnMemory.bytes(column);
        }
      }
    }
    return bytes;
  }
}
