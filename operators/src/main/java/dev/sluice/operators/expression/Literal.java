package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A constant. */
public final class Literal implements Expression {
  private final ConstantColumn one;
  private final String sql;

  /** {@code value} in the form of {@link Column#value}; {@code sql} is how Spark shows it. */
  public Literal(DataType type, @Nullable Object value, String sql) {
    this(ConstantColumn.of(type, value, 1), sql);
  }

  public Literal(ConstantColumn one, String sql) {
    this.one = one;
    this.sql = sql;
  }

  public @Nullable Object value() {
    return one.value(0);
  }

  @Override
  public DataType type() {
    return one.type();
  }

  @Override
  public boolean nullable() {
    return one.isNull(0);
  }

  @Override
  public List<Expression> children() {
    return List.of();
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    return one.resize(input.rows());
  }

  @Override
  public boolean foldable() {
    return true;
  }

  @Override
  public String sql() {
    return sql;
  }
}
