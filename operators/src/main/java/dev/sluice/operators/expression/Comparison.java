package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.ValueOrder;
import java.util.Arrays;
import java.util.List;

/** {@code = <=> < <= > >=} over two expressions of one type. */
public final class Comparison implements Expression {
  /** Which orders of left and right make it true. */
  public enum Operator {
    EQUAL("="),
    NULL_SAFE_EQUAL("<=>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    public String symbol() {
      return symbol;
    }

    boolean holds(int order) {
      return switch (this) {
        case EQUAL, NULL_SAFE_EQUAL -> order == 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }
  }

  private final Operator operator;
  private final Expression left;
  private final Expression right;

  /** Collated strings are compared by their keys, which the operands then are. */
  public Comparison(Operator operator, Expression left, Expression right) {
    this.operator = operator;
    this.left = CollationKeys.of(left);
    this.right = CollationKeys.of(right);
  }

  public Operator operator() {
    return operator;
  }

  public Expression left() {
    return left;
  }

  public Expression right() {
    return right;
  }

  @Override
  public DataType type() {
    return AtomicType.BOOLEAN;
  }

  @Override
  public boolean nullable() {
    return operator != Operator.NULL_SAFE_EQUAL && (left.nullable() || right.nullable());
  }

  @Override
  public List<Expression> children() {
    return List.of(left, right);
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    Column a = left.evaluate(input, context);
    Column b = right.evaluate(input, context);
    int rows = input.rows();
    Validity validity = Flats.validity(a).and(Flats.validity(b), rows);
    boolean[] out = new boolean[rows];
    boolean compared =
        b instanceof ConstantColumn constant
            && !constant.mayHaveNulls()
            && ConstantComparison.compare(operator, a, constant.one(), out);
    if (!compared) {
      compare(a, b, validity, out);
    }
    return operator == Operator.NULL_SAFE_EQUAL
        ? nullSafe(a, b, validity, out)
        : new BooleanColumn(AtomicType.BOOLEAN, out, validity, rows);
  }

  private void compare(Column a, Column b, Validity validity, boolean[] out) {
    // What is greater is compared the other way round, as less.
    boolean swapped = operator == Operator.GREATER || operator == Operator.GREATER_OR_EQUAL;
    Column x = swapped ? b : a;
    Column y = swapped ? a : b;
    switch (left.type().physical()) {
      case INT -> compareInts(Flats.ints(x), Flats.ints(y), out);
      case LONG -> compareLongs(Flats.longs(x), Flats.longs(y), out);
      case DOUBLE -> compareDoubles(Flats.doubles(x), Flats.doubles(y), out);
      case BYTES -> compareBytes(a, b, validity, out);
      default -> compareAny(a, b, validity, out);
    }
  }

  private static Column nullSafe(Column a, Column b, Validity validity, boolean[] out) {
    int rows = out.length;
    if (validity != Validity.ALL) {
      Validity leftValid = Flats.validity(a);
      Validity rightValid = Flats.validity(b);
      for (int i = 0; i < rows; i++) {
        if (validity.isNull(i)) {
          out[i] = leftValid.isNull(i) && rightValid.isNull(i);
        }
      }
    }
    return new BooleanColumn(AtomicType.BOOLEAN, out, Validity.ALL, rows);
  }

  private void compareInts(int[] a, int[] b, boolean[] out) {
    int rows = out.length;
    switch (operator) {
      case EQUAL, NULL_SAFE_EQUAL -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] == b[i];
        }
      }
      case LESS, GREATER -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] < b[i];
        }
      }
      case LESS_OR_EQUAL, GREATER_OR_EQUAL -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] <= b[i];
        }
      }
    }
  }

  private void compareLongs(long[] a, long[] b, boolean[] out) {
    int rows = out.length;
    switch (operator) {
      case EQUAL, NULL_SAFE_EQUAL -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] == b[i];
        }
      }
      case LESS, GREATER -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] < b[i];
        }
      }
      case LESS_OR_EQUAL, GREATER_OR_EQUAL -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] <= b[i];
        }
      }
    }
  }

  /** NaN equals itself and is above everything. */
  private void compareDoubles(double[] a, double[] b, boolean[] out) {
    int rows = out.length;
    switch (operator) {
      case EQUAL, NULL_SAFE_EQUAL -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] == b[i] || Double.isNaN(a[i]) && Double.isNaN(b[i]);
        }
      }
      case LESS, GREATER -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] < b[i] || Double.isNaN(b[i]) && !Double.isNaN(a[i]);
        }
      }
      case LESS_OR_EQUAL, GREATER_OR_EQUAL -> {
        for (int i = 0; i < rows; i++) {
          out[i] = a[i] <= b[i] || Double.isNaN(b[i]);
        }
      }
    }
  }

  private void compareBytes(Column a, Column b, Validity validity, boolean[] out) {
    BytesColumn x = (BytesColumn) Flats.base(a);
    BytesColumn y = (BytesColumn) Flats.base(b);
    int xMask = Flats.mask(a);
    int yMask = Flats.mask(b);
    boolean equality = operator == Operator.EQUAL || operator == Operator.NULL_SAFE_EQUAL;
    for (int i = 0; i < out.length; i++) {
      if (validity.isNull(i)) {
        continue;
      }
      int xs = x.starts()[i & xMask];
      int ys = y.starts()[i & yMask];
      int xl = x.lengths()[i & xMask];
      int yl = y.lengths()[i & yMask];
      if (equality) {
        out[i] = xl == yl && Arrays.equals(x.data(), xs, xs + xl, y.data(), ys, ys + yl);
      } else {
        out[i] =
            operator.holds(Arrays.compareUnsigned(x.data(), xs, xs + xl, y.data(), ys, ys + yl));
      }
    }
  }

  private void compareAny(Column a, Column b, Validity validity, boolean[] out) {
    ValueOrder order = ValueOrder.of(left.type());
    FlatColumn x = Flats.base(a);
    FlatColumn y = Flats.base(b);
    int xMask = a instanceof ConstantColumn ? 0 : -1;
    int yMask = b instanceof ConstantColumn ? 0 : -1;
    for (int i = 0; i < out.length; i++) {
      out[i] = validity.isValid(i) && operator.holds(order.valid(x, i & xMask, y, i & yMask));
    }
  }

  @Override
  public String sql() {
    return "(" + left.sql() + " " + operator.symbol() + " " + right.sql() + ")";
  }
}
