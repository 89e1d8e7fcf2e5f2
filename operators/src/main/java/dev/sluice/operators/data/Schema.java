package dev.sluice.operators.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The columns of a batch, in order. Names may repeat and are matched without regard to case, as in
 * Spark.
 *
 * @param tables by which name the column's table is known, to tell columns of a join apart; empty
 *     for none, and the whole list empty if no column has one
 */
public record Schema(List<Field> fields, List<String> tables) {
  public static final Schema EMPTY = new Schema(List.of());

  /** No name that a user can write or a file can hold begins with it. */
  private static final char HIDDEN = '\0';

  public Schema {
    fields = List.copyOf(fields);
    tables = tables.stream().allMatch(String::isEmpty) ? List.of() : List.copyOf(tables);
  }

  public Schema(List<Field> fields) {
    this(fields, List.of());
  }

  /** The name of the table of a column, or the empty text. */
  public String table(int index) {
    return tables.isEmpty() ? "" : tables.get(index);
  }

  public static Schema of(Field... fields) {
    return new Schema(List.of(fields));
  }

  /**
   * The internal name of a column that is there only for those who name it, such as {@code
   * _metadata} of files: no part of {@code *} and of no result. Hidden columns come last.
   */
  public static String hidden(String name) {
    return HIDDEN + name;
  }

  /** Whether the column has a name that {@link #hidden} made. */
  public static boolean isHidden(Field field) {
    return field.name().indexOf(HIDDEN) == 0;
  }

  public boolean hasHidden() {
    return !fields.isEmpty() && isHidden(fields.get(fields.size() - 1));
  }

  /** This schema with those columns hidden behind its own; one that it has too stays out. */
  public Schema withHidden(Schema columns) {
    List<Field> all = new ArrayList<>(fields);
    for (Field column : columns.fields()) {
      if (indexesOf(column.name()).isEmpty()) {
        all.add(column.withName(hidden(column.name())));
      }
    }
    return new Schema(all);
  }

  /** The columns that are not hidden; their indexes are the same. */
  public Schema visible() {
    return hasHidden()
        ? new Schema(fields.stream().filter(field -> !isHidden(field)).toList())
        : this;
  }

  /** All columns, the hidden ones under the names that their source knows them by. */
  public Schema uncovered() {
    return hasHidden()
        ? new Schema(
            fields.stream().map(f -> isHidden(f) ? f.withName(f.name().substring(1)) : f).toList())
        : this;
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
