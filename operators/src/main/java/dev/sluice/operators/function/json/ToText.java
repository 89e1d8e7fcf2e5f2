package dev.sluice.operators.function.json;

import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.FlatColumn;

/** What {@code to_json}, {@code to_csv} and {@code to_xml} have in common. */
public final class ToText {
  private ToText() {}

  /** Puts the text of a row that is not null. */
  @FunctionalInterface
  public interface RowText {
    void put(int row, Bytes out);
  }

  /** A text for each row of the column, null where it is. */
  public static Column texts(FlatColumn column, int rows, RowText text) {
    return texts(column, rows, text, false);
  }

  /** As {@link #texts}, and null where the text is empty. */
  static Column filled(FlatColumn column, int rows, RowText text) {
    return texts(column, rows, text, true);
  }

  private static Column texts(FlatColumn column, int rows, RowText text, boolean filled) {
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
    Bytes bytes = new Bytes(256);
    for (int i = 0; i < rows; i++) {
      if (column.isNull(i)) {
        out.appendNull();
        continue;
      }
      bytes.clear();
      text.put(i, bytes);
      if (filled && bytes.size() == 0) {
        out.appendNull();
      } else {
        out.append(bytes.data(), 0, bytes.size());
      }
    }
    return out.build();
  }
}
