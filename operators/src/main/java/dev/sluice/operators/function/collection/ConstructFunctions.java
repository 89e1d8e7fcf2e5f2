package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code array}, {@code map}, {@code struct} and {@code named_struct}: nested values from single
 * ones.
 */
public final class ConstructFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("array", "map", "struct", "named_struct");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "array" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "array_funcs",
                  "array(expr, ...)",
                  "An array of the values.",
                  example("array(1, 2, 3)", "[1, 2, 3]")),
              ConstructFunctions::bindArray);
      case "map" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "map_funcs",
                  "map(key0, value0, key1, value1, ...)",
                  "A map; a key that is null or there twice is an error.",
                  example("map(1.0, '2', 3.0, '4')", "{1.0 -> 2, 3.0 -> 4}")),
              ConstructFunctions::bindMap);
      case "struct" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "struct_funcs",
                  "struct(col1, col2, ...)",
                  "A struct of the values, with the names of columns, or col1, col2 ...",
                  example("struct(1, 2, 3)", "{1, 2, 3}")),
              ConstructFunctions::bindStruct);
      case "named_struct" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "struct_funcs",
                  "named_struct(name1, val1, name2, val2, ...)",
                  "A struct of the values with these names.",
                  example("named_struct('a', 1, 'b', 2)", "{1, 2}")),
              ConstructFunctions::bindNamedStruct);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindArray(FunctionCall call) {
    if (call.count() == 0) {
      return new Literal(new ArrayType(AtomicType.NULL, false), List.of(), "array()");
    }
    List<Expression> elements = call.coerceToCommonType(call.arguments());
    boolean containsNull = elements.stream().anyMatch(Expression::nullable);
    ArrayType type = new ArrayType(elements.get(0).type(), containsNull);
    return new ScalarCall(
        "array",
        elements,
        type,
        false,
        false,
        (columns, rows, context) -> {
          ArrayBuilder out = (ArrayBuilder) ColumnBuilder.of(type, rows);
          for (int i = 0; i < rows; i++) {
            for (Column column : columns) {
              out.elements().appendFrom(column, i);
            }
            out.endArray();
          }
          return out.build();
        });
  }

  private static Expression bindMap(FunctionCall call) {
    if (call.count() % 2 != 0) {
      throw call.error(
          "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
          -1,
          "'map' takes pairs of key and value, not " + call.count() + " arguments",
          null);
    }
    if (call.count() == 0) {
      return new Literal(new MapType(AtomicType.NULL, AtomicType.NULL, false), List.of(), "map()");
    }
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    for (int i = 0; i < call.count(); i += 2) {
      keys.add(call.argument(i));
      values.add(call.argument(i + 1));
    }
    keys = call.coerceToCommonType(keys);
    values = call.coerceToCommonType(values);
    DataType key = keys.get(0).type();
    MapOutput.requireKey(call, key);
    MapType type =
        new MapType(key, values.get(0).type(), values.stream().anyMatch(Expression::nullable));
    List<Expression> pairs = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      pairs.add(keys.get(i));
      pairs.add(values.get(i));
    }
    return new ScalarCall(
        "map",
        pairs,
        type,
        false,
        true,
        (columns, rows, context) -> {
          MapOutput out = new MapOutput(type, rows);
          for (int i = 0; i < rows; i++) {
            for (int c = 0; c < columns.size(); c += 2) {
              out.put(columns.get(c), i, columns.get(c + 1), i, i);
            }
            out.end();
          }
          return out.build();
        });
  }

  private static Expression bindStruct(FunctionCall call) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < call.count(); i++) {
      Expression value = call.argument(i);
      String name = value instanceof ColumnReference column ? column.name() : "col" + (i + 1);
      fields.add(new Field(name, value.type(), value.nullable()));
    }
    return struct("struct", call.arguments(), call.arguments(), 0, fields);
  }

  private static Expression bindNamedStruct(FunctionCall call) {
    if (call.count() == 0 || call.count() % 2 != 0) {
      throw call.error(
          "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
          -1,
          "'named_struct' takes pairs of name and value, not " + call.count() + " arguments",
          null);
    }
    List<Field> fields = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    for (int i = 0; i < call.count(); i += 2) {
      Expression value = call.argument(i + 1);
      if (call.argument(i).type() != AtomicType.STRING || !call.argument(i).foldable()) {
        throw call.error(
            "DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING",
            i,
            "the name of a field of 'named_struct' must be a constant STRING",
            null);
      }
      Object name = call.constant(i);
      if (name == null) {
        throw call.error(
            "DATATYPE_MISMATCH.UNEXPECTED_NULL",
            i,
            "the name of a field of 'named_struct' is null",
            null);
      }
      fields.add(new Field(name.toString(), value.type(), value.nullable()));
      values.add(value);
    }
    return struct("named_struct", call.arguments(), values, 1, fields);
  }

  /**
   * {@code shown} are the arguments as written, of which every one from {@code first} on by pairs
   * is a value.
   */
  private static Expression struct(
      String name, List<Expression> shown, List<Expression> values, int first, List<Field> fields) {
    StructType type = new StructType(fields);
    int step = shown.size() == values.size() ? 1 : 2;
    if (shown.isEmpty()) {
      return new Literal(type, List.of(), name + "()");
    }
    return new ScalarCall(
        name,
        shown,
        type,
        false,
        false,
        (columns, rows, context) -> {
          List<Column> children = new ArrayList<>();
          for (int i = first; i < columns.size(); i += step) {
            children.add(columns.get(i));
          }
          return new StructColumn(type, children, Validity.ALL, rows);
        });
  }
}
