package dev.sluice.operators.function;

import dev.sluice.operators.data.DataType;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One call in a query, as a function sees it while it is bound. Implemented by the analyser. */
public interface FunctionCall {
  /** The name as the user wrote it. */
  String name();

  /** Where the call stands. */
  SourcePosition at();

  /** Where an argument stands. */
  SourcePosition at(int argument);

  Session session();

  int count();

  /** A bound argument that is no lambda. */
  Expression argument(int index);

  /** All arguments; none of them a lambda. */
  List<Expression> arguments();

  /** Fails unless {@code least <= count() <= most} ({@code WRONG_NUM_ARGS}). */
  void requireCount(int least, int most);

  /**
   * The argument, cast implicitly by Spark's ANSI rules to the first of {@code accepted} that
   * allows it; itself if its type is among them. Otherwise fails with {@code
   * DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE}. {@code DecimalType.DEFAULT} stands for any decimal.
   */
  Expression coerce(int argument, DataType... accepted);

  /**
   * The argument if its type is one of {@code accepted}, where Spark casts nothing implicitly; NULL
   * is cast to the first. Otherwise fails as {@link #coerce}.
   */
  Expression exactly(int argument, DataType... accepted);

  /**
   * The argument cast to exactly this type if Spark would cast implicitly, otherwise as {@link
   * #coerce}.
   */
  Expression castImplicitly(Expression expression, DataType to, int argument);

  /**
   * The type that Spark gives to values of all these types together (CASE, array, coalesce), or
   * none.
   */
  Optional<DataType> commonType(List<DataType> types);

  /**
   * These expressions cast to their common type; fails with {@code
   * DATATYPE_MISMATCH.DATA_DIFF_TYPES}.
   */
  List<Expression> coerceToCommonType(List<Expression> expressions);

  /**
   * The value of an argument that must be a constant; fails with {@code
   * DATATYPE_MISMATCH.NON_FOLDABLE_INPUT}.
   */
  @Nullable Object constant(int argument);

  /** The value of a constant that was made of an argument, by a cast say. */
  @Nullable Object constantOf(Expression constant, int argument);

  /**
   * The time that a constant word such as {@code 'epoch'} stands for; the text itself if it is none
   * of these words.
   */
  Expression specialTime(Expression text, DataType type);

  boolean isLambda(int argument);

  /**
   * Binds a lambda argument for parameters of these types; fails when the number differs. The body
   * sees the columns of the input followed by one column a parameter: evaluate it over a batch so
   * made, one row an element.
   */
  Expression lambda(int argument, List<DataType> parameters, List<Boolean> nullable);

  /** How many parameters a lambda argument names. */
  int lambdaParameters(int argument);

  /**
   * A type written as text ({@code from_json}'s schema): DDL such as {@code a INT, b STRING}, or
   * one type.
   */
  DataType parseType(String ddl, int argument);

  /** The exception to throw, placed at an argument (or at the call for -1). */
  AnalysisException error(String errorClass, int argument, String fact, @Nullable String remedy);

  /** The expression of {@code WITHIN GROUP (ORDER BY ...)}, or null if the call has none. */
  default @Nullable Expression withinGroup() {
    return null;
  }

  /** True if {@link #withinGroup} is ordered descending. */
  default boolean withinGroupDescending() {
    return false;
  }

  /** A key of {@code WITHIN GROUP (ORDER BY ...)}. */
  record OrderKey(Expression expression, boolean ascending, boolean nullsFirst) {
    /** As Spark shows it. */
    public String sql() {
      return expression.sql()
          + (ascending ? " ASC" : " DESC")
          + (nullsFirst ? " NULLS FIRST" : " NULLS LAST");
    }
  }

  /**
   * All keys of {@code WITHIN GROUP}: for functions that take several, and DISTINCT with them.
   * Others ask for {@link #withinGroup}.
   */
  default List<OrderKey> withinGroupKeys() {
    return List.of();
  }

  /** Whether the call says {@code DISTINCT}, which the planner sees to. */
  default boolean distinct() {
    return false;
  }

  /** Whether the call says {@code IGNORE NULLS}. */
  default boolean ignoreNulls() {
    return false;
  }
}
