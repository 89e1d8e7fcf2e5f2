package dev.sluice.operators.spill;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.keyed.Hashing;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.keyed.KeyReader;
import java.util.List;

/**
 * Keys in the form in which they lie beyond the heap. One that is a number takes as many bytes as
 * it needs, the lowest first and at least one, with its sign in the lowest bit; null takes none.
 * Any other is the bytes that {@link KeyCodec} makes of it. Not thread-safe.
 */
final class SpilledKeys {
  private final KeyCodec codec;
  private final KeyBatch own = new KeyBatch();
  private KeyBatch taken = own;
  private byte[] numbers = new byte[0];
  private int[] numberOffsets = new int[1];

  SpilledKeys(KeyCodec codec) {
    this.codec = codec;
  }

  List<DataType> types() {
    return codec.types();
  }

  /** Takes keys; good until others are taken. */
  void encode(List<Column> keys, int rows) {
    codec.encode(keys, rows, own);
    take(own);
  }

  /** Takes keys that were encoded by a codec like that of these. */
  void take(KeyBatch batch) {
    taken = batch;
    if (!codec.single()) {
      return;
    }
    int rows = batch.rows;
    if (numberOffsets.length <= rows) {
      numberOffsets = new int[rows + 1];
      numbers = new byte[(rows + 1) * 8];
    }
    boolean all = batch.validity == Validity.ALL;
    int at = 0;
    for (int row = 0; row < rows; row++) {
      numberOffsets[row] = at;
      if (all || batch.validity.isValid(row)) {
        long number = batch.longs[row];
        long bits = number << 1 ^ number >> 63;
        Hashing.LONGS.set(numbers, at, bits);
        at += Math.max(1, 71 - Long.numberOfLeadingZeros(bits) >> 3);
      }
    }
    numberOffsets[rows] = at;
  }

  KeyBatch batch() {
    return taken;
  }

  /** Key {@code row} is {@code data[offsets[row]..offsets[row + 1])}. */
  byte[] data() {
    return codec.single() ? numbers : taken.data;
  }

  int[] offsets() {
    return codec.single() ? numberOffsets : taken.offsets;
  }

  int[] hashes() {
    return taken.hashes;
  }

  /** True if the hash of a key is sooner computed than read. */
  boolean areNumbers() {
    return codec.single();
  }

  int hash(byte[] data, int from, int to) {
    return codec.single() ? numberHash(data, from, to) : Hashing.hash(data, from, to);
  }

  /** The hash of a key that is a number. */
  static int numberHash(byte[] data, int from, int to) {
    return to == from ? 0 : Hashing.hash(number(data, from, to));
  }

  private static long number(byte[] data, int from, int to) {
    long bits;
    if (from + 8 <= data.length) {
      bits = (long) Hashing.LONGS.get(data, from) & -1L >>> 64 - (to - from) * 8;
    } else {
      bits = 0;
      for (int at = to - 1; at >= from; at--) {
        bits = bits << 8 | data[at] & 0xFF;
      }
    }
    return bits >>> 1 ^ -(bits & 1);
  }

  /** Appends the values of a key. */
  void read(KeyReader reader, byte[] data, int from, int to, List<ColumnBuilder> into) {
    if (!codec.single()) {
      List<DataType> types = codec.types();
      reader.at(data, from);
      for (int column = 0; column < types.size(); column++) {
        reader.read(types.get(column), into.get(column));
      }
    } else if (to == from) {
      into.get(0).appendNull();
    } else if (into.get(0) instanceof LongBuilder longs) {
      longs.append(number(data, from, to));
    } else {
      ((IntBuilder) into.get(0)).append((int) number(data, from, to));
    }
  }
}
