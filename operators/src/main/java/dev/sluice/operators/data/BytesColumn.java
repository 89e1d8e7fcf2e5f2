package dev.sluice.operators.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Strings (UTF-8), binary and variants: row {@code i} is {@code data[starts[i] .. starts[i] +
 * lengths[i])}. Slices may overlap, repeat and leave gaps, so that a field of a file, a substring
 * or a dictionary entry needs no copy.
 */
public final class BytesColumn implements FlatColumn {
  private final DataType type;
  private final byte[] data;
  private final int[] starts;
  private final int[] lengths;
  private final Validity validity;
  private final int size;

  /** Takes the arrays over. Null rows have any start and length within {@code data}. */
  public BytesColumn(
      DataType type, byte[] data, int[] starts, int[] lengths, Validity validity, int size) {
    this.type = type;
    this.data = data;
    this.starts = starts;
    this.lengths = lengths;
    this.validity = validity;
    this.size = size;
  }

  public byte[] data() {
    return data;
  }

  public int[] starts() {
    return starts;
  }

  public int[] lengths() {
    return lengths;
  }

  /** The text of a row that is not null; cold paths only. */
  public String string(int row) {
    return new String(data, starts[row], lengths[row], StandardCharsets.UTF_8);
  }

  public byte[] bytes(int row) {
    return Arrays.copyOfRange(data, starts[row], starts[row] + lengths[row]);
  }

  @Override
  public DataType type() {
    return type;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Validity validity() {
    return validity;
  }

  @Override
  public BytesColumn gather(int[] rows, int count) {
    int[] newStarts = new int[count];
    int[] newLengths = new int[count];
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      newStarts[i] = starts[row];
      newLengths[i] = lengths[row];
    }
    return new BytesColumn(type, data, newStarts, newLengths, validity.select(rows, count), count);
  }

  @Override
  public @Nullable Object value(int row) {
    if (validity.isNull(row)) {
      return null;
    }
    return type == AtomicType.BINARY || type == AtomicType.VARIANT ? bytes(row) : string(row);
  }
}
