package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.util.List;
import java.util.Locale;

/**
 * {@code + - * / div %} and {@code pmod} over two expressions of one numeric type (decimals may
 * differ in precision and scale). {@code /} takes doubles or decimals; {@code div} gives BIGINT.
 */
public final class Arithmetic implements Expression {
  /** The operators, with how they are written and how their safe form is called. */
  public enum Operator {
    ADD("+", "try_add"),
    SUBTRACT("-", "try_subtract"),
    MULTIPLY("*", "try_multiply"),
    DIVIDE("/", "try_divide"),
    DIV("div", "try_divide"),
    REMAINDER("%", "try_mod"),
    PMOD("pmod", "try_mod");

    private final String symbol;
    private final String remedy;

    Operator(String symbol, String remedy) {
      this.symbol = symbol;
      this.remedy = remedy;
    }

    public String symbol() {
      return symbol;
    }

    boolean divides() {
      return ordinal() >= DIVIDE.ordinal();
    }
  }

  /** What happens when a value cannot be: division by zero, overflow. */
  public enum OnError {
    /** ANSI mode. */
    FAIL,
    /** {@code try_add} and its like. */
    NULL,
    /** Without ANSI: overflow wraps, division by zero is null. */
    WRAP
  }

  private final Operator operator;
  private final Expression left;
  private final Expression right;
  private final DataType type;
  private final OnError onError;
  private final String sql;

  public Arithmetic(
      Operator operator,
      Expression left,
      Expression right,
      DataType type,
      OnError onError,
      String sql) {
    this.operator = operator;
    this.left = left;
    this.right = right;
    this.type = type;
    this.onError = onError;
    this.sql = sql;
  }

  /** As an operator between its operands, in parentheses. */
  public static Arithmetic infix(
      Operator operator, Expression left, Expression right, DataType type, OnError onError) {
    String sql =
        operator == Operator.PMOD
            ? "pmod(" + left.sql() + ", " + right.sql() + ")"
            : "(" + left.sql() + " " + operator.symbol() + " " + right.sql() + ")";
    return new Arithmetic(operator, left, right, type, onError, sql);
  }

  public Operator operator() {
    return operator;
  }

  @Override
  public DataType type() {
    return type;
  }

  @Override
  public boolean nullable() {
    return left.nullable()
        || right.nullable()
        || onError == OnError.NULL
        || operator.divides() && onError != OnError.FAIL
        || type instanceof DecimalType && onError != OnError.FAIL;
  }

  @Override
  public List<Expression> children() {
    return List.of(left, right);
  }

  @Override
  public boolean mayFail() {
    boolean floating = type == AtomicType.DOUBLE || type == AtomicType.FLOAT;
    return onError == OnError.FAIL && (!floating || operator.divides())
        || Expression.super.mayFail();
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    Column a = left.evaluate(input, context);
    Column b = right.evaluate(input, context);
    int rows = input.rows();
    if (left.type() instanceof DecimalType) {
      return Decimals.evaluate(operator, onError, a, b, type, rows);
    }
    Validity validity = Flats.validity(a).and(Flats.validity(b), rows);
    return switch (left.type().physical()) {
      case INT -> ints(Flats.ints(a), Flats.ints(b), validity, rows);
      case LONG -> longs(Flats.longs(a), Flats.longs(b), validity, rows);
      case FLOAT -> floats(Flats.floats(a), Flats.floats(b), validity, rows);
      case DOUBLE -> doubles(Flats.doubles(a), Flats.doubles(b), validity, rows);
      default -> throw new IllegalStateException("no arithmetic over " + left.type());
    };
  }

  /** Rows that are null because their value cannot be. */
  private static final class Nulls {
    private final Validity validity;
    private final int rows;
    private long @org.jspecify.annotations.Nullable [] words;

    Nulls(Validity validity, int rows) {
      this.validity = validity;
      this.rows = rows;
    }

    void add(int row) {
      if (words == null) {
        words = validity.copyWords(rows);
      }
      words[row >> 6] &= ~(1L << row);
    }

    Validity build() {
      return words == null ? validity : Validity.of(words, rows);
    }
  }

  private Column ints(int[] a, int[] b, Validity validity, int rows) {
    int[] out = new int[rows];
    long least =
        type == AtomicType.TINYINT
            ? Byte.MIN_VALUE
            : type == AtomicType.SMALLINT ? Short.MIN_VALUE : Integer.MIN_VALUE;
    long most = -least - 1;
    Nulls nulls = new Nulls(validity, rows);
    if (operator.divides()) {
      for (int i = 0; i < rows; i++) {
        if (validity.isNull(i)) {
          continue;
        }
        if (b[i] == 0) {
          byZero(i, nulls);
        } else {
          int remainder = a[i] % b[i];
          out[i] =
              operator == Operator.PMOD && remainder < 0
                  ? (int) (((long) remainder + b[i]) % b[i])
                  : remainder;
        }
      }
      return new IntColumn(type, out, nulls.build(), rows);
    }
    boolean overflow = false;
    switch (operator) {
      case ADD -> {
        for (int i = 0; i < rows; i++) {
          long r = (long) a[i] + b[i];
          out[i] = (int) r;
          overflow |= r < least | r > most;
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < rows; i++) {
          long r = (long) a[i] - b[i];
          out[i] = (int) r;
          overflow |= r < least | r > most;
        }
      }
      default -> {
        for (int i = 0; i < rows; i++) {
          long r = (long) a[i] * b[i];
          out[i] = (int) r;
          overflow |= r < least | r > most;
        }
      }
    }
    if (overflow) {
      for (int i = 0; i < rows; i++) {
        long r = exact(a[i], b[i]);
        if (validity.isValid(i) && (r < least || r > most)) {
          overflow(i, a[i], b[i], nulls);
          out[i] =
              type == AtomicType.TINYINT
                  ? (byte) r
                  : type == AtomicType.SMALLINT ? (short) r : (int) r;
        }
      }
    }
    return new IntColumn(type, out, nulls.build(), rows);
  }

  private long exact(long a, long b) {
    return operator == Operator.ADD ? a + b : operator == Operator.SUBTRACT ? a - b : a * b;
  }

  private Column longs(long[] a, long[] b, Validity validity, int rows) {
    long[] out = new long[rows];
    Nulls nulls = new Nulls(validity, rows);
    switch (operator) {
      case ADD -> {
        long overflow = 0;
        for (int i = 0; i < rows; i++) {
          long r = a[i] + b[i];
          out[i] = r;
          overflow |= (a[i] ^ r) & (b[i] ^ r);
        }
        for (int i = 0; overflow < 0 && i < rows; i++) {
          if (validity.isValid(i) && ((a[i] ^ out[i]) & (b[i] ^ out[i])) < 0) {
            overflow(i, a[i], b[i], nulls);
          }
        }
      }
      case SUBTRACT -> {
        long overflow = 0;
        for (int i = 0; i < rows; i++) {
          long r = a[i] - b[i];
          out[i] = r;
          overflow |= (a[i] ^ b[i]) & (a[i] ^ r);
        }
        for (int i = 0; overflow < 0 && i < rows; i++) {
          if (validity.isValid(i) && ((a[i] ^ b[i]) & (a[i] ^ out[i])) < 0) {
            overflow(i, a[i], b[i], nulls);
          }
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] * b[i];
          if (Math.multiplyHigh(a[i], b[i]) != out[i] >> 63 && validity.isValid(i)) {
            overflow(i, a[i], b[i], nulls);
          }
        }
      }
      default -> divideLongs(a, b, validity, out, nulls);
    }
    return new LongColumn(type, out, nulls.build(), rows);
  }

  private void divideLongs(long[] a, long[] b, Validity validity, long[] out, Nulls nulls) {
    for (int i = 0; i < out.length; i++) {
      if (validity.isNull(i)) {
        continue;
      }
      if (b[i] == 0) {
        byZero(i, nulls);
      } else if (operator == Operator.DIV) {
        if (a[i] == Long.MIN_VALUE && b[i] == -1) {
          overflow(i, a[i], b[i], nulls);
        }
        out[i] = a[i] / b[i];
      } else {
        long remainder = a[i] % b[i];
        out[i] = operator == Operator.PMOD && remainder < 0 ? (remainder + b[i]) % b[i] : remainder;
      }
    }
  }

  private Column floats(float[] a, float[] b, Validity validity, int rows) {
    float[] out = new float[rows];
    Nulls nulls = new Nulls(validity, rows);
    for (int i = 0; i < rows; i++) {
      switch (operator) {
        case ADD -> out[i] = a[i] + b[i];
        case SUBTRACT -> out[i] = a[i] - b[i];
        case MULTIPLY -> out[i] = a[i] * b[i];
        default -> {
          if (validity.isValid(i)) {
            if (b[i] == 0) {
              byZero(i, nulls);
            }
            float r = a[i] % b[i];
            out[i] =
                operator == Operator.DIVIDE
                    ? a[i] / b[i]
                    : operator == Operator.PMOD && r < 0 ? (r + b[i]) % b[i] : r;
          }
        }
      }
    }
    return new FloatColumn(type, out, nulls.build(), rows);
  }

  private Column doubles(double[] a, double[] b, Validity validity, int rows) {
    double[] out = new double[rows];
    Nulls nulls = new Nulls(validity, rows);
    switch (operator) {
      case ADD -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] + b[i];
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] - b[i];
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] * b[i];
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] / b[i];
        }
        zeros(b, validity, rows, nulls);
      }
      default -> {
        for (int i = 0; i < rows; i++) {
          double r = a[i] % b[i];
          out[i] = operator == Operator.PMOD && r < 0 ? (r + b[i]) % b[i] : r;
        }
        zeros(b, validity, rows, nulls);
      }
    }
    return new DoubleColumn(type, out, nulls.build(), rows);
  }

  /** Apart from the division, whose loop then has no branches; divisors are rarely zero. */
  private void zeros(double[] divisors, Validity validity, int rows, Nulls nulls) {
    int zeros = 0;
    for (int i = 0; i < rows; i++) {
      zeros += divisors[i] == 0 ? 1 : 0;
    }
    for (int i = 0; i < rows && zeros > 0; i++) {
      if (divisors[i] == 0 && validity.isValid(i)) {
        byZero(i, nulls);
      }
    }
  }

  private void byZero(int row, Nulls nulls) {
    if (onError == OnError.FAIL) {
      throw operator == Operator.REMAINDER || operator == Operator.PMOD
          ? Errors.remainderByZero(row)
          : Errors.divideByZero(row);
    }
    nulls.add(row);
  }

  private void overflow(int row, long a, long b, Nulls nulls) {
    if (onError == OnError.FAIL) {
      if (type == AtomicType.TINYINT || type == AtomicType.SMALLINT) {
        throw new EvaluationException(
            "BINARY_ARITHMETIC_OVERFLOW",
            a
                + " "
                + operator.symbol()
                + " "
                + b
                + " caused overflow; "
                + operator.remedy
                + " gives NULL instead",
            row);
      }
      String name =
          type == AtomicType.BIGINT
              ? "long"
              : type == AtomicType.INT ? "integer" : type.catalogString();
      if (type.catalogString().startsWith("interval")) {
        throw Errors.intervalOverflow("interval overflow", row);
      }
      throw Errors.overflow(name.toLowerCase(Locale.ROOT) + " overflow", operator.remedy, row);
    }
    if (onError == OnError.NULL) {
      nulls.add(row);
    }
  }

  @Override
  public String sql() {
    return sql;
  }
}
