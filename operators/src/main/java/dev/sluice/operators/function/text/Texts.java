package dev.sluice.operators.function.text;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.function.Nulls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs rarer functions a text at a time: a string a row is made, so hot functions have loops over
 * bytes instead.
 */
final class Texts {
  private Texts() {}

  /** Makes the text of a row of which no argument is null; null gives a null row. */
  interface RowFunction {
    @Nullable String apply(int row);
  }

  /** The column of texts that a function makes of rows without nulls. */
  static Column make(List<? extends FlatColumn> arguments, int rows, RowFunction function) {
    Validity valid = Nulls.of(arguments, rows);
    boolean[] isNull = new boolean[rows];
    TextOutput out = new TextOutput(rows, rows * 16L);
    for (int i = 0; i < rows; i++) {
      String text = null;
      if (valid.isValid(i)) {
        out.begin(i);
        text = function.apply(i);
      }
      if (text == null) {
        isNull[i] = true;
        out.skip(i);
      } else {
        out.put(text);
        out.end(i);
      }
    }
    return out.build(AtomicType.STRING, Validity.ofNulls(isNull, rows));
  }

  static BytesColumn bytes(List<Column> columns, int index) {
    return (BytesColumn) columns.get(index).flatten();
  }
}
