package dev.sluice.operators.data;

/** A named, typed member of a struct or schema. */
public record Field(String name, DataType type, boolean nullable) {
  public Field(String name, DataType type) {
    this(name, type, true);
  }

  public Field withName(String newName) {
    return new Field(newName, type, nullable);
  }
}
