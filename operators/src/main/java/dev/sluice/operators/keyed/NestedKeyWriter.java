package dev.sluice.operators.keyed;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.SelectedColumn;
import dev.sluice.operators.data.StructColumn;
import java.util.Arrays;

/**
 * Writes keys with nested values row by row: elements after their number, fields in order, entries
 * of a map sorted by their bytes, so that maps of equal entries are equal, unless they shall be
 * kept as they are.
 */
final class NestedKeyWriter {
  private byte[] data;
  private int position;
  private final boolean exact;
  private final boolean sorted;

  /**
   * @param exact whether -0.0 and 0.0 are written differently
   */
  NestedKeyWriter(byte[] data, boolean exact) {
    this(data, exact, true);
  }

  /**
   * @param sorted whether the entries of maps are sorted
   */
  NestedKeyWriter(byte[] data, boolean exact, boolean sorted) {
    this.exact = exact;
    this.sorted = sorted;
    this.data = data;
  }

  byte[] data() {
    return data;
  }

  int position() {
    return position;
  }

  void write(Column column, int row) {
    if (column instanceof SelectedColumn selected) {
      write(selected.base(), selected.rows()[row]);
    } else if (column instanceof ConstantColumn constant) {
      write(constant.one(), 0);
    } else {
      writeFlat((FlatColumn) column, row);
    }
  }

  private void writeFlat(FlatColumn column, int row) {
    boolean valid = column.validity().isValid(row);
    ensure(1);
    data[position++] = (byte) (valid ? 1 : 0);
    switch (column.type().physical()) {
      case ARRAY -> {
        if (valid) {
          ArrayColumn arrays = (ArrayColumn) column;
          writeLength(arrays.lengths()[row]);
          for (int i = 0; i < arrays.lengths()[row]; i++) {
            write(arrays.elements(), arrays.starts()[row] + i);
          }
        }
      }
      case STRUCT -> {
        if (valid) {
          for (Column child : ((StructColumn) column).children()) {
            write(child, row);
          }
        }
      }
      case MAP -> {
        if (valid) {
          writeMap((MapColumn) column, row);
        }
      }
      case BYTES -> {
        BytesColumn bytes = (BytesColumn) column;
        int length = valid ? bytes.lengths()[row] : 0;
        writeLength(length);
        ensure(length);
        System.arraycopy(bytes.data(), bytes.starts()[row], data, position, length);
        position += length;
      }
      default -> {
        int width = KeyCodec.fixedWidth(column.type().physical());
        ensure(width);
        if (valid) {
          KeyCodec.writeValue(column, row, data, position, exact);
        } else {
          Arrays.fill(data, position, position + width, (byte) 0);
        }
        position += width;
      }
    }
  }

  private void writeMap(MapColumn maps, int row) {
    int count = maps.lengths()[row];
    byte[][] entries = new byte[count][];
    for (int i = 0; i < count; i++) {
      NestedKeyWriter entry = new NestedKeyWriter(new byte[32], exact, sorted);
      entry.write(maps.keys(), maps.starts()[row] + i);
      entry.write(maps.values(), maps.starts()[row] + i);
      entries[i] = Arrays.copyOf(entry.data, entry.position);
    }
    if (sorted) {
      Arrays.sort(entries, Arrays::compareUnsigned);
    }
    writeLength(count);
    for (byte[] entry : entries) {
      ensure(entry.length);
      System.arraycopy(entry, 0, data, position, entry.length);
      position += entry.length;
    }
  }

  private void writeLength(int length) {
    ensure(4);
    Hashing.INTS.set(data, position, length);
    position += 4;
  }

  private void ensure(int more) {
    if (position + more > data.length) {
      data = Arrays.copyOf(data, Math.max(64, Math.max(position + more, data.length * 2)));
    }
  }
}
