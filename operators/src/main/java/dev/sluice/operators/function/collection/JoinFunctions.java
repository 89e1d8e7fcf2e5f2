package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Collated;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.ArrayList;
import java.util.List;

/**
 * Several values put together: texts or arrays end to end, arrays side by side, an array's elements
 * as one text.
 */
public final class JoinFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("concat", "reverse", "arrays_zip", "array_join");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "concat" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "collection_funcs",
                  "concat(col1, col2, ...)",
                  "Texts, binaries or arrays one after the other; null if one of them is.",
                  example("concat('Spark', 'SQL')", "SparkSQL"),
                  example("concat(array(1, 2, 3), array(4, 5), array(6))", "[1, 2, 3, 4, 5, 6]")),
              JoinFunctions::bindConcat);
      case "reverse" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "collection_funcs",
                  "reverse(expr)",
                  "A text or an array from its end to its beginning.",
                  example("reverse('Spark SQL')", "LQS krapS"),
                  example("reverse(array(2, 1, 4, 3))", "[3, 4, 1, 2]")),
              JoinFunctions::bindReverse);
      case "arrays_zip" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "array_funcs",
                  "arrays_zip(a1, a2, ...)",
                  "An array of structs of the elements at each position; shorter arrays are filled"
                      + " with nulls.",
                  example("arrays_zip(array(1, 2), array(2, 3))", "[{1, 2}, {2, 3}]")),
              JoinFunctions::bindZip);
      case "array_join" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "array_funcs",
                  "array_join(array, delimiter[, nullReplacement])",
                  "The elements as one text; nulls are left out, or replaced.",
                  example("array_join(array('hello', null, 'world'), ' ', ',')", "hello , world")),
              JoinFunctions::bindJoin);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindConcat(FunctionCall call) {
    List<Expression> arguments = call.arguments();
    if (arguments.isEmpty()) {
      return new Literal(AtomicType.STRING, "", "concat()");
    }
    boolean anyArray = arguments.stream().anyMatch(a -> a.type() instanceof ArrayType);
    if (anyArray) {
      for (int i = 0; i < call.count(); i++) {
        if (call.argument(i).type() == AtomicType.NULL) {
          throw call.error(
              "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
              i,
              "'concat' takes arrays or texts, not an array and a NULL without type",
              "cast it");
        }
      }
      List<Expression> arrays = call.coerceToCommonType(arguments);
      return concatArrays(arrays);
    }
    boolean binary = arguments.stream().allMatch(a -> a.type() == AtomicType.BINARY);
    DataType type = binary ? AtomicType.BINARY : AtomicType.STRING;
    List<Expression> texts = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      texts.add(call.coerce(i, type));
    }
    return new ScalarCall(
        "concat",
        texts,
        type,
        Nulls.anyNullable(texts),
        false,
        (columns, rows, context) -> concatBytes(columns, rows, type));
  }

  private static Expression concatArrays(List<Expression> arrays) {
    DataType element = Args.arrayType(arrays.get(0)).element();
    boolean containsNull = arrays.stream().anyMatch(a -> Args.arrayType(a).containsNull());
    ArrayType type = new ArrayType(element, containsNull);
    return new ScalarCall(
        "concat",
        arrays,
        type,
        Nulls.anyNullable(arrays),
        false,
        (columns, rows, context) -> {
          List<FlatColumn> flat = Nulls.flatten(columns);
          Validity valid = Nulls.of(flat, rows);
          ArrayBuilder out = (ArrayBuilder) ColumnBuilder.of(type, rows);
          for (int i = 0; i < rows; i++) {
            if (valid.isNull(i)) {
              out.appendNull();
              continue;
            }
            for (FlatColumn column : flat) {
              ArrayColumn array = (ArrayColumn) column;
              for (int k = 0; k < array.lengths()[i]; k++) {
                out.elements().appendFrom(array.elements(), array.starts()[i] + k);
              }
            }
            out.endArray();
          }
          return out.build();
        });
  }

  private static Column concatBytes(List<Column> columns, int rows, DataType type) {
    int count = columns.size();
    BytesColumn[] texts = new BytesColumn[count];
    int[] masks = new int[count];
    Validity valid = Validity.ALL;
    for (int c = 0; c < count; c++) {
      Column column = columns.get(c);
      if (column instanceof ConstantColumn constant) {
        texts[c] = (BytesColumn) constant.one();
        valid = constant.isNull(0) ? Validity.none(rows) : valid;
      } else {
        texts[c] = (BytesColumn) column.flatten();
        masks[c] = -1;
        valid = valid.and(texts[c].validity(), rows);
      }
    }
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(type, rows);
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        out.appendNull();
        continue;
      }
      for (int c = 0; c < count; c++) {
        int row = i & masks[c];
        out.put(texts[c].data(), texts[c].starts()[row], texts[c].lengths()[row]);
      }
      out.endValue();
    }
    return out.build();
  }

  private static Expression bindReverse(FunctionCall call) {
    call.requireCount(1, 1);
    if (call.argument(0).type() instanceof ArrayType type) {
      return new ScalarCall(
          "reverse",
          List.of(call.argument(0)),
          type,
          call.argument(0).nullable(),
          false,
          (columns, rows, context) -> {
            ArrayColumn arrays = Args.arrays(columns, 0);
            Picker picker = new Picker(rows, arrays.elements().size());
            for (int i = 0; i < rows; i++) {
              if (!arrays.isNull(i)) {
                for (int k = arrays.starts()[i] + arrays.lengths()[i] - 1;
                    k >= arrays.starts()[i];
                    k--) {
                  picker.pick(k);
                }
              }
              picker.end();
            }
            return picker.build(type, arrays.elements(), arrays.validity());
          });
    }
    Expression text = call.coerce(0, AtomicType.STRING);
    return new ScalarCall(
        "reverse",
        List.of(text),
        AtomicType.STRING,
        text.nullable(),
        false,
        (columns, rows, context) -> {
          BytesColumn texts = (BytesColumn) columns.get(0).flatten();
          BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
          for (int i = 0; i < rows; i++) {
            if (texts.isNull(i)) {
              out.appendNull();
            } else {
              reverse(texts, i, out);
            }
          }
          return out.build();
        });
  }

  /** Character by character: the bytes of one keep their order. */
  private static void reverse(BytesColumn texts, int row, BytesBuilder out) {
    byte[] data = texts.data();
    int start = texts.starts()[row];
    int end = start + texts.lengths()[row];
    while (end > start) {
      int from = end - 1;
      while (from > start && (data[from] & 0xC0) == 0x80) {
        from--;
      }
      out.put(data, from, end - from);
      end = from;
    }
    out.endValue();
  }

  private static Expression bindZip(FunctionCall call) {
    List<Expression> arrays = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < call.count(); i++) {
      Expression array = Args.array(call, i);
      arrays.add(array);
      String name = array instanceof ColumnReference column ? column.name() : String.valueOf(i);
      fields.add(new Field(name, Args.arrayType(array).element(), true));
    }
    StructType struct = new StructType(fields);
    ArrayType type = new ArrayType(struct, false);
    if (arrays.isEmpty()) {
      return new Literal(type, List.of(), "arrays_zip()");
    }
    return new ScalarCall(
        "arrays_zip",
        arrays,
        type,
        Nulls.anyNullable(arrays),
        false,
        (columns, rows, context) -> zip(columns, rows, type, struct));
  }

  private static Column zip(List<Column> columns, int rows, ArrayType type, StructType struct) {
    List<FlatColumn> flat = Nulls.flatten(columns);
    Validity valid = Nulls.of(flat, rows);
    int[] lengths = new int[rows];
    for (FlatColumn column : flat) {
      ArrayColumn array = (ArrayColumn) column;
      for (int i = 0; i < rows; i++) {
        lengths[i] = valid.isValid(i) ? Math.max(lengths[i], array.lengths()[i]) : 0;
      }
    }
    int[] starts = new int[rows];
    int total = 0;
    List<Column> children = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      starts[i] = total;
      total += lengths[i];
    }
    for (FlatColumn column : flat) {
      children.add(padded((ArrayColumn) column, lengths, total));
    }
    return new ArrayColumn(
        type,
        new StructColumn(struct, children, Validity.ALL, total),
        starts,
        lengths,
        valid,
        rows);
  }

  /** The elements of all rows, each row filled with nulls to the length given. */
  static Column padded(ArrayColumn array, int[] lengths, int total) {
    int[] positions = new int[total];
    int at = 0;
    for (int i = 0; i < lengths.length; i++) {
      for (int k = 0; k < lengths[i]; k++) {
        positions[at++] = !array.isNull(i) && k < array.lengths()[i] ? array.starts()[i] + k : -1;
      }
    }
    return Columns.pick(array.elements(), positions, total);
  }

  private static Expression bindJoin(FunctionCall call) {
    call.requireCount(2, 3);
    Expression array = Args.array(call, 0);
    if (Args.arrayType(array).element() == AtomicType.VARIANT) {
      throw call.error(
          "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
          0,
          "'array_join' joins no VARIANT elements",
          "cast the array to ARRAY<STRING>");
    }
    List<Expression> arguments = new ArrayList<>();
    arguments.add(
        Args.cast(
            call,
            array,
            new ArrayType(AtomicType.STRING, Args.arrayType(array).containsNull()),
            0));
    for (int i = 1; i < call.count(); i++) {
      arguments.add(call.exactly(i, AtomicType.STRING));
    }
    DataType joined = Args.arrayType(array).element();
    Expression texts = joined(arguments);
    return joined instanceof CollatedType ? Collated.retyped(texts, joined) : texts;
  }

  private static Expression joined(List<Expression> arguments) {
    return new ScalarCall(
        "array_join",
        arguments,
        AtomicType.STRING,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> {
          List<FlatColumn> flat = Nulls.flatten(columns);
          Validity valid = Nulls.of(flat, rows);
          BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
          for (int i = 0; i < rows; i++) {
            if (valid.isNull(i)) {
              out.appendNull();
            } else {
              join(flat, i, out);
            }
          }
          return out.build();
        });
  }

  private static void join(List<FlatColumn> columns, int row, BytesBuilder out) {
    ArrayColumn array = (ArrayColumn) columns.get(0);
    BytesColumn elements = (BytesColumn) array.elements().flatten();
    boolean first = true;
    for (int k = array.starts()[row]; k < array.starts()[row] + array.lengths()[row]; k++) {
      boolean missing = elements.isNull(k);
      if (missing && columns.size() < 3) {
        continue;
      }
      if (!first) {
        put((BytesColumn) columns.get(1), row, out);
      }
      first = false;
      if (missing) {
        put((BytesColumn) columns.get(2), row, out);
      } else {
        put(elements, k, out);
      }
    }
    out.endValue();
  }

  private static void put(BytesColumn text, int row, BytesBuilder out) {
    out.put(text.data(), text.starts()[row], text.lengths()[row]);
  }
}
