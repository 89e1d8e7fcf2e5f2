package dev.sluice.operators.expression;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import java.util.List;

/**
 * A conversion to another type, asked for or implicit. Which there are, and what they do, is in
 * {@link Casts}.
 */
public final class Cast implements Expression {
  private final Expression operand;
  private final DataType type;
  private final CastKernel kernel;
  private final boolean mayFail;
  private final boolean nullable;
  private final String sql;

  private Cast(
      Expression operand,
      DataType type,
      CastKernel kernel,
      boolean mayFail,
      boolean nullable,
      String sql) {
    this.operand = operand;
    this.type = type;
    this.kernel = kernel;
    this.mayFail = mayFail;
    this.nullable = nullable;
    this.sql = sql;
  }

  /** Inserted by type coercion: Spark does not show it. The operand itself if it has the type. */
  public static Expression implicit(Expression operand, DataType type, Session session) {
    if (operand.type().equals(type)) {
      return operand;
    }
    boolean ansi = session.ansi();
    CastKernel kernel = Casts.kernel(operand.type(), type, session, !ansi);
    boolean nullable = operand.nullable() || !ansi && Casts.mayFail(operand.type(), type);
    return new Cast(
        operand,
        type,
        kernel,
        ansi && Casts.mayFail(operand.type(), type),
        nullable,
        operand.sql());
  }

  /** CAST, or TRY_CAST which gives null for what cannot be cast. */
  public static Expression explicit(
      Expression operand, DataType type, boolean tryCast, Session session) {
    boolean quiet = tryCast || !session.ansi();
    boolean mayFail = Casts.mayFail(operand.type(), type);
    CastKernel kernel = Casts.kernel(operand.type(), type, session, quiet);
    boolean nested =
        type instanceof ArrayType || type instanceof MapType || type instanceof StructType;
    String sql =
        nested && !tryCast
            ? operand.sql()
            : (tryCast ? "TRY_CAST(" : "CAST(") + operand.sql() + " AS " + type.sql() + ")";
    return new Cast(
        operand, type, kernel, mayFail && !quiet, operand.nullable() || mayFail && quiet, sql);
  }

  public Expression operand() {
    return operand;
  }

  @Override
  public DataType type() {
    return type;
  }

  @Override
  public boolean nullable() {
    return nullable;
  }

  @Override
  public boolean mayFail() {
    return mayFail || operand.mayFail();
  }

  @Override
  public List<Expression> children() {
    return List.of(operand);
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    Column column = operand.evaluate(input, context);
    if (column instanceof ConstantColumn constant && input.rows() > 0) {
      return new ConstantColumn(kernel.cast(constant.one(), 1), input.rows());
    }
    return kernel.cast(column.flatten(), input.rows());
  }

  @Override
  public String sql() {
    return sql;
  }
}
