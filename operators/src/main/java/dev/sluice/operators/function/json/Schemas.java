package dev.sluice.operators.function.json;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.function.FunctionCall;

/** Types that are given as text. */
public final class Schemas {
  private Schemas() {}

  /** The type at an argument, everything in it nullable: a text may lack anything. */
  public static DataType of(FunctionCall call, int argument) {
    if (call.argument(argument).type() != AtomicType.STRING
        || !call.argument(argument).foldable()) {
      throw call.error(
          "INVALID_SCHEMA.NON_STRING_LITERAL",
          argument,
          "the schema of '"
              + call.name()
              + "' must be a constant text, not '"
              + call.argument(argument).sql()
              + "'",
          "write it as 'a INT, b STRING'");
    }
    Object ddl = call.constant(argument);
    if (ddl == null) {
      throw call.error(
          "INVALID_SCHEMA.NON_STRING_LITERAL",
          argument,
          "the schema of '" + call.name() + "' is null",
          null);
    }
    return nullable(call.parseType(ddl.toString(), argument));
  }

  /** The same type, with null allowed everywhere in it. */
  public static DataType nullable(DataType type) {
    if (type instanceof ArrayType array) {
      return new ArrayType(nullable(array.element()), true);
    }
    if (type instanceof MapType map) {
      return new MapType(nullable(map.key()), nullable(map.value()), true);
    }
    if (type instanceof StructType struct) {
      return new StructType(
          struct.fields().stream()
              .map(f -> new Field(f.name(), nullable(f.type()), true))
              .toList());
    }
    return type;
  }
}
