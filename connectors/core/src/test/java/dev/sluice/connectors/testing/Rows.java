package dev.sluice.connectors.testing;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Split;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows for tests: made by number, and told as texts such as {@code 1|name é 1|0.5}. */
public final class Rows {
  private Rows() {}

  /** A batch of the given rows, values in the form of {@link Column#value}. */
  public static Batch batch(Schema schema, List<? extends List<? extends @Nullable Object>> rows) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(c).type(), rows.size());
      for (List<? extends @Nullable Object> row : rows) {
        builder.appendValue(row.get(c));
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, rows.size());
  }

  /** The rows number {@code first} to {@code first + count - 1} of a schema of plain types. */
  public static Batch numbered(Schema schema, int first, int count) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      List<Object> row = new ArrayList<>();
      for (Field field : schema.fields()) {
        row.add(value(field.type(), i));
      }
      rows.add(row);
    }
    return batch(schema, rows);
  }

  /** A value of its own for each number, as far as the type has enough of them. */
  public static Object value(DataType type, int number) {
    if (type instanceof DecimalType decimal) {
      return BigDecimal.valueOf(number).setScale(decimal.scale());
    }
    return switch (type.physical()) {
      case BOOLEAN -> number % 2 == 0;
      case INT -> number;
      case LONG -> (long) number;
      case FLOAT -> number / 2f;
      case DOUBLE -> number / 2d;
      case BYTES ->
          type.equals(AtomicType.BINARY)
              ? ("bytes " + number).getBytes(StandardCharsets.UTF_8)
              : "name é " + number;
      default -> throw new IllegalArgumentException("no plain type: " + type.sql());
    };
  }

  /** Each row as its values in text, with {@code |} between them. */
  public static List<String> texts(Batch batch) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      List<@Nullable Object> values = new ArrayList<>();
      for (Column column : batch.columns()) {
        values.add(column.value(row));
      }
      rows.add(text(values));
    }
    return rows;
  }

  /** As {@link #texts}, of one row's values. */
  public static String text(List<? extends @Nullable Object> values) {
    return String.join("|", values.stream().map(Rows::one).toList());
  }

  private static String one(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof Collection<?> items) {
      return "[" + String.join(",", items.stream().map(Rows::one).toList()) + "]";
    }
    if (value instanceof Map.Entry<?, ?> entry) {
      return one(entry.getKey()) + "=" + one(entry.getValue());
    }
    return String.valueOf(value);
  }

  /** A JSON object as a row of this schema, in the form of {@link #text}. */
  public static String ofJson(Schema schema, String object) {
    Map<String, @Nullable Object> values = Json.parseObject(object);
    return text(schema.names().stream().map(values::get).toList());
  }

  /** Reads a split to its end; checks what a reader promises on the way. */
  public static List<String> read(Split split, ScanRequest request) {
    List<String> rows = new ArrayList<>();
    try (BatchReader reader = split.open(request)) {
      for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
        check(batch, request.schema());
        rows.addAll(texts(batch));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static void check(Batch batch, Schema schema) {
    if (!batch.schema().names().equals(schema.names()) || batch.columns().size() != schema.size()) {
      throw new AssertionError(
          "asked for " + schema.names() + ", and got " + batch.schema().names());
    }
    for (int c = 0; c < schema.size(); c++) {
      Column column = batch.column(c);
      if (!column.type().equals(schema.field(c).type()) || column.size() != batch.rows()) {
        throw new AssertionError(
            "the column '"
                + schema.field(c).name()
                + "' has "
                + column.size()
                + " values of "
                + column.type().sql()
                + ", not "
                + batch.rows()
                + " of "
                + schema.field(c).type().sql());
      }
    }
  }

  /** All lists in one. */
  static List<String> joined(List<List<String>> lists) {
    return lists.stream().flatMap(List::stream).toList();
  }

  /** In an order that does not depend on where the rows came from. */
  public static List<String> sorted(Collection<String> rows) {
    String[] sorted = rows.toArray(String[]::new);
    Arrays.sort(sorted);
    return List.of(sorted);
  }
}
