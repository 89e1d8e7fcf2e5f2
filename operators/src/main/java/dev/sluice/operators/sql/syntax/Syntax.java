package dev.sluice.operators.sql.syntax;

import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Expression;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An expression as written: what the parser makes of SQL text. {@code offset} is where it begins in
 * the text.
 */
public sealed interface Syntax {
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

  /**
   * {@code *}, {@code t.*}, {@code * EXCEPT (a)}; of the column with the name of {@code replaced}
   * that takes the place.
   */
  record Star(List<String> qualifier, List<Name> except, Optional<Alias> replaced, int offset)
      implements Syntax {}

  /** A call; {@code extras} holds what only some functions have. */
  record Call(String name, List<Syntax> arguments, Extras extras, int offset) implements Syntax {
    /** What the names of calls begin with that stand for a parameter. */
    public static final String MARKER = ":";

    /** {@code :name}: a call without arguments, whose name nothing else can have. */
    public static Call marker(String name, int offset) {
      return new Call(MARKER + name, List.of(), Extras.NONE, offset);
    }

    /** The same call over another window. */
    public Call over(Over over) {
      Extras x = extras;
      return new Call(
          name,
          arguments,
          new Extras(x.distinct, x.filter, x.withinGroup, x.ignoreNulls, Optional.of(over), x.bare),
          offset);
    }

    /** The same call without its window. */
    public Call withoutOver() {
      Extras x = extras;
      return new Call(
          name,
          arguments,
          new Extras(x.distinct, x.filter, x.withinGroup, x.ignoreNulls, Optional.empty(), x.bare),
          offset);
    }
  }

  /** What may stand around a call's arguments. */
  record Extras(
      boolean distinct,
      Optional<Syntax> filter,
      List<OrderItem> withinGroup,
      Optional<Boolean> ignoreNulls,
      Optional<Over> over,
      boolean bare) {
    public static final Extras NONE =
        new Extras(false, Optional.empty(), List.of(), Optional.empty(), Optional.empty(), false);

    /** Written without parentheses, as {@code current_date}: a column of that name goes first. */
    public static final Extras BARE =
        new Extras(false, Optional.empty(), List.of(), Optional.empty(), Optional.empty(), true);

    /** Whether OVER follows. */
    public boolean window() {
      return over.isPresent();
    }
  }

  /** What stands after OVER: the name of a window, or what it is. */
  record Over(
      Optional<String> name,
      List<Syntax> partition,
      List<OrderItem> order,
      Optional<Frame> frame,
      int offset) {
    public static Over named(String name, int offset) {
      return new Over(Optional.of(name), List.of(), List.of(), Optional.empty(), offset);
    }

    /** All expressions in it but the bounds of its frame, which are constants. */
    List<Syntax> expressions() {
      return Stream.concat(partition.stream(), order.stream().map(OrderItem::expression)).toList();
    }
  }

  /** {@code ROWS BETWEEN ... AND ...}, or RANGE. */
  record Frame(boolean rows, FrameBound lower, FrameBound upper, int offset) {}

  /** A bound of a frame; without a value it is UNBOUNDED, unless it is the current row. */
  record FrameBound(Kind kind, Optional<Syntax> value, int offset) {
    public enum Kind {
      PRECEDING,
      CURRENT_ROW,
      FOLLOWING
    }
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
  record Alias(Syntax operand, List<String> names, int offset) implements Syntax {
    /** The function that a path behind a variant calls. */
    public static final String PATH = "variant_get";

    /** A path behind a variant: others have a name in a select list only. */
    public boolean isVariantPath() {
      return operand instanceof Call call && call.name().equals(PATH);
    }
  }

  /** A query in parentheses; {@code written} is its text, by which equal ones are known. */
  record Subquery(
      Kind kind, Optional<Syntax> operand, Query query, boolean not, String written, int offset)
      implements Syntax {
    /** What is asked of the rows of a query. */
    public enum Kind {
      SCALAR,
      EXISTS,
      IN
    }
  }

  /** What has its value already: a query that was joined to the rows. */
  record Bound(Expression expression, int offset) implements Syntax {}

  /** A key of ORDER BY. */
  record OrderItem(Syntax expression, boolean ascending, boolean nullsFirst) {}
}
