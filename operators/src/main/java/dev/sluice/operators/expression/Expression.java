package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import java.util.List;

/**
 * A bound expression: types are known, columns are indexes. Immutable and thread-safe; evaluated a
 * batch at a time, never a row at a time.
 */
public interface Expression {
  DataType type();

  /** False only if it never gives null, whatever the input. */
  boolean nullable();

  List<Expression> children();

  /**
   * One value for each row of the input. Throws {@link EvaluationException} for the first row (in
   * row order) that fails.
   */
  Column evaluate(Batch input, EvaluationContext context);

  /** The text Spark shows for it: the default column name, and readable as SQL. */
  String sql();

  /**
   * True if evaluating it on a row that nobody asked for could throw: then it must see only the
   * rows that need it.
   */
  default boolean mayFail() {
    return children().stream().anyMatch(Expression::mayFail);
  }

  /** False if it may differ from call to call ({@code rand}, {@code uuid}). */
  default boolean deterministic() {
    return children().stream().allMatch(Expression::deterministic);
  }

  /** True if it gives the time of the batch ({@code current_timestamp}). */
  default boolean readsClock() {
    return children().stream().anyMatch(Expression::readsClock);
  }

  /** True if it needs no input: one value for the whole query, folded before it runs. */
  default boolean foldable() {
    return !children().isEmpty()
        && deterministic()
        && children().stream().allMatch(Expression::foldable);
  }
}
