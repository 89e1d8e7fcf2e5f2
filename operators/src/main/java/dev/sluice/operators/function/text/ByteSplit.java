package dev.sluice.operators.function.text;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Room;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Flats;
import java.util.Arrays;

/**
 * Texts parted at one ASCII character; no byte of a longer UTF-8 character is ASCII, so bytes will
 * do. Parts are slices of the texts.
 */
final class ByteSplit {
  private int[] starts;
  private int[] lengths;
  private int used;

  private ByteSplit(int expected) {
    starts = new int[expected];
    lengths = new int[expected];
  }

  /**
   * @param limits the most parts of each text, of which the last has the rest; none if not positive
   */
  static ArrayColumn split(
      byte separator, BytesColumn in, Column limits, ArrayType type, int rows) {
    int[] limit = ((IntColumn) Flats.base(limits)).values();
    int mask = Flats.mask(limits);
    Validity valid = in.validity().and(Flats.validity(limits), rows);
    ByteSplit parts = new ByteSplit(rows * 4);
    int[] firsts = new int[rows];
    int[] counts = new int[rows];
    for (int i = 0; i < rows; i++) {
      firsts[i] = parts.used;
      if (valid.isValid(i)) {
        parts.add(separator, in.data(), in.starts()[i], in.lengths()[i], limit[i & mask]);
      }
      counts[i] = parts.used - firsts[i];
    }
    BytesColumn elements =
        new BytesColumn(
            type.element(), in.data(), parts.starts, parts.lengths, Validity.ALL, parts.used);
    return new ArrayColumn(type, elements, firsts, counts, valid, rows);
  }

  private void add(byte separator, byte[] data, int start, int length, int limit) {
    int end = start + length;
    int from = start;
    long most = limit > 0 ? used + limit - 1L : Long.MAX_VALUE;
    for (int i = start; i < end && used != most; i++) {
      if (data[i] == separator) {
        part(from, i);
        from = i + 1;
      }
    }
    part(from, end);
  }

  private void part(int from, int to) {
    if (used == starts.length) {
      starts = Arrays.copyOf(starts, Room.grown(used));
      lengths = Arrays.copyOf(lengths, starts.length);
    }
    starts[used] = from;
    lengths[used++] = to - from;
  }
}
