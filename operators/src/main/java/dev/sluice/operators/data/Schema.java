package dev.sluice.operators.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The columns of a batch, in order. Names may repeat and are matched without regard to case, as in
 * Spark.
 */
public record Schema(List<Field> fields) {
  public static final Schema EMPTY = new Schema(List.of());

  public Schema {
    fields = List.copyOf(fields);
  }

  public static Schema of(Field... fields) {
    return new Schema(List.of(fields));
  }

  public int size() {
    return fields.size();
  }

  public Field field(int index) {
    return fields.get(index);
  }

  /**
   * Indexes of all columns of that name (case ignored): empty = unknown, two or more = ambiguous.
   */
  public List<Integer> indexesOf(String name) {
    List<Integer> found = new ArrayList<>(1);
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equalsIgnoreCase(name)) {
        found.add(i);
      }
    }
    return found;
  }

  public List<String> names() {
    return fields.stream().map(Field::name).toList();
  }

  /** The schema of the columns at these indexes, in that order. */
  public Schema select(int... indexes) {
    List<Field> chosen = new ArrayList<>(indexes.length);
    for (int index : indexes) {
      chosen.add(fields.get(index));
    }
    return new Schema(chosen);
  }

  public Schema plus(Field... more) {
    List<Field> all = new ArrayList<>(fields);
    all.addAll(List.of(more));
    return new Schema(all);
  }

  public StructType asStruct() {
    return new StructType(fields);
  }

  /** The form {@code struct<a:int,b:string>}. */
  public String catalogString() {
    return asStruct().catalogString();
  }

  /** The form {@code a INT, b STRING}, which the type parser reads back. */
  public String ddl() {
    return fields.stream()
        .map(
            f ->
                StructType.quoteIfNeeded(f.name())
                    + " "
                    + f.type().sql()
                    + (f.nullable() ? "" : " NOT NULL"))
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return catalogString();
  }
}
