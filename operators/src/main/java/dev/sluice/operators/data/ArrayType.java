package dev.sluice.operators.data;

/** {@code array<element>}. */
public record ArrayType(DataType element, boolean containsNull) implements DataType {
  public ArrayType(DataType element) {
    this(element, true);
  }

  @Override
  public String catalogString() {
    return "array<" + element.catalogString() + ">";
  }

  @Override
  public String sql() {
    return "ARRAY<" + element.sql() + ">";
  }

  @Override
  public Physical physical() {
    return Physical.ARRAY;
  }

  @Override
  public String toString() {
    return catalogString();
  }
}
