package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.util.List;

/** {@code & | ^} over two whole numbers of one type, and {@code ~} over one, given twice. */
public record BitOperation(char operator, Expression left, Expression right) implements Expression {
  @Override
  public DataType type() {
    return left.type();
  }

  @Override
  public boolean nullable() {
    return left.nullable() || right.nullable();
  }

  @Override
  public List<Expression> children() {
    return operator == '~' ? List.of(left) : List.of(left, right);
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    int rows = input.rows();
    Column a = left.evaluate(input, context);
    Column b = operator == '~' ? a : right.evaluate(input, context);
    Validity validity = Flats.validity(a).and(Flats.validity(b), rows);
    if (type().physical() == DataType.Physical.INT) {
      int[] x = Flats.ints(a);
      int[] y = Flats.ints(b);
      int[] out = new int[rows];
      for (int i = 0; i < rows; i++) {
        out[i] = (int) apply(x[i], y[i]);
      }
      return new IntColumn(type(), out, validity, rows);
    }
    long[] x = Flats.longs(a);
    long[] y = Flats.longs(b);
    long[] out = new long[rows];
    for (int i = 0; i < rows; i++) {
      out[i] = apply(x[i], y[i]);
    }
    return new LongColumn(type(), out, validity, rows);
  }

  private long apply(long a, long b) {
    return switch (operator) {
      case '&' -> a & b;
      case '|' -> a | b;
      case '^' -> a ^ b;
      default -> ~a;
    };
  }

  @Override
  public String sql() {
    return operator == '~'
        ? "~" + left.sql()
        : "(" + left.sql() + " " + operator + " " + right.sql() + ")";
  }
}
