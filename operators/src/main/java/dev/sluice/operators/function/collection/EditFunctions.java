package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Room;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.List;

/** Arrays with elements more, fewer, repeated. */
public final class EditFunctions implements FunctionFamily {
  /** Spark's limit: the longest array that the JVM surely allocates. */
  @Override
  public List<String> names() {
    return List.of(
        "array_append", "array_prepend", "array_insert", "array_repeat", "slice", "flatten");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "array_append" ->
          declare(
              name,
              "array_append(array, element)",
              "The array and then the element.",
              example("array_append(array('b', 'd', 'c', 'a'), 'd')", "[b, d, c, a, d]"),
              call -> bindAdd(call, false));
      case "array_prepend" ->
          declare(
              name,
              "array_prepend(array, element)",
              "The element and then the array.",
              example("array_prepend(array('b', 'd', 'c', 'a'), 'd')", "[d, b, d, c, a]"),
              call -> bindAdd(call, true));
      case "array_insert" ->
          declare(
              name,
              "array_insert(array, position, element)",
              "The array with the element at a position from 1, from -1 for the end; the gap is"
                  + " filled with nulls.",
              example("array_insert(array(1, 2, 3, 4), 5, 5)", "[1, 2, 3, 4, 5]"),
              EditFunctions::bindInsert);
      case "array_repeat" ->
          declare(
              name,
              "array_repeat(element, count)",
              "An array of the element as many times.",
              example("array_repeat('123', 2)", "[123, 123]"),
              EditFunctions::bindRepeat);
      case "slice" ->
          declare(
              name,
              "slice(array, start, length)",
              "Some elements from a position on, which counts from 1, or from the end if negative.",
              example("slice(array(1, 2, 3, 4), 2, 2)", "[2, 3]"),
              EditFunctions::bindSlice);
      case "flatten" ->
          declare(
              name,
              "flatten(arrays)",
              "The elements of an array's arrays as one array; null if one of them is.",
              example("flatten(array(array(1, 2), array(3, 4)))", "[1, 2, 3, 4]"),
              EditFunctions::bindFlatten);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name,
      String usage,
      String description,
      FunctionDoc.Example example,
      NamedFunction.Binder binder) {
    return NamedFunction.of(
        name, FunctionDoc.of("array_funcs", usage, description, example), binder);
  }

  private static void copy(ArrayBuilder out, ArrayColumn arrays, int row) {
    Column elements = arrays.elements();
    int end = arrays.starts()[row] + arrays.lengths()[row];
    for (int k = arrays.starts()[row]; k < end; k++) {
      out.elements().appendFrom(elements, k);
    }
  }

  private static Expression bindAdd(FunctionCall call, boolean first) {
    call.requireCount(2, 2);
    Args.typedArray(call, 0);
    Args.ArrayAndValue pair = Args.sameKind(call, 0, 1);
    ArrayType type =
        new ArrayType(
            pair.element(), Args.arrayType(pair.array()).containsNull() || pair.value().nullable());
    return new ScalarCall(
        Args.name(call),
        List.of(pair.array(), pair.value()),
        type,
        pair.array().nullable(),
        false,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          Column values = columns.get(1);
          ArrayBuilder out = (ArrayBuilder) ColumnBuilder.of(type, rows);
          for (int i = 0; i < rows; i++) {
            if (arrays.isNull(i)) {
              out.appendNull();
              continue;
            }
            if (first) {
              out.elements().appendFrom(values, i);
            }
            copy(out, arrays, i);
            if (!first) {
              out.elements().appendFrom(values, i);
            }
            out.endArray();
          }
          return out.build();
        });
  }

  private static Expression bindInsert(FunctionCall call) {
    call.requireCount(3, 3);
    Args.ArrayAndValue pair = Args.sameKind(call, 0, 2);
    if (call.argument(1).type() == AtomicType.NULL) {
      throw Args.unexpected(call, 1, "an INT");
    }
    call.exactly(1, AtomicType.INT, AtomicType.SMALLINT, AtomicType.TINYINT);
    Expression position = call.coerce(1, AtomicType.INT);
    ArrayType type = new ArrayType(pair.element(), true);
    return new ScalarCall(
        "array_insert",
        List.of(pair.array(), position, pair.value()),
        type,
        pair.array().nullable() || position.nullable(),
        true,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          IntColumn positions = (IntColumn) columns.get(1).flatten();
          ArrayBuilder out = (ArrayBuilder) ColumnBuilder.of(type, rows);
          for (int i = 0; i < rows; i++) {
            if (arrays.isNull(i) || positions.isNull(i)) {
              out.appendNull();
            } else {
              insert(out, arrays, positions.get(i), columns.get(2), i);
            }
          }
          return out.build();
        });
  }

  private static void insert(
      ArrayBuilder out, ArrayColumn arrays, int position, Column values, int row) {
    if (position == 0) {
      throw ItemFunctions.zeroIndex(row);
    }
    ColumnBuilder elements = out.elements();
    int start = arrays.starts()[row];
    int length = arrays.lengths()[row];
    long at = position > 0 ? position - 1L : length + 1L + position;
    requireLength(Math.max(Math.max(at, -at), length) + 1, row);
    if (at < 0) {
      elements.appendFrom(values, row);
      for (long gap = at; gap < 0; gap++) {
        elements.appendNull();
      }
      copy(out, arrays, row);
      out.endArray();
      return;
    }
    for (int k = 0; k < Math.max(length, at); k++) {
      if (k == at) {
        elements.appendFrom(values, row);
      }
      if (k < length) {
        elements.appendFrom(arrays.elements(), start + k);
      } else {
        elements.appendNull();
      }
    }
    if (at >= length) {
      elements.appendFrom(values, row);
    }
    out.endArray();
  }

  static void requireLength(long length, int row) {
    if (length > Room.LONGEST) {
      throw new EvaluationException(
          "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER",
          "an array of " + length + " elements is longer than the limit of " + Room.LONGEST,
          row);
    }
    Room.requireElements(length);
  }

  private static Expression bindRepeat(FunctionCall call) {
    call.requireCount(2, 2);
    Expression value = call.argument(0);
    call.exactly(1, AtomicType.INT, AtomicType.SMALLINT, AtomicType.TINYINT);
    Expression count = call.coerce(1, AtomicType.INT);
    ArrayType type = new ArrayType(value.type(), value.nullable());
    return new ScalarCall(
        "array_repeat",
        List.of(value, count),
        type,
        count.nullable(),
        true,
        (columns, rows, context) -> {
          IntColumn counts = (IntColumn) columns.get(1).flatten();
          Picker picker = new Picker(rows, rows);
          for (int i = 0; i < rows; i++) {
            if (!counts.isNull(i)) {
              requireLength(counts.get(i), i);
              for (int k = 0; k < counts.get(i); k++) {
                picker.pick(i);
              }
            }
            picker.end();
          }
          return picker.build(type, columns.get(0), counts.validity());
        });
  }

  private static Expression bindSlice(FunctionCall call) {
    call.requireCount(3, 3);
    Expression array = Args.array(call, 0);
    List<Expression> arguments =
        List.of(array, call.coerce(1, AtomicType.INT), call.coerce(2, AtomicType.INT));
    ArrayType type = Args.arrayType(array);
    return new ScalarCall(
        "slice",
        arguments,
        type,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          List<FlatColumn> flat = Nulls.flatten(columns);
          Validity valid = Nulls.of(flat, rows);
          ArrayColumn arrays = (ArrayColumn) flat.get(0);
          int[] starts = new int[rows];
          int[] lengths = new int[rows];
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              slice(
                  arrays,
                  i,
                  ((IntColumn) flat.get(1)).get(i),
                  ((IntColumn) flat.get(2)).get(i),
                  starts,
                  lengths);
            }
          }
          return new ArrayColumn(type, arrays.elements(), starts, lengths, valid, rows);
        });
  }

  private static void slice(
      ArrayColumn arrays, int row, int start, int length, int[] starts, int[] lengths) {
    if (start == 0) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE.START",
          "the start of 'slice' counts from 1, or from -1 for the last; it cannot be 0",
          row);
    }
    if (length < 0) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE.LENGTH",
          "the length of 'slice' cannot be negative, and this one is " + length,
          row);
    }
    int size = arrays.lengths()[row];
    long from = start > 0 ? start - 1L : (long) size + start;
    if (from >= 0 && from < size) {
      starts[row] = arrays.starts()[row] + (int) from;
      lengths[row] = (int) Math.min(length, size - from);
    }
  }

  private static Expression bindFlatten(FunctionCall call) {
    call.requireCount(1, 1);
    Expression arrays = Args.array(call, 0);
    if (!(Args.arrayType(arrays).element() instanceof ArrayType type)) {
      throw Args.unexpected(call, 0, "an ARRAY of ARRAY");
    }
    return new ScalarCall(
        "flatten",
        List.of(arrays),
        type,
        arrays.nullable() || Args.arrayType(arrays).containsNull(),
        true,
        (columns, rows, context) -> {
          ArrayColumn outer = Args.arrays(columns, 0);
          ArrayColumn inner = (ArrayColumn) outer.elements().flatten();
          Picker picker = new Picker(rows, inner.elements().size());
          boolean[] nulls = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            nulls[i] = outer.isNull(i);
            int end = outer.starts()[i] + outer.lengths()[i];
            for (int k = outer.starts()[i]; k < end && !nulls[i]; k++) {
              nulls[i] = inner.isNull(k);
              for (int e = 0; !nulls[i] && e < inner.lengths()[k]; e++) {
                picker.pick(inner.starts()[k] + e);
              }
            }
            picker.end();
          }
          return picker.build(type, inner.elements(), Validity.ofNulls(nulls, rows));
        });
  }
}
