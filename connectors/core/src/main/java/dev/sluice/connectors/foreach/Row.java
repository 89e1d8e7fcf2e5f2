package dev.sluice.connectors.foreach;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row, immutable. Columns are found by their number from 0, which {@link #indexOf} tells. The
 * getters of a type fail with {@link NullPointerException} for null, and with {@link
 * ClassCastException} for a column of another type.
 */
public final class Row {
  private final Batch batch;
  private final int row;

  Row(Batch batch, int row) {
    this.batch = batch;
    this.row = row;
  }

  public Schema schema() {
    return batch.schema();
  }

  /** The number of a column; case counts. Throws {@link IllegalArgumentException} for none. */
  public int indexOf(String column) {
    int index = batch.schema().names().indexOf(column);
    if (index < 0) {
      throw new IllegalArgumentException(
          "there is no column '" + column + "' among " + batch.schema().names());
    }
    return index;
  }

  public boolean isNull(int column) {
    return batch.column(column).isNull(row);
  }

  /** The value in the form of {@link Column#value}; null for null. */
  public @Nullable Object get(int column) {
    return batch.column(column).value(row);
  }

  private Object valid(int column) {
    return Objects.requireNonNull(
        get(column), () -> "'" + batch.schema().field(column).name() + "' is null");
  }

  public boolean getBoolean(int column) {
    return (Boolean) valid(column);
  }

  /** Of {@code tinyint}, {@code smallint} and {@code int}. */
  public int getInt(int column) {
    return (Integer) valid(column);
  }

  /** Of the whole numbers up to {@code bigint}. */
  public long getLong(int column) {
    Object value = valid(column);
    return value instanceof Integer small ? small : (Long) value;
  }

  /** Of {@code float} and {@code double}. */
  public double getDouble(int column) {
    Object value = valid(column);
    return value instanceof Float single ? single : (Double) value;
  }

  public BigDecimal getDecimal(int column) {
    return (BigDecimal) valid(column);
  }

  public String getString(int column) {
    return (String) valid(column);
  }

  public byte[] getBinary(int column) {
    return (byte[]) valid(column);
  }

  /** Of {@code date}. */
  public LocalDate getDate(int column) {
    require(column, AtomicType.DATE);
    return LocalDate.ofEpochDay((Integer) valid(column));
  }

  /** Of {@code timestamp}. */
  public Instant getTimestamp(int column) {
    require(column, AtomicType.TIMESTAMP);
    return instant((Long) valid(column));
  }

  /** Of {@code timestamp_ntz}. */
  public LocalDateTime getDateTime(int column) {
    require(column, AtomicType.TIMESTAMP_NTZ);
    return LocalDateTime.ofInstant(instant((Long) valid(column)), ZoneOffset.UTC);
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
  }

  private void require(int column, DataType type) {
    DataType found = batch.column(column).type();
    if (!found.equals(type)) {
      throw new ClassCastException(
          "'"
              + batch.schema().field(column).name()
              + "' is "
              + found.sql()
              + ", not "
              + type.sql());
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int column = 0; column < batch.schema().size(); column++) {
      text.append(column == 0 ? "" : ", ").append(batch.schema().field(column).name());
      text.append(": ").append(get(column));
    }
    return text.append('}').toString();
  }
}
