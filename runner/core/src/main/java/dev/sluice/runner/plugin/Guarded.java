package dev.sluice.runner.plugin;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import java.util.List;

/** A call into a plug-in: what it throws is the plug-in's failure, not a bug of ours. */
record Guarded(Expression call, String plugin, String function) implements Expression {
  @Override
  public DataType type() {
    return call.type();
  }

  @Override
  public boolean nullable() {
    return call.nullable();
  }

  @Override
  public List<Expression> children() {
    return call.children();
  }

  @Override
  public boolean mayFail() {
    return true;
  }

  @Override
  public boolean deterministic() {
    return call.deterministic();
  }

  @Override
  public boolean foldable() {
    return call.foldable();
  }

  @Override
  public String sql() {
    return call.sql();
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    try {
      return checked(call.evaluate(input, context), input.rows());
    } catch (EvaluationException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw failed(e, input, context);
    }
  }

  private Column checked(Column result, int rows) {
    if (result.size() != rows || !result.type().equals(type())) {
      throw new IllegalStateException(
          "it gave "
              + result.size()
              + " rows of "
              + result.type().sql()
              + ", not "
              + rows
              + " of "
              + type().sql());
    }
    return result;
  }

  /** Row by row, to know which it was. */
  private EvaluationException failed(Throwable e, Batch input, EvaluationContext context) {
    for (int row = 0; row < input.rows() && input.rows() > 1; row++) {
      try {
        checked(call.evaluate(input.slice(row, row + 1), context), 1);
      } catch (EvaluationException again) {
        return again.atRow(row);
      } catch (RuntimeException | LinkageError again) {
        return failure(again, row);
      }
    }
    return failure(e, input.rows() == 1 ? 0 : -1);
  }

  private EvaluationException failure(Throwable e, int row) {
    String message = e.getMessage() == null ? "" : ": " + e.getMessage();
    return new EvaluationException(
        "FAILED_EXECUTE_UDF",
        "the function '"
            + function
            + "' of the plug-in '"
            + plugin
            + "' failed with "
            + e.getClass().getSimpleName()
            + message,
        row);
  }
}
