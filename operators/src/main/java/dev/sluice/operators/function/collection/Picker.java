package dev.sluice.operators.function.collection;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.Room;
import dev.sluice.operators.data.Validity;
import java.util.Arrays;

/** Arrays made by choosing elements of one column: positions are written, values are not copied. */
final class Picker {
  private final int[] starts;
  private final int[] lengths;
  private int[] positions;
  private int used;
  private int row;

  Picker(int rows, int expected) {
    starts = new int[rows];
    lengths = new int[rows];
    positions = new int[Math.max(16, expected)];
  }

  /** The element at this position comes next; -1 for null. */
  void pick(int position) {
    if (used == positions.length) {
      positions = Arrays.copyOf(positions, Room.grown(used));
    }
    positions[used++] = position;
  }

  /** How many were picked for the current row. */
  int picked() {
    return used - starts[row];
  }

  /** Closes the current row; also for rows that are null. */
  void end() {
    lengths[row] = used - starts[row];
    row++;
    if (row < starts.length) {
      starts[row] = used;
    }
  }

  int[] starts() {
    return starts;
  }

  int[] lengths() {
    return lengths;
  }

  Column pickFrom(Column elements) {
    return Columns.pick(elements, positions, used);
  }

  ArrayColumn build(ArrayType type, Column elements, Validity validity) {
    return new ArrayColumn(type, pickFrom(elements), starts, lengths, validity, starts.length);
  }
}
