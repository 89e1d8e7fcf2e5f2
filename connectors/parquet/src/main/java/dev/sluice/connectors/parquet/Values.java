package dev.sluice.connectors.parquet;

import java.util.Arrays;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Values of one physical type, without nulls, in the array of its kind. INT96 timestamps are held
 * as microseconds, bytes as slices: of one page or dictionary as long as they come from one, of a
 * copy otherwise.
 */
final class Values {
  final PrimitiveTypeName type;
  int size;
  boolean[] booleans = new boolean[0];
  int[] ints = new int[0];
  long[] longs = new long[0];
  float[] floats = new float[0];
  double[] doubles = new double[0];
  byte[] data = new byte[0];
  int[] starts = new int[0];
  int[] lengths = new int[0];

  /** Whether {@link #data} is our copy, of which so much is used. */
  private boolean own;

  private int used;

  Values(PrimitiveTypeName type, int capacity) {
    this.type = type;
    ensure(capacity);
  }

  void ensure(int more) {
    int needed = Math.addExact(size, more);
    switch (type) {
      case BOOLEAN ->
          booleans = needed <= booleans.length ? booleans : Arrays.copyOf(booleans, grown(needed));
      case INT32 -> ints = needed <= ints.length ? ints : Arrays.copyOf(ints, grown(needed));
      case INT64, INT96 ->
          longs = needed <= longs.length ? longs : Arrays.copyOf(longs, grown(needed));
      case FLOAT ->
          floats = needed <= floats.length ? floats : Arrays.copyOf(floats, grown(needed));
      case DOUBLE ->
          doubles = needed <= doubles.length ? doubles : Arrays.copyOf(doubles, grown(needed));
      case BINARY, FIXED_LEN_BYTE_ARRAY -> {
        if (needed > starts.length) {
          starts = Arrays.copyOf(starts, grown(needed));
          lengths = Arrays.copyOf(lengths, starts.length);
        }
      }
    }
  }

  private int grown(int needed) {
    return size == 0 ? needed : Math.max(needed, size + (size >> 1));
  }

  /** Makes slices of {@code source} possible, by reference if all slices are of it. */
  private boolean adopt(byte[] source) {
    if (size == 0 && !own || data == source) {
      data = source;
      return true;
    }
    if (!own) {
      // A second source: from now on everything is copied together.
      long total = 0;
      for (int i = 0; i < size; i++) {
        total += lengths[i];
      }
      byte[] copy = new byte[(int) Math.min(Integer.MAX_VALUE - 16, Math.max(64, total * 2))];
      int at = 0;
      for (int i = 0; i < size; i++) {
        System.arraycopy(data, starts[i], copy, at, lengths[i]);
        starts[i] = at;
        at += lengths[i];
      }
      data = copy;
      used = at;
      own = true;
    }
    return false;
  }

  /** Appends slices; room for them must have been made. */
  void addSlices(byte[] source, int[] from, int[] sizes, int offset, int count) {
    if (adopt(source)) {
      System.arraycopy(from, offset, starts, size, count);
      System.arraycopy(sizes, offset, lengths, size, count);
    } else {
      for (int i = 0; i < count; i++) {
        copyIn(source, from[offset + i], sizes[offset + i], size + i);
      }
    }
    size += count;
  }

  private void copyIn(byte[] source, int from, int length, int index) {
    if ((long) used + length > data.length) {
      long wider = Math.max((long) used + length, data.length * 2L);
      if (wider > Integer.MAX_VALUE - 16 && (long) used + length > Integer.MAX_VALUE - 16) {
        throw new IllegalStateException("more than 2 GiB of text in one batch column");
      }
      data = Arrays.copyOf(data, (int) Math.min(Integer.MAX_VALUE - 16, wider));
    }
    System.arraycopy(source, from, data, used, length);
    starts[index] = used;
    lengths[index] = length;
    used += length;
  }

  /** Appends {@code other[ids[0..count)]}. */
  void addById(Values other, int[] ids, int count) {
    ensure(count);
    switch (type) {
      case BOOLEAN -> {
        for (int i = 0; i < count; i++) {
          booleans[size + i] = other.booleans[ids[i]];
        }
      }
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          ints[size + i] = other.ints[ids[i]];
        }
      }
      case INT64, INT96 -> {
        for (int i = 0; i < count; i++) {
          longs[size + i] = other.longs[ids[i]];
        }
      }
      case FLOAT -> {
        for (int i = 0; i < count; i++) {
          floats[size + i] = other.floats[ids[i]];
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < count; i++) {
          doubles[size + i] = other.doubles[ids[i]];
        }
      }
      case BINARY, FIXED_LEN_BYTE_ARRAY -> {
        boolean same = adopt(other.data);
        for (int i = 0; i < count; i++) {
          int id = ids[i];
          if (same) {
            starts[size + i] = other.starts[id];
            lengths[size + i] = other.lengths[id];
          } else {
            copyIn(other.data, other.starts[id], other.lengths[id], size + i);
          }
        }
      }
    }
    size += count;
  }

  /** Appends {@code other[from .. from + count)}. */
  void addRange(Values other, int from, int count) {
    ensure(count);
    switch (type) {
      case BOOLEAN -> System.arraycopy(other.booleans, from, booleans, size, count);
      case INT32 -> System.arraycopy(other.ints, from, ints, size, count);
      case INT64, INT96 -> System.arraycopy(other.longs, from, longs, size, count);
      case FLOAT -> System.arraycopy(other.floats, from, floats, size, count);
      case DOUBLE -> System.arraycopy(other.doubles, from, doubles, size, count);
      case BINARY, FIXED_LEN_BYTE_ARRAY -> {
        addSlices(other.data, other.starts, other.lengths, from, count);
        return;
      }
    }
    size += count;
  }

  /**
   * Spreads the values over {@code places} rows: value i goes to row {@code rows[i]}, ascending.
   */
  void spread(int[] rows, int places) {
    int count = size;
    ensure(Math.max(0, places - size));
    for (int i = count - 1; i >= 0; i--) {
      int row = rows[i];
      if (row == i) {
        break;
      }
      switch (type) {
        case BOOLEAN -> booleans[row] = booleans[i];
        case INT32 -> ints[row] = ints[i];
        case INT64, INT96 -> longs[row] = longs[i];
        case FLOAT -> floats[row] = floats[i];
        case DOUBLE -> doubles[row] = doubles[i];
        case BINARY, FIXED_LEN_BYTE_ARRAY -> {
          starts[row] = starts[i];
          lengths[row] = lengths[i];
        }
      }
    }
    size = places;
  }
}
