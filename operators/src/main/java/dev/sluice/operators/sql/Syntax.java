package dev.sluice.operators.sql;

import dev.sluice.operators.data.DataType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An expression as written: what the parser makes of SQL text. {@code offset} is where it begins in
 * the text.
 */
sealed interface Syntax {
  int offset();

  /** A literal; {@code value} in the form of a column's value, {@code sql} as Spark shows it. */
  record Constant(DataType type, @Nullable Object value, String sql, int offset)
      implements Syntax {}

  /**
   * {@code DATE '...'} and its like: the text is read while binding, in the session's time zone.
   */
  record TypedLiteral(String word, String text, int offset) implements Syntax {}

  /** A name with its points: a column, perhaps with a table before and fields after it. */
  record Name(List<String> parts, int offset) implements Syntax {}

  /** A column by its index: what a star stands for. */
  record Position(int index, String name, int offset) implements Syntax {}

  /** {@code *}, {@code t.*}, {@code * EXCEPT (a)}. */
  record Star(List<String> qualifier, List<Name> except, int offset) implements Syntax {}

  /** A call; {@code syntax} holds what only some functions have. */
  record Call(String name, List<Syntax> arguments, Extras extras, int offset) implements Syntax {}

  /** What may stand around a call's arguments. */
  record Extras(
      boolean distinct,
      Optional<Syntax> filter,
      List<OrderItem> withinGroup,
      Optional<Boolean> ignoreNulls,
      boolean window) {
    static final Extras NONE =
        new Extras(false, Optional.empty(), List.of(), Optional.empty(), false);
  }

  /** {@code name => value}. */
  record NamedArgument(String name, Syntax value, int offset) implements Syntax {}

  /** {@code (x, y) -> body}. */
  record Lambda(List<String> parameters, Syntax body, int offset) implements Syntax {}

  /** {@code -}, {@code +}, {@code ~} or {@code NOT}. */
  record Unary(String operator, Syntax operand, int offset) implements Syntax {}

  /** Arithmetic, bits, shifts, {@code ||} and comparisons. */
  record Binary(String operator, Syntax left, Syntax right, int offset) implements Syntax {}

  /** A chain of AND or of OR: flat, so that a long one is not deep. */
  record Logical(boolean and, List<Syntax> operands, int offset) implements Syntax {}

  /** {@code IS [NOT] NULL/TRUE/FALSE/UNKNOWN}. */
  record Is(Syntax operand, String test, boolean not, int offset) implements Syntax {}

  record In(Syntax operand, List<Syntax> list, boolean not, int offset) implements Syntax {}

  record Between(Syntax operand, Syntax low, Syntax high, boolean not, int offset)
      implements Syntax {}

  /** LIKE, ILIKE or RLIKE; {@code quantifier} is empty, ANY or ALL. */
  record Like(
      String operator,
      String quantifier,
      Syntax operand,
      List<Syntax> patterns,
      char escape,
      boolean not,
      int offset)
      implements Syntax {}

  record Case(Optional<Syntax> operand, List<When> branches, Optional<Syntax> otherwise, int offset)
      implements Syntax {}

  record When(Syntax condition, Syntax result) {}

  /** CAST, TRY_CAST and {@code ::}. */
  record Cast(Syntax operand, DataType type, boolean tryCast, int offset) implements Syntax {}

  /** A field of what is no name: {@code f(x).a}. */
  record Member(Syntax operand, String name, int offset) implements Syntax {}

  record Item(Syntax operand, Syntax index, int offset) implements Syntax {}

  /**
   * {@code x AS a} where it is allowed: select items, arguments of struct. Several names for a
   * generator.
   */
  record Alias(Syntax operand, List<String> names, int offset) implements Syntax {}

  /** A query in parentheses; {@code kind} is SCALAR, EXISTS or IN. */
  record Subquery(String kind, Optional<Syntax> operand, Query query, boolean not, int offset)
      implements Syntax {}

  /** A key of ORDER BY. */
  record OrderItem(Syntax expression, boolean ascending, boolean nullsFirst) {}
}
