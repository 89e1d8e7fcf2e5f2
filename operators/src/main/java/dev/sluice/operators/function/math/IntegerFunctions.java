package dev.sluice.operators.function.math;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Functions of whole numbers and their bits. */
public final class IntegerFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "factorial",
        "bin",
        "conv",
        "bit_count",
        "bit_get",
        "getbit",
        "shiftleft",
        "shiftright",
        "shiftrightunsigned",
        "width_bucket");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "factorial" ->
          declare(
              "math_funcs",
              name,
              "factorial(expr)",
              "The factorial of 0 to 20, null for others.",
              "factorial(5)",
              "120",
              IntegerFunctions::bindFactorial);
      case "bin" ->
          declare(
              "math_funcs",
              name,
              "bin(expr)",
              "The binary digits of a number.",
              "bin(13)",
              "1101",
              IntegerFunctions::bindBin);
      case "conv" ->
          declare(
              "math_funcs",
              name,
              "conv(num, from_base, to_base)",
              "The digits of a number in another base.",
              "conv('100', 2, 10)",
              "4",
              IntegerFunctions::bindConv);
      case "bit_count" ->
          declare(
              "bitwise_funcs",
              name,
              "bit_count(expr)",
              "How many bits are set.",
              "bit_count(7)",
              "3",
              IntegerFunctions::bindBitCount);
      case "bit_get", "getbit" ->
          declare(
                  "bitwise_funcs",
                  "bit_get",
                  "bit_get(expr, pos)",
                  "The bit at a position, 0 being the lowest.",
                  "bit_get(11, 0)",
                  "1",
                  IntegerFunctions::bindBitGet)
              .withAliases("getbit");
      case "shiftleft" ->
          declare(
              "bitwise_funcs",
              name,
              "shiftleft(base, expr)",
              "The bits moved to the left.",
              "shiftleft(2, 1)",
              "4",
              call -> bindShift(call, Shift.LEFT));
      case "shiftright" ->
          declare(
              "bitwise_funcs",
              name,
              "shiftright(base, expr)",
              "The bits moved to the right, keeping the sign.",
              "shiftright(4, 1)",
              "2",
              call -> bindShift(call, Shift.RIGHT));
      case "shiftrightunsigned" ->
          declare(
              "bitwise_funcs",
              name,
              "shiftrightunsigned(base, expr)",
              "The bits moved to the right, zeros coming in.",
              "shiftrightunsigned(4, 1)",
              "2",
              call -> bindShift(call, Shift.UNSIGNED));
      case "width_bucket" ->
          declare(
              "math_funcs",
              name,
              "width_bucket(value, min_value, max_value, num_bucket)",
              "The number of the bucket of equal width that holds a value; 0 below, num_bucket + 1"
                  + " above.",
              "width_bucket(5.3, 0.2, 10.6, 5)",
              "3",
              IntegerFunctions::bindWidthBucket);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String group,
      String name,
      String usage,
      String description,
      String sql,
      String result,
      NamedFunction.Binder binder) {
    return NamedFunction.of(
        name, FunctionDoc.of(group, usage, description, example(sql, result)), binder);
  }

  private static Expression bindFactorial(FunctionCall call) {
    call.requireCount(1, 1);
    Expression number = call.coerce(0, AtomicType.INT);
    return new ScalarCall(
        "factorial",
        List.of(number),
        AtomicType.BIGINT,
        true,
        false,
        (columns, rows, context) -> {
          IntColumn in = (IntColumn) columns.get(0).flatten();
          long[] made = new long[rows];
          boolean[] isNull = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            int n = in.get(i);
            isNull[i] = in.isNull(i) || n < 0 || n > 20;
            long product = 1;
            for (int f = 2; !isNull[i] && f <= n; f++) {
              product *= f;
            }
            made[i] = product;
          }
          return new LongColumn(AtomicType.BIGINT, made, Validity.ofNulls(isNull, rows), rows);
        });
  }

  private static Expression bindBin(FunctionCall call) {
    call.requireCount(1, 1);
    Expression number = call.coerce(0, AtomicType.BIGINT);
    return new ScalarCall(
        "bin",
        List.of(number),
        AtomicType.STRING,
        number.nullable(),
        false,
        (columns, rows, context) -> {
          LongColumn in = (LongColumn) columns.get(0).flatten();
          BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
          for (int i = 0; i < rows; i++) {
            if (in.isNull(i)) {
              out.appendNull();
              continue;
            }
            for (int bit = Math.max(0, 63 - Long.numberOfLeadingZeros(in.get(i)));
                bit >= 0;
                bit--) {
              out.put((byte) ('0' + (in.get(i) >>> bit & 1)));
            }
            out.endValue();
          }
          return out.build();
        });
  }

  private static Expression bindConv(FunctionCall call) {
    call.requireCount(3, 3);
    List<Expression> arguments =
        List.of(
            call.coerce(0, AtomicType.STRING),
            call.coerce(1, AtomicType.INT),
            call.coerce(2, AtomicType.INT));
    return new ScalarCall(
        "conv",
        arguments,
        AtomicType.STRING,
        true,
        true,
        (columns, rows, context) -> {
          BytesColumn in = (BytesColumn) columns.get(0).flatten();
          IntColumn from = (IntColumn) columns.get(1).flatten();
          IntColumn to = (IntColumn) columns.get(2).flatten();
          Validity valid = Nulls.of(List.of(in, from, to), rows);
          ColumnBuilder out = ColumnBuilder.of(AtomicType.STRING, rows);
          for (int i = 0; i < rows; i++) {
            out.appendValue(
                valid.isNull(i) ? null : conv(in.string(i).trim(), from.get(i), to.get(i), i));
          }
          return out.build();
        });
  }

  /**
   * As Hive and MySQL: 64-bit unsigned arithmetic, a negative target base shows a signed number.
   */
  private static @Nullable String conv(String digits, int from, int to, int row) {
    if (from < 2 || from > 36 || Math.abs(to) < 2 || Math.abs(to) > 36 || digits.isEmpty()) {
      return null;
    }
    boolean negative = digits.charAt(0) == '-';
    int end = negative ? 1 : 0;
    while (end < digits.length()
        && Character.digit(digits.charAt(end), from) >= 0
        && digits.charAt(end) < 128) {
      end++;
    }
    String taken = digits.substring(negative ? 1 : 0, end);
    BigInteger value = taken.isEmpty() ? BigInteger.ZERO : new BigInteger(taken, from);
    if (value.bitLength() > 64 || (negative && to > 0 && value.bitLength() > 63)) {
      throw new EvaluationException("ARITHMETIC_OVERFLOW", "overflow in function conv()", row);
    }
    long bits = negative ? -value.longValue() : value.longValue();
    String made = to > 0 ? Long.toUnsignedString(bits, to) : Long.toString(bits, -to);
    return made.toUpperCase(Locale.ROOT);
  }

  private static Expression bindBitCount(FunctionCall call) {
    call.requireCount(1, 1);
    if (call.argument(0).type() == AtomicType.STRING) {
      // Spark casts text to one number type, but never to a choice of them.
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          0,
          "argument 1 of 'bit_count' must be a whole number or a boolean, but '"
              + call.argument(0).sql()
              + "' is STRING",
          null);
    }
    Expression value =
        call.coerce(
            0,
            AtomicType.TINYINT,
            AtomicType.SMALLINT,
            AtomicType.INT,
            AtomicType.BIGINT,
            AtomicType.BOOLEAN);
    return new ScalarCall(
        "bit_count",
        List.of(value),
        AtomicType.INT,
        value.nullable(),
        false,
        (columns, rows, context) -> {
          FlatColumn in = columns.get(0).flatten();
          int[] made = new int[rows];
          for (int i = 0; i < rows; i++) {
            made[i] =
                in instanceof BooleanColumn flags
                    ? (flags.get(i) ? 1 : 0)
                    : Long.bitCount(longAt(in, i));
          }
          return new IntColumn(AtomicType.INT, made, in.validity(), rows);
        });
  }

  private static long longAt(FlatColumn column, int row) {
    return column instanceof IntColumn ints ? ints.get(row) : ((LongColumn) column).get(row);
  }

  private static Expression bindBitGet(FunctionCall call) {
    call.requireCount(2, 2);
    Expression value =
        call.exactly(0, AtomicType.INT, AtomicType.TINYINT, AtomicType.SMALLINT, AtomicType.BIGINT);
    List<Expression> arguments = List.of(value, call.coerce(1, AtomicType.INT));
    DataType type = value.type();
    int size =
        type == AtomicType.TINYINT
            ? 8
            : type == AtomicType.SMALLINT ? 16 : type == AtomicType.INT ? 32 : 64;
    return new ScalarCall(
        call.name(),
        arguments,
        AtomicType.TINYINT,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          FlatColumn in = columns.get(0).flatten();
          IntColumn positions = (IntColumn) columns.get(1).flatten();
          Validity valid = Nulls.of(in, positions, rows);
          int[] made = new int[rows];
          for (int i = 0; i < rows; i++) {
            int position = positions.get(i);
            if (valid.isValid(i)) {
              if (position < 0 || position >= size) {
                throw new EvaluationException(
                    "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE",
                    "the bit position " + position + " is out of the range 0 to " + (size - 1),
                    i);
              }
              made[i] = (int) (longAt(in, i) >> position & 1);
            }
          }
          return new IntColumn(AtomicType.TINYINT, made, valid, rows);
        });
  }

  private enum Shift {
    LEFT,
    RIGHT,
    UNSIGNED
  }

  private static Expression bindShift(FunctionCall call, Shift shift) {
    call.requireCount(2, 2);
    Expression value =
        call.argument(0).type() == AtomicType.BIGINT
            ? call.argument(0)
            : call.coerce(0, AtomicType.INT);
    List<Expression> arguments = List.of(value, call.coerce(1, AtomicType.INT));
    return new ScalarCall(
        call.name(),
        arguments,
        value.type(),
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) ->
            shift(columns.get(0).flatten(), (IntColumn) columns.get(1).flatten(), rows, shift));
  }

  private static Column shift(FlatColumn value, IntColumn by, int rows, Shift shift) {
    Validity valid = Nulls.of(value, by, rows);
    if (value instanceof IntColumn in) {
      int[] made = new int[rows];
      for (int i = 0; i < rows; i++) {
        made[i] =
            switch (shift) {
              case LEFT -> in.get(i) << by.get(i);
              case RIGHT -> in.get(i) >> by.get(i);
              case UNSIGNED -> in.get(i) >>> by.get(i);
            };
      }
      return new IntColumn(AtomicType.INT, made, valid, rows);
    }
    LongColumn in = (LongColumn) value;
    long[] made = new long[rows];
    for (int i = 0; i < rows; i++) {
      made[i] =
          switch (shift) {
            case LEFT -> in.get(i) << by.get(i);
            case RIGHT -> in.get(i) >> by.get(i);
            case UNSIGNED -> in.get(i) >>> by.get(i);
          };
    }
    return new LongColumn(AtomicType.BIGINT, made, valid, rows);
  }

  private static Expression bindWidthBucket(FunctionCall call) {
    call.requireCount(4, 4);
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      arguments.add(measured(call, i));
    }
    arguments.add(call.coerce(3, AtomicType.BIGINT));
    return new ScalarCall(
        "width_bucket",
        arguments,
        AtomicType.BIGINT,
        true,
        false,
        (columns, rows, context) -> {
          List<FlatColumn> in = Nulls.flatten(columns);
          Validity valid = Nulls.of(in, rows);
          double[] value = numbers(in.get(0), rows);
          double[] least = numbers(in.get(1), rows);
          double[] most = numbers(in.get(2), rows);
          LongColumn count = (LongColumn) in.get(3);
          long[] made = new long[rows];
          boolean[] isNull = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            long bucket = valid.isNull(i) ? -1 : bucket(value[i], least[i], most[i], count.get(i));
            isNull[i] = bucket < 0;
            made[i] = bucket;
          }
          return new LongColumn(AtomicType.BIGINT, made, Validity.ofNulls(isNull, rows), rows);
        });
  }

  /** A number, or an interval of the family that the first argument is of. */
  private static Expression measured(FunctionCall call, int index) {
    DataType first = call.argument(0).type();
    DataType given = call.argument(index).type();
    boolean same =
        first instanceof DayTimeIntervalType && given instanceof DayTimeIntervalType
            || first instanceof YearMonthIntervalType && given instanceof YearMonthIntervalType;
    if (same) {
      return call.argument(index);
    }
    boolean interval =
        first instanceof DayTimeIntervalType || first instanceof YearMonthIntervalType;
    return call.coerce(index, interval ? first : AtomicType.DOUBLE);
  }

  /** The numbers as they are, intervals as their months or microseconds. */
  private static double[] numbers(FlatColumn column, int rows) {
    if (column instanceof DoubleColumn doubles) {
      return doubles.values();
    }
    double[] out = new double[rows];
    for (int i = 0; i < rows; i++) {
      out[i] = column instanceof IntColumn months ? months.get(i) : ((LongColumn) column).get(i);
    }
    return out;
  }

  /** The bucket, or -1 where there is none. */
  private static long bucket(double value, double least, double most, long count) {
    if (count <= 0
        || count == Long.MAX_VALUE
        || Double.isNaN(value)
        || least == most
        || !Double.isFinite(least)
        || !Double.isFinite(most)) {
      return -1;
    }
    double lower = Math.min(least, most);
    double upper = Math.max(least, most);
    if (least < most) {
      if (value < lower) {
        return 0;
      }
      return value >= upper ? count + 1 : (long) (count * (value - lower) / (upper - lower)) + 1;
    }
    if (value > upper) {
      return 0;
    }
    return value <= lower ? count + 1 : (long) (count * (upper - value) / (upper - lower)) + 1;
  }
}
