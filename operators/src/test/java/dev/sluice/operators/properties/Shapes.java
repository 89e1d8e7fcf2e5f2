package dev.sluice.operators.properties;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.StructColumn;
import java.util.ArrayList;
import java.util.Arrays;
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
      columns.add((constant >>> (i & 63) & 1) != 0 ? column : constantFields(column.flatten()));
    }
    return new Batch(batch.schema(), columns, rows);
  }

  /** A struct that is the same in every row, of fields that are constants. */
  private static Column constantFields(FlatColumn column) {
    if (!(column instanceof StructColumn structs) || column.size() == 0) {
      return column;
    }
    List<Column> children = new ArrayList<>();
    for (Column child : structs.children()) {
      children.add(new ConstantColumn(child.select(new int[1], 1).flatten(), structs.size()));
    }
    return new StructColumn(structs.type(), children, structs.validity(), structs.size());
  }

  /**
   * The same rows as a reader may lay them out: values stand in reverse with gaps between them, and
   * what is nested is selected from something larger, down to the leaves.
   */
  static Batch relaid(Batch batch) {
    List<Column> columns = new ArrayList<>();
    batch.columns().forEach(column -> columns.add(relaid(column)));
    return new Batch(batch.schema(), columns, batch.rows());
  }

  private static Column relaid(Column column) {
    FlatColumn flat = column.flatten();
    if (flat instanceof BytesColumn bytes) {
      return relaid(bytes);
    } else if (flat instanceof ArrayColumn arrays) {
      Runs runs = new Runs(arrays.starts(), arrays.lengths(), arrays.size());
      return new ArrayColumn(
          arrays.type(),
          runs.children(arrays.elements()),
          runs.starts,
          arrays.lengths(),
          arrays.validity(),
          arrays.size());
    } else if (flat instanceof MapColumn maps) {
      Runs runs = new Runs(maps.starts(), maps.lengths(), maps.size());
      return new MapColumn(
          maps.type(),
          runs.children(maps.keys()),
          runs.children(maps.values()),
          runs.starts,
          maps.lengths(),
          maps.validity(),
          maps.size());
    } else if (flat instanceof StructColumn structs) {
      List<Column> children = new ArrayList<>();
      structs.children().forEach(child -> children.add(relaid(child)));
      return new StructColumn(structs.type(), children, structs.validity(), structs.size());
    }
    return reversed(flat, flat.size());
  }

  /** The first rows of a column, selected from a larger one. */
  private static Column reversed(Column column, int rows) {
    if (rows == 0) {
      return column;
    }
    int[] there = new int[2 * rows];
    int[] back = new int[rows];
    for (int i = 0; i < rows; i++) {
      there[2 * i] = rows - 1 - i;
      there[2 * i + 1] = i;
      back[i] = 2 * (rows - 1 - i);
    }
    return column.select(there, there.length).flatten().select(back, rows);
  }

  private static Column relaid(BytesColumn bytes) {
    int[] starts = new int[bytes.size()];
    int total = 0;
    for (int i = bytes.size() - 1; i >= 0; i--) {
      starts[i] = total + 1;
      total += bytes.lengths()[i] + 2;
    }
    byte[] data = new byte[total];
    Arrays.fill(data, (byte) 'x');
    for (int i = 0; i < starts.length; i++) {
      System.arraycopy(bytes.data(), bytes.starts()[i], data, starts[i], bytes.lengths()[i]);
    }
    return new BytesColumn(
        bytes.type(), data, starts, bytes.lengths(), bytes.validity(), bytes.size());
  }

  /** Runs of children in reverse, with children of nobody between them. */
  private static final class Runs {
    private final int[] starts;
    private final int[] positions;

    Runs(int[] oldStarts, int[] lengths, int rows) {
      starts = new int[rows];
      int total = 0;
      for (int i = rows - 1; i >= 0; i--) {
        starts[i] = total;
        total += lengths[i] + (lengths[i] > 0 ? 1 : 0);
      }
      positions = new int[total];
      for (int i = 0; i < rows; i++) {
        for (int k = 0; k < lengths[i]; k++) {
          positions[starts[i] + k] = oldStarts[i] + k;
          positions[starts[i] + k + 1] = oldStarts[i];
        }
      }
    }

    Column children(Column children) {
      return positions.length == 0
          ? children
          : reversed(relaid(children).select(positions, positions.length), positions.length);
    }
  }

  /** Each column flat or selected, as chance will have it. */
  static Batch mixed(Batch selected, Random random) {
    List<Column> columns = new ArrayList<>();
    selected.columns().forEach(c -> columns.add(random.nextBoolean() ? c : c.flatten()));
    return new Batch(selected.schema(), columns, selected.rows());
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
