package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.FlatColumn;
import java.util.List;

/** A summary of the values of one group. */
public interface Sketch {
  /** Takes row {@code row} of the arguments. */
  void add(List<FlatColumn> arguments, int row);

  /** Takes in what {@link #write} of another sketch gave. */
  void merge(byte[] other);

  /** All that must be known to go on with it. */
  byte[] write();
}
