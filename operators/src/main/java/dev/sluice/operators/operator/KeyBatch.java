package dev.sluice.operators.operator;

import dev.sluice.operators.data.Validity;

/**
 * The keys of a batch in the form that {@link GroupTable} compares: longs, or one slice of bytes a
 * row, and a hash of each. Owned by its {@link KeyCodec}, which overwrites it at each use.
 */
final class KeyBatch {
  int rows;
  // Of a table keyed by one number.
  long[] longs = new long[0];
  Validity validity = Validity.ALL;
  // Of any other table: row r is data[offsets[r] .. offsets[r + 1]).
  byte[] data = new byte[0];
  int[] offsets = new int[1];
  int[] hashes = new int[0];

  void ensureRows(int count) {
    rows = count;
    if (hashes.length < count) {
      hashes = new int[count];
      offsets = new int[count + 1];
    }
  }
}
