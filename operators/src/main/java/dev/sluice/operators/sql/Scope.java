package dev.sluice.operators.sql;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The names that an expression may use: the columns of its input, each perhaps of a table, then the
 * parameters of the lambdas around it. A name's index is its column in the batch that the
 * expression will see.
 */
record Scope(List<Entry> entries) {
  /**
   * {@code table} is empty for columns of none; {@code lambda} marks parameters, which hide
   * columns; hidden ones are no part of *.
   */
  record Entry(String table, Field field, boolean lambda, boolean hidden, int twinOf) {
    Entry(String table, Field field, boolean lambda, boolean hidden) {
      this(table, field, lambda, hidden, NO_TWIN);
    }

    /** The same column as the one at that index, shown once more. */
    Entry twinOf(int index) {
      return new Entry(table, field, lambda, hidden, index);
    }
  }

  private static final int NO_TWIN = -1;

  Scope {
    entries = List.copyOf(entries);
  }

  static Scope of(Schema schema) {
    return of(schema, "");
  }

  static Scope of(Schema schema, String table) {
    List<Entry> entries = new ArrayList<>();
    int visible = schema.visible().size();
    for (int i = 0; i < schema.size(); i++) {
      String own = table.isEmpty() ? schema.table(i) : table;
      entries.add(new Entry(own, schema.field(i), false, i >= visible));
    }
    return new Scope(entries);
  }

  /** The same columns under another table's name. */
  Scope as(String table) {
    return new Scope(
        entries.stream().map(e -> new Entry(table, e.field(), e.lambda(), e.hidden())).toList());
  }

  Scope plus(Scope other) {
    List<Entry> all = new ArrayList<>(entries);
    all.addAll(other.entries);
    return new Scope(all);
  }

  Scope plusLambda(List<Field> parameters) {
    List<Entry> all = new ArrayList<>(entries);
    parameters.forEach(p -> all.add(new Entry("", p, true, false)));
    return new Scope(all);
  }

  int size() {
    return entries.size();
  }

  Field field(int index) {
    return entries.get(index).field();
  }

  Schema schema() {
    return new Schema(entries.stream().map(Entry::field).toList());
  }

  /** The innermost lambda parameter of that name. */
  Optional<Integer> lambda(String name) {
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (entries.get(i).lambda() && entries.get(i).field().name().equalsIgnoreCase(name)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /** The columns of that name, or else the one that the source hides under it. */
  List<Integer> columns(String name) {
    List<Integer> found = named(name);
    return found.isEmpty() ? named(Schema.hidden(name)) : found;
  }

  /** The column that the source hides under this name, even if there is another of the name. */
  Optional<Integer> hidden(String name) {
    return named(Schema.hidden(name)).stream().findFirst();
  }

  private List<Integer> named(String name) {
    List<Integer> found = new ArrayList<>(1);
    boolean visible = false;
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.get(i).lambda() && entries.get(i).field().name().equalsIgnoreCase(name)) {
        found.add(i);
        visible |= !entries.get(i).hidden();
      }
    }
    found.removeIf(i -> found.contains(entries.get(i).twinOf()));
    if (visible) {
      // What a join by names put aside is there only for those who say its table.
      found.removeIf(i -> entries.get(i).hidden());
    }
    return found;
  }

  List<Integer> columns(String table, String name) {
    List<Integer> found = of(table, name);
    return found.isEmpty() ? of(table, Schema.hidden(name)) : found;
  }

  private List<Integer> of(String table, String name) {
    List<Integer> found = new ArrayList<>(1);
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (!entry.lambda()
          && entry.table().equalsIgnoreCase(table)
          && entry.field().name().equalsIgnoreCase(name)) {
        found.add(i);
      }
    }
    found.removeIf(i -> found.contains(entries.get(i).twinOf()));
    return found;
  }

  boolean hasTable(String table) {
    return entries.stream()
        .anyMatch(e -> !e.table().isEmpty() && e.table().equalsIgnoreCase(table));
  }

  /** How each of these columns is said without doubt; empty if they are of no table. */
  List<String> qualified(List<Integer> columns) {
    List<String> names = new ArrayList<>();
    for (int column : columns) {
      Entry entry = entries.get(column);
      names.add(entry.table() + "." + entry.field().name());
    }
    boolean told = names.stream().noneMatch(name -> name.startsWith("."));
    return told && names.stream().distinct().count() == names.size() ? names : List.of();
  }

  List<String> names() {
    return entries.stream()
        .map(Entry::field)
        .filter(field -> !Schema.isHidden(field))
        .map(Field::name)
        .distinct()
        .toList();
  }
}
