package dev.sluice.operators.codec.csv;

/**
 * Where the fields of some records stand: of column slot {@code s}, row {@code r}, the field is
 * {@code length[s][r]} bytes from {@code start[s][r]}; a negative length means that nothing stood
 * there: {@link #NOTHING} or {@link #MISSING}.
 */
final class CsvTokens {
  static final int NOTHING = -1;

  /** The record ended before. */
  static final int MISSING = -2;

  final int capacity;
  final int[][] start;
  final int[][] length;
  final int[] recordStart;
  final int[] recordEnd;
  // Set for records with too few or too many fields.
  final boolean[] wrongWidth;
  int rows;

  /** How many fields the last record had. */
  int lastFields;

  /** How many fields the widest record had. */
  int mostFields;

  CsvTokens(int slots, int capacity) {
    this.capacity = capacity;
    this.start = new int[slots][capacity];
    this.length = new int[slots][capacity];
    this.recordStart = new int[capacity];
    this.recordEnd = new int[capacity];
    this.wrongWidth = new boolean[capacity];
  }

  /** Empties it; arrays that were given away with a batch are made anew. */
  void clear() {
    rows = 0;
    mostFields = 0;
  }

  void renew(int slot) {
    start[slot] = new int[capacity];
    length[slot] = new int[capacity];
  }
}
