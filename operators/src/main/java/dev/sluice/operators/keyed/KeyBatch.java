package dev.sluice.operators.keyed;

import dev.sluice.operators.data.Validity;

/**
 * The keys of a batch in the form that {@link GroupTable} compares: longs, or one slice of bytes a
 * row, and a hash of each. Owned by its {@link KeyCodec}, which overwrites it at each use.
 */
public final class KeyBatch {
  public int rows;
  // Of a table keyed by one number.
  public long[] longs = new long[0];
  public Validity validity = Validity.ALL;
  // Of any other table: row r is data[offsets[r] .. offsets[r + 1]).
  public byte[] data = new byte[0];
  public int[] offsets = new int[1];
  public int[] hashes = new int[0];

  void ensureRows(int count) {
    rows = count;
    if (hashes.length < count) {
      hashes = new int[count];
      offsets = new int[count + 1];
    }
  }
}
