package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.Generator;
import dev.sluice.operators.function.NamedGenerator;
import dev.sluice.operators.function.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows from collections: {@code explode}, {@code posexplode} and {@code inline}, each also as
 * {@code _outer}, and {@code stack}.
 */
public final class GeneratorFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "explode",
        "explode_outer",
        "posexplode",
        "posexplode_outer",
        "inline",
        "inline_outer",
        "stack");
  }

  @Override
  public Function function(String name) {
    boolean outer = name.endsWith("_outer");
    String none = outer ? "; one row of nulls if there is none." : ".";
    return switch (name) {
      case "explode", "explode_outer" ->
          declare(
                  name,
                  name + "(expr)",
                  "A row for each element of an array or entry of a map" + none,
                  example(name + "(array(10, 20))", "10\n20"),
                  call -> bindExplode(call, false, outer))
              .withParameters(Parameter.required("collection"));
      case "posexplode", "posexplode_outer" ->
          declare(
                  name,
                  name + "(expr)",
                  "A row for each element of an array or entry of a map, with its position from 0"
                      + none,
                  example(name + "(array(10, 20))", "0\t10\n1\t20"),
                  call -> bindExplode(call, true, outer))
              .withParameters(Parameter.required("collection"));
      case "inline", "inline_outer" ->
          declare(
                  name,
                  name + "(expr)",
                  "A row for each struct of an array, a column for each field" + none,
                  example(name + "(array(struct(1, 'a'), struct(2, 'b')))", "1\ta\n2\tb"),
                  call -> bindInline(call, outer))
              .withParameters(Parameter.required("input"));
      case "stack" ->
          declare(
              name,
              "stack(n, expr1, ..., exprk)",
              "The values in n rows; the last row is filled with nulls.",
              example("stack(2, 1, 2, 3)", "1\t2\n3\tNULL"),
              GeneratorFunctions::bindStack);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedGenerator declare(
      String name,
      String usage,
      String description,
      FunctionDoc.Example example,
      NamedGenerator.Binder binder) {
    return NamedGenerator.of(
        name, FunctionDoc.of("generator_funcs", usage, description, example), binder);
  }

  private static Generator bindExplode(FunctionCall call, boolean positions, boolean outer) {
    call.requireCount(1, 1);
    Expression collection = call.argument(0);
    List<Field> output = new ArrayList<>();
    if (positions) {
      output.add(new Field("pos", AtomicType.INT, outer));
    }
    if (collection.type() instanceof ArrayType type) {
      output.add(new Field("col", type.element(), outer || type.containsNull()));
    } else if (collection.type() instanceof MapType type) {
      output.add(new Field("key", type.key(), outer));
      output.add(new Field("value", type.value(), outer || type.valueContainsNull()));
    } else {
      throw Args.unexpected(call, 0, "an ARRAY or a MAP");
    }
    return new Generating(
        Args.name(call),
        List.of(collection),
        output,
        outer,
        (columns, rows) -> {
          FlatColumn collections = columns.get(0).flatten();
          Rows made = Rows.of(collections, outer);
          List<Column> result = new ArrayList<>();
          if (positions) {
            result.add(made.indexes());
          }
          if (collections instanceof ArrayColumn arrays) {
            result.add(made.pick(arrays.elements()));
          } else {
            MapColumn maps = (MapColumn) collections;
            result.add(made.pick(maps.keys()));
            result.add(made.pick(maps.values()));
          }
          return new Generator.Generated(made.parents(), result, made.count());
        });
  }

  /**
   * Which element stands in which generated row.
   *
   * @param positions of elements; -1 for the row of nulls that an empty collection gives
   * @param order the position of each within its collection
   */
  private record Rows(int[] parents, int[] positions, int[] order, int count) {
    static Rows of(FlatColumn collections, boolean outer) {
      int[] starts =
          collections instanceof ArrayColumn a ? a.starts() : ((MapColumn) collections).starts();
      int[] lengths =
          collections instanceof ArrayColumn a ? a.lengths() : ((MapColumn) collections).lengths();
      int rows = collections.size();
      int count = 0;
      for (int i = 0; i < rows; i++) {
        int length = collections.isNull(i) ? 0 : lengths[i];
        count += outer ? Math.max(1, length) : length;
      }
      int[] parents = new int[count];
      int[] positions = new int[count];
      int[] order = new int[count];
      int at = 0;
      for (int i = 0; i < rows; i++) {
        int length = collections.isNull(i) ? 0 : lengths[i];
        if (length == 0 && outer) {
          parents[at] = i;
          order[at] = -1;
          positions[at++] = -1;
        }
        for (int k = 0; k < length; k++) {
          parents[at] = i;
          order[at] = k;
          positions[at++] = starts[i] + k;
        }
      }
      return new Rows(parents, positions, order, count);
    }

    Column pick(Column elements) {
      return Columns.pick(elements, positions, count);
    }

    Column indexes() {
      boolean[] nulls = new boolean[count];
      for (int i = 0; i < count; i++) {
        nulls[i] = order[i] < 0;
      }
      return new IntColumn(AtomicType.INT, order, Validity.ofNulls(nulls, count), count);
    }
  }

  private static Generator bindInline(FunctionCall call, boolean outer) {
    call.requireCount(1, 1);
    Expression array = call.argument(0);
    if (!(array.type() instanceof ArrayType type && type.element() instanceof StructType struct)) {
      throw Args.unexpected(call, 0, "an ARRAY of STRUCT");
    }
    boolean anyNull = outer || type.containsNull();
    List<Field> output =
        struct.fields().stream()
            .map(f -> new Field(f.name(), f.type(), f.nullable() || anyNull))
            .toList();
    return new Generating(
        Args.name(call),
        List.of(array),
        output,
        outer,
        (columns, rows) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          Rows made = Rows.of(arrays, outer);
          StructColumn structs = (StructColumn) made.pick(arrays.elements()).flatten();
          List<Column> result = new ArrayList<>();
          for (Column child : structs.children()) {
            // A null struct gives nulls, whatever its fields hold.
            result.add(
                structs.validity() == Validity.ALL
                    ? child
                    : Columns.withNulls(child.flatten(), structs.validity()));
          }
          return new Generator.Generated(made.parents(), result, made.count());
        });
  }

  private static Generator bindStack(FunctionCall call) {
    call.requireCount(2, Integer.MAX_VALUE);
    if (!call.argument(0).foldable() || call.argument(0).type() != AtomicType.INT) {
      throw call.error(
          "DATATYPE_MISMATCH."
              + (call.argument(0).foldable() ? "UNEXPECTED_INPUT_TYPE" : "NON_FOLDABLE_INPUT"),
          0,
          "the number of rows of 'stack' must be a constant INT",
          null);
    }
    int count = call.constant(0) instanceof Integer given ? given : 0;
    if (count <= 0) {
      throw call.error(
          "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
          0,
          "the number of rows of 'stack' must be positive",
          null);
    }
    int values = call.count() - 1;
    int width = (values + count - 1) / count;
    List<Expression> arguments = new ArrayList<>();
    List<Field> output = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      List<DataType> types = new ArrayList<>();
      for (int v = c; v < values; v += width) {
        types.add(call.argument(v + 1).type());
      }
      DataType type = onlyType(types, call);
      output.add(new Field("col" + c, type, true));
    }
    for (int v = 0; v < values; v++) {
      arguments.add(Args.cast(call, call.argument(v + 1), output.get(v % width).type(), v + 1));
    }
    return new Generating(
        "stack", arguments, output, false, (columns, rows) -> stack(columns, rows, count, output));
  }

  /** Apart from nulls all values of a column are of one type: nothing is widened. */
  private static DataType onlyType(List<DataType> types, FunctionCall call) {
    DataType only = AtomicType.NULL;
    for (DataType type : types) {
      if (type == AtomicType.NULL) {
        continue;
      }
      if (only != AtomicType.NULL && !only.equals(type)) {
        throw call.error(
            "DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES",
            -1,
            "the values of one column of 'stack' are " + only.sql() + " and " + type.sql(),
            "cast them");
      }
      only = type;
    }
    return only;
  }

  private static Generator.Generated stack(
      List<Column> columns, int rows, int count, List<Field> output) {
    int width = output.size();
    List<Column> result = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      ColumnBuilder builder = ColumnBuilder.of(output.get(c).type(), rows * count);
      for (int i = 0; i < rows; i++) {
        for (int r = 0; r < count; r++) {
          int v = r * width + c;
          if (v < columns.size()) {
            builder.appendFrom(columns.get(v), i);
          } else {
            builder.appendNull();
          }
        }
      }
      result.add(builder.build());
    }
    int[] parents = new int[rows * count];
    for (int i = 0; i < parents.length; i++) {
      parents[i] = i / count;
    }
    return new Generator.Generated(parents, result, parents.length);
  }
}
