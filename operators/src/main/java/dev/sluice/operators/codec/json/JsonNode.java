package dev.sluice.operators.codec.json;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import java.nio.charset.StandardCharsets;

/** A type prepared for decoding: what a value of it must look like, and the fields of structs. */
final class JsonNode {
  /** How a value is read. */
  enum Kind {
    BOOLEAN,
    INTEGER,
    LONG,
    FLOAT,
    DOUBLE,
    DECIMAL,
    STRING,
    BINARY,
    DATE,
    TIMESTAMP,
    TIMESTAMP_NTZ,
    VARIANT,
    OTHER,
    STRUCT,
    ARRAY,
    MAP
  }

  private static final JsonNode[] NONE = {};

  final DataType type;
  final Kind kind;
  final long min;
  final long max;
  // Fields of a struct, the element of an array, the value of a map.
  final JsonNode[] children;
  private final byte[][] names;

  JsonNode(DataType type) {
    this.type = type;
    this.kind = kindOf(type);
    this.min = least(type);
    this.max = greatest(type);
    byte[][] fieldNames = {};
    if (type instanceof StructType struct) {
      children = new JsonNode[struct.size()];
      fieldNames = new byte[struct.size()][];
      for (int i = 0; i < children.length; i++) {
        Field field = struct.field(i);
        children[i] = new JsonNode(field.type());
        fieldNames[i] = field.name().getBytes(StandardCharsets.UTF_8);
      }
    } else if (type instanceof ArrayType array) {
      children = new JsonNode[] {new JsonNode(array.element())};
    } else if (type instanceof MapType map) {
      children = new JsonNode[] {new JsonNode(map.value())};
    } else {
      children = NONE;
    }
    this.names = fieldNames;
  }

  private static Kind kindOf(DataType type) {
    if (type instanceof StructType) {
      return Kind.STRUCT;
    }
    if (type instanceof ArrayType) {
      return Kind.ARRAY;
    }
    if (type instanceof MapType map) {
      return map.key() == AtomicType.STRING ? Kind.MAP : Kind.OTHER;
    }
    if (type instanceof DecimalType) {
      return Kind.DECIMAL;
    }
    if (type instanceof CollatedType) {
      return Kind.STRING;
    }
    if (!(type instanceof AtomicType atomic)) {
      return Kind.OTHER;
    }
    return switch (atomic) {
      case BOOLEAN -> Kind.BOOLEAN;
      case TINYINT, SMALLINT, INT -> Kind.INTEGER;
      case BIGINT -> Kind.LONG;
      case FLOAT -> Kind.FLOAT;
      case DOUBLE -> Kind.DOUBLE;
      case STRING -> Kind.STRING;
      case BINARY -> Kind.BINARY;
      case DATE -> Kind.DATE;
      case TIMESTAMP -> Kind.TIMESTAMP;
      case TIMESTAMP_NTZ -> Kind.TIMESTAMP_NTZ;
      case VARIANT -> Kind.VARIANT;
      case NULL, CALENDAR_INTERVAL -> Kind.OTHER;
    };
  }

  private static long least(DataType type) {
    if (type == AtomicType.TINYINT) {
      return Byte.MIN_VALUE;
    }
    if (type == AtomicType.SMALLINT) {
      return Short.MIN_VALUE;
    }
    return type == AtomicType.INT ? Integer.MIN_VALUE : Long.MIN_VALUE;
  }

  private static long greatest(DataType type) {
    if (type == AtomicType.TINYINT) {
      return Byte.MAX_VALUE;
    }
    if (type == AtomicType.SMALLINT) {
      return Short.MAX_VALUE;
    }
    return type == AtomicType.INT ? Integer.MAX_VALUE : Long.MAX_VALUE;
  }

  /** The field of that name, looking from {@code guess} on; -1 if there is none. */
  int field(byte[] text, int start, int length, int guess) {
    int count = names.length;
    for (int i = 0, index = guess; i < count; i++, index++) {
      if (index >= count) {
        index -= count;
      }
      if (JsonReader.isText(names[index], text, start, length)) {
        return index;
      }
    }
    return -1;
  }
}
