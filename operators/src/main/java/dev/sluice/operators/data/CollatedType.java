package dev.sluice.operators.data;

/**
 * A string whose values are compared by a collation other than UTF8_BINARY, the one of {@link
 * AtomicType#STRING}. Held as any string is.
 *
 * @param collation its name as {@link Collations#canonical} gives it
 */
public record CollatedType(String collation) implements DataType {
  @Override
  public String catalogString() {
    return "string collate " + collation;
  }

  @Override
  public String sql() {
    return "STRING COLLATE " + collation;
  }

  @Override
  public Physical physical() {
    return Physical.BYTES;
  }

  @Override
  public String toString() {
    return catalogString();
  }

  /** True for strings, whatever their collation. */
  public static boolean isText(DataType type) {
    return type == AtomicType.STRING || type instanceof CollatedType;
  }

  /** True if the type is collated or holds such a type. */
  public static boolean isIn(DataType type) {
    if (type instanceof ArrayType array) {
      return isIn(array.element());
    }
    if (type instanceof MapType map) {
      return isIn(map.key()) || isIn(map.value());
    }
    if (type instanceof StructType struct) {
      for (Field field : struct.fields()) {
        if (isIn(field.type())) {
          return true;
        }
      }
      return false;
    }
    return type instanceof CollatedType;
  }
}
