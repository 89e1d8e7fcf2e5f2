package dev.sluice.operators.expression;

import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
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
          boolean[] values = Flats.booleans(piece.values());
          for (int i = 0; i < piece.count(); i++) {
            out[piece.rows()[i]] = values[i];
          }
        }
        yield new BooleanColumn(type, out, validity(), size);
      }
      case INT -> {
        int[] out = new int[size];
        for (Piece piece : pieces) {
          int[] values = Flats.ints(piece.values());
          for (int i = 0; i < piece.count(); i++) {
            out[piece.rows()[i]] = values[i];
          }
        }
        yield new IntColumn(type, out, validity(), size);
      }
      case LONG -> {
        long[] out = new long[size];
        for (Piece piece : pieces) {
          long[] values = Flats.longs(piece.values());
          for (int i = 0; i < piece.count(); i++) {
            out[piece.rows()[i]] = values[i];
          }
        }
        yield new LongColumn(type, out, validity(), size);
      }
      case DOUBLE -> {
        double[] out = new double[size];
        for (Piece piece : pieces) {
          double[] values = Flats.doubles(piece.values());
          for (int i = 0; i < piece.count(); i++) {
            out[piece.rows()[i]] = values[i];
          }
        }
        yield new DoubleColumn(type, out, validity(), size);
      }
      default -> copy();
    };
  }

  private Validity validity() {
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
