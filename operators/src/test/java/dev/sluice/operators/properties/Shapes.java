package dev.sluice.operators.properties;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The same rows in other shapes, and values that can be compared whatever shape they came in. */
final class Shapes {
  private Shapes() {}

  /** The rows as plain arrays. */
  static Batch flat(Batch batch) {
    List<Column> columns = new ArrayList<>();
    batch.columns().forEach(column -> columns.add(column.flatten()));
    return new Batch(batch.schema(), columns, batch.rows());
  }

  static Batch row(Batch batch, int row) {
    return flat(batch.select(new int[] {row}, 1));
  }

  /** One row, {@code rows} times; {@code constant} says which columns are constants, by bit. */
  static Batch repeated(Batch batch, int row, int rows, long constant) {
    Batch one = row(batch, row);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < one.columns().size(); i++) {
      Column column = new ConstantColumn(one.column(i).flatten(), rows);
      columns.add((constant >>> (i & 63) & 1) != 0 ? column : column.flatten());
    }
    return new Batch(batch.schema(), columns, rows);
  }

  /** {@code count} of the given rows, repeated and out of order. */
  static int[] positions(int[] among, int count, Random random) {
    int[] positions = new int[count];
    for (int i = 0; i < count; i++) {
      positions[i] = among[random.nextInt(among.length)];
    }
    return positions;
  }

  static List<@Nullable Object> values(Column column, int rows) {
    List<@Nullable Object> values = new ArrayList<>(rows);
    for (int i = 0; i < rows; i++) {
      values.add(comparable(column.value(i)));
    }
    return values;
  }

  static List<List<@Nullable Object>> values(Batch batch) {
    return batch.columns().stream().map(column -> values(column, batch.rows())).toList();
  }

  /** Whether the value of the first row is a very long one. */
  static boolean isLarge(Column column) {
    return column.flatten() instanceof ArrayColumn arrays && arrays.lengths()[0] > 10_000
        || column.flatten() instanceof BytesColumn bytes && bytes.lengths()[0] > 100_000;
  }

  /** Equal exactly when the values are: bytes by content, doubles by bits. */
  static @Nullable Object comparable(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      List<Object> list = new ArrayList<>();
      list.add("bytes");
      for (byte b : bytes) {
        list.add(b);
      }
      return list;
    } else if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(element -> copy.add(comparable(element)));
      return copy;
    } else if (value instanceof Map.Entry<?, ?> entry) {
      List<@Nullable Object> pair = new ArrayList<>();
      pair.add(comparable(entry.getKey()));
      pair.add(comparable(entry.getValue()));
      return pair;
    }
    return value;
  }
}
