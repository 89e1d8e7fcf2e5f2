package dev.sluice.operators.expression;

import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Room;
import dev.sluice.operators.data.Validity;
import java.util.ArrayList;
import java.util.List;

/**
 * A column put together from others, each of which knows some of its rows; a row that none knows is
 * null.
 */
final class Pieces {
  private record Piece(Column values, int[] rows, int count) {}

  private final DataType type;
  private final int size;
  private final List<Piece> pieces = new ArrayList<>();

  Pieces(DataType type, int size) {
    this.type = type;
    this.size = size;
  }

  /** Value {@code i} of the column stands at {@code rows[i]}. */
  void add(Column values, int[] rows, int count) {
    if (count > 0) {
      pieces.add(new Piece(values, rows, count));
    }
  }

  Column build() {
    if (pieces.size() == 1 && pieces.get(0).count() == size) {
      return pieces.get(0).values();
    }
    return switch (type.physical()) {
      case BOOLEAN -> {
        boolean[] out = new boolean[size];
        for (Piece piece : pieces) {
          boolean[] values = ((BooleanColumn) Flats.base(piece.values())).values();
          int mask = Flats.mask(piece.values());
          for (int i = 0; i < piece.count(); i++) {
            out[piece.rows()[i]] = values[i & mask];
          }
        }
        yield new BooleanColumn(type, out, validity(), size);
      }
      case INT -> {
        int[] out = new int[size];
        for (Piece piece : pieces) {
          int[] values = ((IntColumn) Flats.base(piece.values())).values();
          int mask = Flats.mask(piece.values());
          for (int i = 0; i < piece.count(); i++) {
            out[piece.rows()[i]] = values[i & mask];
          }
        }
        yield new IntColumn(type, out, validity(), size);
      }
      case LONG -> {
        long[] out = new long[size];
        for (Piece piece : pieces) {
          long[] values = ((LongColumn) Flats.base(piece.values())).values();
          int mask = Flats.mask(piece.values());
          for (int i = 0; i < piece.count(); i++) {
            out[piece.rows()[i]] = values[i & mask];
          }
        }
        yield new LongColumn(type, out, validity(), size);
      }
      case DOUBLE -> {
        double[] out = new double[size];
        for (Piece piece : pieces) {
          double[] values = ((DoubleColumn) Flats.base(piece.values())).values();
          int mask = Flats.mask(piece.values());
          for (int i = 0; i < piece.count(); i++) {
            out[piece.rows()[i]] = values[i & mask];
          }
        }
        yield new DoubleColumn(type, out, validity(), size);
      }
      case BYTES -> texts();
      default -> copy();
    };
  }

  /** The bytes of all pieces, one after the other; a constant's are there once. */
  private Column texts() {
    long total = 0;
    for (Piece piece : pieces) {
      int[] lengths = ((BytesColumn) Flats.base(piece.values())).lengths();
      int mask = Flats.mask(piece.values());
      for (int i = 0; i < (mask == 0 ? 1 : piece.count()); i++) {
        total += piece.values().isNull(i) ? 0 : lengths[i];
      }
    }
    byte[] data = new byte[Room.grownBytes(0, total, Room.LONGEST)];
    int[] starts = new int[size];
    int[] lengths = new int[size];
    int used = 0;
    for (Piece piece : pieces) {
      BytesColumn texts = (BytesColumn) Flats.base(piece.values());
      int mask = Flats.mask(piece.values());
      for (int i = 0; i < piece.count(); i++) {
        if (piece.values().isNull(i)) {
          continue;
        }
        int length = texts.lengths()[i & mask];
        int row = piece.rows()[i];
        if (mask == 0 && i > 0) {
          starts[row] = used - length;
        } else {
          System.arraycopy(texts.data(), texts.starts()[i], data, used, length);
          starts[row] = used;
          used += length;
        }
        lengths[row] = length;
      }
    }
    return new BytesColumn(type, data, starts, lengths, validity(), size);
  }

  private Validity validity() {
    int known = 0;
    boolean nulls = false;
    for (Piece piece : pieces) {
      known += piece.count();
      nulls |= piece.values().mayHaveNulls();
    }
    if (known == size && !nulls) {
      return Validity.ALL;
    }
    long[] words = new long[Validity.wordsFor(size)];
    for (Piece piece : pieces) {
      Validity valid = Flats.validity(piece.values());
      for (int i = 0; i < piece.count(); i++) {
        if (valid.isValid(i)) {
          int row = piece.rows()[i];
          words[row >> 6] |= 1L << row;
        }
      }
    }
    return Validity.of(words, size);
  }

  private Column copy() {
    int[] from = new int[size];
    int[] at = new int[size];
    for (int p = 0; p < pieces.size(); p++) {
      Piece piece = pieces.get(p);
      for (int i = 0; i < piece.count(); i++) {
        from[piece.rows()[i]] = p + 1;
        at[piece.rows()[i]] = i;
      }
    }
    ColumnBuilder builder = ColumnBuilder.of(type, size);
    for (int i = 0; i < size; i++) {
      if (from[i] == 0) {
        builder.appendNull();
      } else {
        builder.appendFrom(pieces.get(from[i] - 1).values(), at[i]);
      }
    }
    return builder.build();
  }
}
