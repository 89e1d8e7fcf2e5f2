package dev.sluice.operators.function.collection;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.Validity;

/**
 * All elements of the collections of a batch that are not null, in order: what a lambda runs over.
 *
 * @param parents the row of each element
 * @param positions where each stands in the element column
 * @param starts where the elements of each row begin among these, and {@code lengths} how many
 *     there are
 */
record Elements(int[] parents, int[] positions, int[] starts, int[] lengths, int count) {
  static Elements of(FlatColumn collections) {
    int[] from =
        collections instanceof ArrayColumn a ? a.starts() : ((MapColumn) collections).starts();
    int[] sizes =
        collections instanceof ArrayColumn a ? a.lengths() : ((MapColumn) collections).lengths();
    int rows = collections.size();
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    int count = 0;
    for (int i = 0; i < rows; i++) {
      starts[i] = count;
      lengths[i] = collections.isNull(i) ? 0 : sizes[i];
      count += lengths[i];
    }
    int[] parents = new int[count];
    int[] positions = new int[count];
    int at = 0;
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < lengths[i]; k++) {
        parents[at] = i;
        positions[at++] = from[i] + k;
      }
    }
    return new Elements(parents, positions, starts, lengths, count);
  }

  Column select(Column elements) {
    return elements.select(positions, count);
  }

  /** The index of each element in its array, from 0. */
  Column indexes() {
    int[] indexes = new int[count];
    for (int i = 0; i < count; i++) {
      indexes[i] = i - starts[parents[i]];
    }
    return new IntColumn(AtomicType.INT, indexes, Validity.ALL, count);
  }
}
