package dev.sluice.operators.function.collection;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.function.FunctionCall;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Arguments of functions over collections, brought to the types that Spark wants. */
final class Args {
  private Args() {}

  /** The name as Spark shows it. */
  static String name(FunctionCall call) {
    return call.name().toLowerCase(Locale.ROOT);
  }

  static Expression array(FunctionCall call, int argument) {
    Expression given = call.argument(argument);
    if (given.type() instanceof ArrayType) {
      return given;
    }
    if (given.type() == AtomicType.NULL) {
      return call.castImplicitly(given, new ArrayType(AtomicType.NULL), argument);
    }
    throw unexpected(call, argument, "an ARRAY");
  }

  /** An array that is not the untyped NULL, of whose elements a lambda could know nothing. */
  static Expression typedArray(FunctionCall call, int argument) {
    if (call.argument(argument).type() == AtomicType.NULL) {
      throw unexpected(call, argument, "an ARRAY");
    }
    return array(call, argument);
  }

  /** As {@link #typedArray}. */
  static Expression typedMap(FunctionCall call, int argument) {
    if (call.argument(argument).type() == AtomicType.NULL) {
      throw unexpected(call, argument, "a MAP");
    }
    return map(call, argument);
  }

  static Expression map(FunctionCall call, int argument) {
    Expression given = call.argument(argument);
    if (given.type() instanceof MapType) {
      return given;
    }
    if (given.type() == AtomicType.NULL) {
      return call.castImplicitly(given, new MapType(AtomicType.NULL, AtomicType.NULL), argument);
    }
    throw unexpected(call, argument, "a MAP");
  }

  static AnalysisException unexpected(FunctionCall call, int argument, String wanted) {
    Expression given = call.argument(argument);
    return call.error(
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        argument,
        "argument "
            + (argument + 1)
            + " of '"
            + call.name()
            + "' must be "
            + wanted
            + ", and '"
            + given.sql()
            + "' is of the type "
            + given.type().sql(),
        null);
  }

  static ArrayType arrayType(Expression expression) {
    return (ArrayType) expression.type();
  }

  static MapType mapType(Expression expression) {
    return (MapType) expression.type();
  }

  static ArrayColumn arrays(List<Column> columns, int index) {
    return (ArrayColumn) columns.get(index).flatten();
  }

  static MapColumn maps(List<Column> columns, int index) {
    return (MapColumn) columns.get(index).flatten();
  }

  /** Casts unless the types differ in nothing but what may be null. */
  static Expression cast(FunctionCall call, Expression given, DataType to, int argument) {
    return given.type().catalogString().equals(to.catalogString())
        ? given
        : call.castImplicitly(given, to, argument);
  }

  /** The common type of two that keeps strings and other values apart. */
  static Optional<DataType> common(FunctionCall call, DataType a, DataType b) {
    if (a.catalogString().equals(b.catalogString())) {
      return Optional.of(a);
    }
    return mixesText(a, b) ? Optional.empty() : call.commonType(List.of(a, b));
  }

  private static boolean mixesText(DataType a, DataType b) {
    if (a instanceof ArrayType x && b instanceof ArrayType y) {
      return mixesText(x.element(), y.element());
    }
    if (a instanceof MapType x && b instanceof MapType y) {
      return mixesText(x.key(), y.key()) || mixesText(x.value(), y.value());
    }
    return CollatedType.isText(a) != CollatedType.isText(b)
        && a != AtomicType.NULL
        && b != AtomicType.NULL;
  }

  /** An array and a value, cast to an array of some type and a value of it. */
  record ArrayAndValue(Expression array, Expression value, DataType element) {}

  /**
   * The array and the value under the type that both have as they are: whole numbers beside FLOAT
   * are FLOAT, and beside decimals only what holds all of them.
   */
  static ArrayAndValue sameKind(FunctionCall call, int arrayAt, int valueAt) {
    Expression array = array(call, arrayAt);
    DataType element = arrayType(array).element();
    boolean untyped = call.argument(arrayAt).type() == AtomicType.NULL;
    return arrayAndValue(
        call,
        array,
        arrayAt,
        valueAt,
        untyped
            ? Optional.empty()
            : TypeCoercionRules.exact(element, call.argument(valueAt).type()));
  }

  static ArrayAndValue arrayAndValue(FunctionCall call, int arrayAt, int valueAt) {
    Expression array = array(call, arrayAt);
    DataType type = call.argument(valueAt).type();
    return arrayAndValue(
        call, array, arrayAt, valueAt, common(call, arrayType(array).element(), type));
  }

  private static ArrayAndValue arrayAndValue(
      FunctionCall call, Expression array, int arrayAt, int valueAt, Optional<DataType> common) {
    Expression value = call.argument(valueAt);
    ArrayType type = arrayType(array);
    if (common.isEmpty()) {
      throw call.error(
          "DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES",
          -1,
          "'"
              + call.name()
              + "' wants an array and a value of its element type, not "
              + type.sql()
              + " and "
              + value.type().sql(),
          "cast one of them");
    }
    DataType element = common.get();
    return new ArrayAndValue(
        cast(call, array, new ArrayType(element, type.containsNull()), arrayAt),
        cast(call, value, element, valueAt),
        element);
  }

  /** Two arrays, cast to one type. */
  static List<Expression> twoArrays(FunctionCall call) {
    call.requireCount(2, 2);
    Expression a = array(call, 0);
    Expression b = array(call, 1);
    boolean untyped =
        call.argument(0).type() == AtomicType.NULL || call.argument(1).type() == AtomicType.NULL;
    Optional<DataType> common =
        untyped ? Optional.empty() : common(call, arrayType(a).element(), arrayType(b).element());
    if (common.isEmpty()) {
      throw call.error(
          "DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES",
          -1,
          "'"
              + call.name()
              + "' wants two arrays of one type, not "
              + a.type().sql()
              + " and "
              + b.type().sql(),
          "cast one of them");
    }
    return List.of(
        cast(call, a, new ArrayType(common.get(), arrayType(a).containsNull()), 0),
        cast(call, b, new ArrayType(common.get(), arrayType(b).containsNull()), 1));
  }

  /** A map and a key, cast to a map of some key type and a key of it. */
  record MapAndKey(Expression map, Expression key) {}

  static MapAndKey mapAndKey(FunctionCall call, int mapAt, int keyAt) {
    Expression map = map(call, mapAt);
    Expression key = call.argument(keyAt);
    MapType type = mapType(map);
    boolean untyped =
        key.type() == AtomicType.NULL || call.argument(mapAt).type() == AtomicType.NULL;
    Optional<DataType> common = untyped ? Optional.empty() : common(call, type.key(), key.type());
    if (common.isEmpty()) {
      throw call.error(
          key.type() == AtomicType.NULL
              ? "DATATYPE_MISMATCH.NULL_TYPE"
              : "DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES",
          -1,
          "'"
              + call.name()
              + "' wants a map and a key of its key type, not "
              + type.sql()
              + " and "
              + key.type().sql(),
          "cast one of them");
    }
    return new MapAndKey(
        cast(call, map, new MapType(common.get(), type.value(), type.valueContainsNull()), mapAt),
        cast(call, key, common.get(), keyAt));
  }
}
