package dev.sluice.operators.function.misc;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Room;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code rand}, {@code randn}, {@code uniform}, {@code randstr}, {@code uuid} and {@code shuffle}:
 * with a seed they give what Spark gives for one partition, without one the seed is the query's.
 */
public final class RandomFunctions implements FunctionFamily {
  private static final int LETTERS = 62;

  @Override
  public List<String> names() {
    return List.of("rand", "random", "randn", "uniform", "randstr", "uuid", "shuffle");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "rand", "random" ->
          declare(
                  "rand",
                  "math_funcs",
                  "rand([seed])",
                  "A random number from 0 to below 1, evenly spread.",
                  example("rand(0)", "0.7604953758285915"),
                  call -> numbers(call, "rand", XorShift::nextDouble))
              .withAliases("random");
      case "randn" ->
          declare(
              name,
              "math_funcs",
              "randn([seed])",
              "A random number of the standard normal distribution.",
              example("randn(0)", "1.6034991609278433"),
              call -> numbers(call, "randn", XorShift::nextGaussian));
      case "uniform" ->
          declare(
              name,
              "math_funcs",
              "uniform(min, max[, seed])",
              "A random number between two constants, of the wider of their types.",
              example("uniform(10, 20, 0) BETWEEN 10 AND 20", "true"),
              RandomFunctions::bindUniform);
      case "randstr" ->
          declare(
              name,
              "string_funcs",
              "randstr(length[, seed])",
              "A random text of digits and letters.",
              example("randstr(3, 0)", "ceV"),
              RandomFunctions::bindText);
      case "uuid" ->
          declare(
              name,
              "misc_funcs",
              "uuid([seed])",
              "A random universally unique identifier.",
              example("length(uuid())", "36"),
              RandomFunctions::bindUuid);
      case "shuffle" ->
          declare(
              name,
              "array_funcs",
              "shuffle(array[, seed])",
              "The elements of an array in random order.",
              example("sort_array(shuffle(array(1, 20, 3, 5)))", "[1, 3, 5, 20]"),
              RandomFunctions::bindShuffle);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name,
      String group,
      String usage,
      String description,
      FunctionDoc.Example example,
      NamedFunction.Binder binder) {
    return NamedFunction.of(name, FunctionDoc.of(group, usage, description, example), binder);
  }

  /** The seed that is the argument of that index, or the place of a call without one. */
  private static Drawn.Seed seed(FunctionCall call, int index) {
    if (call.count() <= index) {
      SourcePosition at = call.at();
      return new Drawn.Seed((long) at.line() << 32 | at.column(), false);
    }
    Expression seed = call.coerce(index, AtomicType.INT, AtomicType.BIGINT);
    if (!seed.foldable()) {
      throw call.error(
          "SEED_EXPRESSION_IS_UNFOLDABLE",
          index,
          "the seed of '" + call.name() + "' must be a constant, not '" + seed.sql() + "'",
          null);
    }
    Object value = value(call, seed, index);
    return new Drawn.Seed(value == null ? 0 : ((Number) value).longValue(), true);
  }

  private static @Nullable Object value(FunctionCall call, Expression constant, int index) {
    try {
      Batch oneRow = new Batch(Schema.EMPTY, List.of(), 1);
      return constant.evaluate(oneRow, EvaluationContext.NONE).value(0);
    } catch (EvaluationException e) {
      throw call.error(e.code(), index, String.valueOf(e.getMessage()), null);
    }
  }

  private static Object constant(FunctionCall call, int index) {
    Object value = call.constant(index);
    if (value == null) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_NULL",
          index,
          "argument " + (index + 1) + " of '" + call.name() + "' cannot be NULL",
          null);
    }
    return value;
  }

  /** Gives one number. */
  @FunctionalInterface
  private interface Next {
    double of(XorShift generator);
  }

  private static Expression numbers(FunctionCall call, String name, Next next) {
    call.requireCount(0, 1);
    return new Drawn<>(
        name,
        call.arguments(),
        List.of(),
        AtomicType.DOUBLE,
        false,
        seed(call, 0),
        XorShift::new,
        (columns, rows, generator) -> {
          double[] values = new double[rows];
          for (int i = 0; i < rows; i++) {
            values[i] = next.of(generator);
          }
          return new DoubleColumn(AtomicType.DOUBLE, values, Validity.ALL, rows);
        });
  }

  private static Expression bindUniform(FunctionCall call) {
    call.requireCount(2, 3);
    for (int i = 0; i < 2; i++) {
      DataType type = call.argument(i).type();
      if (!Casts.isNumeric(type) && type != AtomicType.NULL) {
        throw call.error(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            i,
            "argument "
                + (i + 1)
                + " of 'uniform' must be a number, but '"
                + call.argument(i).sql()
                + "' is "
                + type.sql(),
            null);
      }
    }
    Object least = call.constant(0);
    Object most = call.constant(1);
    Drawn.Seed seed = seed(call, 2);
    if (least == null || most == null) {
      return new Literal(AtomicType.NULL, null, shown(call));
    }
    DataType type = wider(call.argument(0).type(), call.argument(1).type());
    double from = number(least);
    double span = number(most) - from;
    Expression drawn =
        new Drawn<>(
            "uniform",
            call.arguments(),
            List.of(),
            AtomicType.DOUBLE,
            false,
            seed,
            XorShift::new,
            (columns, rows, generator) -> {
              double[] values = new double[rows];
              for (int i = 0; i < rows; i++) {
                values[i] = from + span * generator.nextDouble();
              }
              return new DoubleColumn(AtomicType.DOUBLE, values, Validity.ALL, rows);
            });
    return new Renamed(Cast.explicit(drawn, type, false, call.session()), drawn.sql());
  }

  private static String shown(FunctionCall call) {
    StringBuilder text = new StringBuilder(call.name()).append('(');
    for (int i = 0; i < call.count(); i++) {
      text.append(i == 0 ? "" : ", ").append(call.argument(i).sql());
    }
    return text.append(')').toString();
  }

  private static double number(Object value) {
    return value instanceof Number number
        ? number.doubleValue()
        : Double.parseDouble(value.toString());
  }

  /** Whole numbers give whole numbers; a double wins over a float, and a float over a decimal. */
  private static DataType wider(DataType a, DataType b) {
    List<DataType> order =
        List.of(
            AtomicType.DOUBLE,
            AtomicType.FLOAT,
            AtomicType.BIGINT,
            AtomicType.INT,
            AtomicType.SMALLINT,
            AtomicType.TINYINT);
    for (DataType type : order.subList(0, 2)) {
      if (a.equals(type) || b.equals(type)) {
        return type;
      }
    }
    if (a instanceof DecimalType x) {
      return b instanceof DecimalType y && y.precision() > x.precision() ? b : a;
    }
    if (b instanceof DecimalType) {
      return b;
    }
    return order.indexOf(a) <= order.indexOf(b) ? a : b;
  }

  private static Expression bindText(FunctionCall call) {
    call.requireCount(1, 2);
    constant(call, 0);
    Object value = value(call, call.coerce(0, AtomicType.INT, AtomicType.SMALLINT), 0);
    int length = value == null ? -1 : ((Number) value).intValue();
    return new Drawn<>(
        "randstr",
        call.arguments(),
        List.of(),
        AtomicType.STRING,
        false,
        seed(call, 1),
        XorShift::new,
        (columns, rows, generator) -> texts(length, rows, generator));
  }

  private static Column texts(int length, int rows, XorShift generator) {
    if (length < 0) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE.LENGTH", "the length of 'randstr' cannot be " + length, 0);
    }
    byte[] data = new byte[Room.grownBytes(0, (long) length * rows, Room.BYTES)];
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    for (int i = 0; i < rows; i++) {
      starts[i] = i * length;
      lengths[i] = length;
    }
    for (int i = 0; i < data.length; i++) {
      int letter = Math.abs(generator.nextInt() % LETTERS);
      int base = letter < 10 ? '0' : letter < 36 ? 'a' - 10 : 'A' - 36;
      data[i] = (byte) (base + letter);
    }
    return new BytesColumn(AtomicType.STRING, data, starts, lengths, Validity.ALL, rows);
  }

  private static Expression bindUuid(FunctionCall call) {
    call.requireCount(0, 1);
    return new Drawn<>(
        "uuid",
        call.arguments(),
        List.of(),
        AtomicType.STRING,
        false,
        seed(call, 0),
        Twister::new,
        (columns, rows, generator) -> uuids(rows, generator));
  }

  private static Column uuids(int rows, Twister generator) {
    int length = 36;
    byte[] data = new byte[rows * length];
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    for (int i = 0; i < rows; i++) {
      starts[i] = i * length;
      lengths[i] = length;
      // The bits that say: version 4, variant 2.
      long high = generator.nextLong() & 0xFFFFFFFFFFFF0FFFL | 0x4000L;
      long low = (generator.nextLong() | 0x8000000000000000L) & 0xBFFFFFFFFFFFFFFFL;
      int at = hex(high >>> 32, 8, data, starts[i]);
      at = hex(high >>> 16, 4, data, at);
      at = hex(high, 4, data, at);
      at = hex(low >>> 48, 4, data, at);
      hex(low, 12, data, at);
    }
    return new BytesColumn(AtomicType.STRING, data, starts, lengths, Validity.ALL, rows);
  }

  /** Writes digits, and a hyphen behind them unless they are the last; where it goes on. */
  private static int hex(long value, int digits, byte[] into, int at) {
    for (int i = 0; i < digits; i++) {
      into[at + i] = (byte) Character.forDigit((int) (value >>> 4 * (digits - 1 - i)) & 15, 16);
    }
    if (digits < 12) {
      into[at + digits] = '-';
    }
    return at + digits + 1;
  }

  private static Expression bindShuffle(FunctionCall call) {
    call.requireCount(1, 2);
    Expression array = call.argument(0);
    if (!(array.type() instanceof ArrayType type)) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          0,
          "argument 1 of 'shuffle' must be an ARRAY, but '"
              + array.sql()
              + "' is "
              + array.type().sql(),
          null);
    }
    return new Drawn<>(
        "shuffle",
        call.arguments(),
        List.of(array),
        type,
        array.nullable(),
        seed(call, 1),
        Twister::new,
        (columns, rows, generator) -> shuffled(columns.get(0).flatten(), rows, generator));
  }

  private static Column shuffled(FlatColumn column, int rows, Twister generator) {
    ArrayColumn arrays = (ArrayColumn) column;
    long total = 0;
    for (int i = 0; i < rows; i++) {
      total += arrays.isNull(i) ? 0 : arrays.lengths()[i];
    }
    Room.requireElements(total);
    int[] places = new int[(int) total];
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    int used = 0;
    for (int row = 0; row < rows; row++) {
      if (arrays.isNull(row)) {
        continue;
      }
      starts[row] = used;
      lengths[row] = arrays.lengths()[row];
      for (int i = 0; i < lengths[row]; i++) {
        int j = generator.nextInt(i + 1);
        places[used + i] = places[used + j];
        places[used + j] = arrays.starts()[row] + i;
      }
      used += lengths[row];
    }
    Column elements = arrays.elements().select(places, used);
    return new ArrayColumn(arrays.type(), elements, starts, lengths, arrays.validity(), rows);
  }
}
