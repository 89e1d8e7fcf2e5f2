package dev.sluice.operators.data;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code struct<name: type, ...>}: also the type of a whole row. Names may repeat. */
public record StructType(List<Field> fields) implements DataType {
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  public StructType {
    fields = List.copyOf(fields);
  }

  public static StructType of(Field... fields) {
    return new StructType(List.of(fields));
  }

  public int size() {
    return fields.size();
  }

  /** The field of exactly that name, -1 if there is none. */
  public int indexOf(String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  public Field field(int index) {
    return fields.get(index);
  }

  @Override
  public String catalogString() {
    return fields.stream()
        .map(f -> f.name() + ":" + f.type().catalogString())
        .collect(Collectors.joining(",", "struct<", ">"));
  }

  @Override
  public String sql() {
    return fields.stream()
        .map(
            f ->
                quoteIfNeeded(f.name()) + ": " + f.type().sql() + (f.nullable() ? "" : " NOT NULL"))
        .collect(Collectors.joining(", ", "STRUCT<", ">"));
  }

  /** A name as it must be written in SQL: in backticks unless it is a plain identifier. */
  public static String quoteIfNeeded(String name) {
    return PLAIN_NAME.matcher(name).matches() ? name : "`" + name.replace("`", "``") + "`";
  }

  @Override
  public Physical physical() {
    return Physical.STRUCT;
  }

  @Override
  public String toString() {
    return catalogString();
  }
}
