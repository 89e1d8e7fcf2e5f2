package dev.sluice.operators.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Grows a flat column row by row. Used once: after {@link #build} it is spent. */
public abstract sealed class ColumnBuilder
    permits BooleanBuilder,
        IntBuilder,
        LongBuilder,
        FloatBuilder,
        DoubleBuilder,
        BytesBuilder,
        Decimal128Builder,
        IntervalBuilder,
        ArrayBuilder,
        MapBuilder,
        StructBuilder,
        NullBuilder {
  int size;
  // Built only once a null came; bit set = valid.
  private long @Nullable [] words;

  ColumnBuilder() {}

  /** The builder for a type; its class follows from {@link DataType#physical()}. */
  public static ColumnBuilder of(DataType type, int capacity) {
    return switch (type.physical()) {
      case BOOLEAN -> new BooleanBuilder(type, capacity);
      case INT -> new IntBuilder(type, capacity);
      case LONG -> new LongBuilder(type, capacity);
      case FLOAT -> new FloatBuilder(type, capacity);
      case DOUBLE -> new DoubleBuilder(type, capacity);
      case BYTES -> new BytesBuilder(type, capacity);
      case DECIMAL128 -> new Decimal128Builder((DecimalType) type, capacity);
      case INTERVAL -> new IntervalBuilder(capacity);
      case ARRAY -> new ArrayBuilder((ArrayType) type, capacity);
      case MAP -> new MapBuilder((MapType) type, capacity);
      case STRUCT -> new StructBuilder((StructType) type, capacity);
      case NULL -> new NullBuilder();
    };
  }

  public final int size() {
    return size;
  }

  public abstract void appendNull();

  /** Appends row {@code row} of a column of the same type, in any shape. */
  public final void appendFrom(Column column, int row) {
    if (column instanceof FlatColumn flat) {
      if (flat.isNull(row)) {
        appendNull();
      } else {
        appendValid(flat, row);
      }
    } else if (column instanceof SelectedColumn selected) {
      appendFrom(selected.base(), selected.rows()[row]);
    } else {
      appendFrom(((ConstantColumn) column).one(), 0);
    }
  }

  /** Appends a row that is not null. */
  abstract void appendValid(FlatColumn column, int row);

  /** Appends a value in the form of {@link Column#value}; cold paths only. */
  public final void appendValue(@Nullable Object value) {
    if (value == null) {
      appendNull();
    } else {
      appendObject(value);
    }
  }

  /** Appends a value that is not null. */
  abstract void appendObject(Object value);

  public abstract FlatColumn build();

  /**
   * Marks the row that is about to be appended as null; the caller then advances as for a value.
   */
  final void markNull() {
    if (words == null) {
      words = new long[Math.max(4, Validity.wordsFor(size + 1))];
      Arrays.fill(words, -1L);
    } else if (Validity.wordsFor(size + 1) > words.length) {
      int old = words.length;
      words = Arrays.copyOf(words, Math.max(old * 2, Validity.wordsFor(size + 1)));
      Arrays.fill(words, old, words.length, -1L);
    }
    words[size >> 6] &= ~(1L << size);
  }

  /**
   * Takes back the rows from {@code newSize} on, for decoders that find a record malformed half way
   * through.
   */
  public final void truncate(int newSize) {
    if (words != null) {
      int written = Math.min(size, words.length << 6);
      for (int row = newSize; row < written; row++) {
        words[row >> 6] |= 1L << row;
      }
    }
    size = newSize;
    truncateChildren();
  }

  void truncateChildren() {}

  final Validity validity() {
    if (words == null) {
      return Validity.ALL;
    }
    int needed = Validity.wordsFor(size);
    if (words.length < needed) {
      int old = words.length;
      words = Arrays.copyOf(words, needed);
      Arrays.fill(words, old, needed, -1L);
    }
    return Validity.of(words, size);
  }

  static int grown(int length) {
    return Room.grown(length);
  }
}
