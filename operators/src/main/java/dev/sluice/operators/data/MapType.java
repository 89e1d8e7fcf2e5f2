package dev.sluice.operators.data;

/** {@code map<key, value>}. Keys are never null. */
public record MapType(DataType key, DataType value, boolean valueContainsNull) implements DataType {
  public MapType(DataType key, DataType value) {
    this(key, value, true);
  }

  @Override
  public String catalogString() {
    return "map<" + key.catalogString() + "," + value.catalogString() + ">";
  }

  @Override
  public String sql() {
    return "MAP<" + key.sql() + ", " + value.sql() + ">";
  }

  @Override
  public Physical physical() {
    return Physical.MAP;
  }

  @Override
  public String toString() {
    return catalogString();
  }
}
