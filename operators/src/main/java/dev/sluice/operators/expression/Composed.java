package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An expression over rows that are made of others, asked of those others: {@code x > 10} where x is
 * {@code 2 * v}. It shows as the expression does.
 */
public final class Composed implements Expression {
  private final Expression outer;
  private final Schema rows;
  private final TreeMap<Integer, Expression> made;

  private Composed(Expression outer, Schema rows, TreeMap<Integer, Expression> made) {
    this.outer = outer;
    this.rows = rows;
    this.made = made;
  }

  /**
   * @param rows what {@code outer} is bound to
   * @param made how the columns that it reads are made
   */
  public static Expression of(
      Expression outer, Schema rows, Map<Integer, ? extends Expression> made) {
    BitSet used = new BitSet();
    ColumnReference.collect(outer, rows.size(), used);
    TreeMap<Integer, Expression> own = new TreeMap<>();
    used.stream()
        .forEach(
            column -> {
              Expression expression = made.get(column);
              if (expression == null) {
                throw new IllegalArgumentException("column " + column + " is not made");
              }
              own.put(column, expression);
            });
    return new Composed(outer, rows, own);
  }

  /** What is asked of the rows that are made. */
  public Expression outer() {
    return outer;
  }

  /** How a column of those rows is made. */
  public Expression made(int column) {
    Expression expression = made.get(column);
    if (expression == null) {
      throw new IllegalArgumentException("column " + column + " is not read");
    }
    return expression;
  }

  @Override
  public DataType type() {
    return outer.type();
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public List<Expression> children() {
    return List.copyOf(made.values());
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    List<Column> columns = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      Expression expression = made.get(i);
      columns.add(
          expression == null
              ? ConstantColumn.of(AtomicType.NULL, null, input.rows())
              : expression.evaluate(input, context));
    }
    return outer.evaluate(new Batch(rows, columns, input.rows()), context);
  }

  @Override
  public String sql() {
    return outer.sql();
  }

  @Override
  public boolean mayFail() {
    return outer.mayFail() || Expression.super.mayFail();
  }

  @Override
  public boolean deterministic() {
    return outer.deterministic() && Expression.super.deterministic();
  }

  @Override
  public boolean foldable() {
    return false;
  }
}
