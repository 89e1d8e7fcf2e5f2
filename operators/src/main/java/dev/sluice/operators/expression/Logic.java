package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Validity;
import java.util.List;

/**
 * AND or OR of any number of operands, in three-valued logic. An operand that may fail sees only
 * the rows still undecided.
 */
public final class Logic implements Expression {
  private final boolean and;
  private final List<Expression> operands;

  public Logic(boolean and, List<Expression> operands) {
    this.and = and;
    this.operands = List.copyOf(operands);
  }

  public boolean and() {
    return and;
  }

  @Override
  public DataType type() {
    return AtomicType.BOOLEAN;
  }

  @Override
  public boolean nullable() {
    return operands.stream().anyMatch(Expression::nullable);
  }

  @Override
  public List<Expression> children() {
    return operands;
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    int rows = input.rows();
    Column first = operands.get(0).evaluate(input, context);
    boolean[] values = Flats.booleans(first).clone();
    long[] valid = Flats.validity(first).copyWords(rows);
    for (int k = 1; k < operands.size(); k++) {
      int[] open = undecided(values, valid, rows);
      if (open.length == 0) {
        break;
      }
      Expression operand = operands.get(k);
      if (open.length == rows || !operand.mayFail() && open.length > rows / 4) {
        combine(operand.evaluate(input, context), values, valid, rows);
      } else {
        scatter(Lazily.evaluate(operand, input, open, open.length, context), open, values, valid);
      }
    }
    return new BooleanColumn(AtomicType.BOOLEAN, values, Validity.of(valid, rows), rows);
  }

  /**
   * The rows where the next operand can still change the result: all but those that are false for
   * AND, true for OR.
   */
  private int[] undecided(boolean[] values, long[] valid, int rows) {
    int[] open = new int[rows];
    int count = 0;
    for (int i = 0; i < rows; i++) {
      if (values[i] == and || (valid[i >> 6] >>> i & 1L) == 0) {
        open[count++] = i;
      }
    }
    return count == rows ? open : java.util.Arrays.copyOf(open, count);
  }

  private void combine(Column next, boolean[] values, long[] valid, int rows) {
    boolean[] other = Flats.booleans(next);
    Validity otherValid = Flats.validity(next);
    if (Validity.of(valid, rows) == Validity.ALL && otherValid == Validity.ALL) {
      for (int i = 0; i < rows; i++) {
        values[i] = and ? values[i] & other[i] : values[i] | other[i];
      }
      return;
    }
    for (int i = 0; i < rows; i++) {
      merge(i, other[i], otherValid.isValid(i), values, valid);
    }
  }

  private void scatter(Column next, int[] open, boolean[] values, long[] valid) {
    boolean[] other = Flats.booleans(next);
    Validity otherValid = Flats.validity(next);
    for (int i = 0; i < open.length; i++) {
      merge(open[i], other[i], otherValid.isValid(i), values, valid);
    }
  }

  private void merge(int row, boolean other, boolean otherIsValid, boolean[] values, long[] valid) {
    boolean known = (valid[row >> 6] >>> row & 1L) != 0;
    if (known && values[row] != and) {
      return;
    }
    if (otherIsValid && other != and) {
      values[row] = !and;
      valid[row >> 6] |= 1L << row;
    } else if (!otherIsValid) {
      valid[row >> 6] &= ~(1L << row);
    }
  }

  @Override
  public String sql() {
    String word = and ? " AND " : " OR ";
    StringBuilder out =
        new StringBuilder("(".repeat(operands.size() - 1)).append(operands.get(0).sql());
    for (int i = 1; i < operands.size(); i++) {
      out.append(word).append(operands.get(i).sql()).append(')');
    }
    return out.toString();
  }
}
