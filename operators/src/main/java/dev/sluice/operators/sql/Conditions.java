package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * WHERE and HAVING: each part of the condition goes as far down as it may, into the conditions of
 * joins and to their sides; queries become joins.
 */
final class Conditions {
  private final QueryAnalyzer query;

  Conditions(QueryAnalyzer query) {
    this.query = query;
  }

  /** The rows for which the condition of WHERE holds. */
  Rows where(Rows rows, Syntax condition) {
    return filter(
        rows,
        condition,
        (here, syntax) -> {
          Expression bound = here.binder().bind(syntax);
          if (bound.type() == AtomicType.NULL) {
            throw here.binder()
                .error(
                    "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN",
                    syntax,
                    "the condition of WHERE must be BOOLEAN, but '" + bound.sql() + "' is VOID",
                    null);
          }
          return here.binder().condition(bound, syntax, "the condition of WHERE");
        });
  }

  /** The groups for which the condition of HAVING holds; {@code check} looks at what is bound. */
  Rows having(Rows rows, Syntax condition, Consumer<Expression> check) {
    return filter(
        rows,
        condition,
        (here, syntax) -> {
          Binder binder = here.binder();
          Expression bound = binder.bind(syntax);
          check.accept(bound);
          // Spark reads numbers as conditions here, and only here.
          return Casts.isNumeric(bound.type())
              ? Cast.explicit(bound, AtomicType.BOOLEAN, false, binder.session())
              : binder.condition(bound, syntax, "the condition of HAVING");
        });
  }

  private Rows filter(Rows rows, Syntax condition, BiFunction<Rows, Syntax, Expression> bound) {
    List<Syntax> parts =
        condition instanceof Syntax.Logical logical && logical.and()
            ? logical.operands()
            : List.of(condition);
    List<Syntax> plain = parts.stream().filter(p -> !SyntaxWalk.hasSubquery(p)).toList();
    Rows current = rows;
    if (!plain.isEmpty()) {
      Syntax all =
          plain.size() == parts.size()
              ? condition
              : plain.size() == 1
                  ? plain.get(0)
                  : new Syntax.Logical(true, plain, plain.get(0).offset());
      Origin origin = query.origin(all.offset());
      current = new Rows(placed(rows.rel(), bound.apply(rows, all), origin), rows.binder());
    }
    Subqueries subqueries = new Subqueries(query);
    for (Syntax part : parts) {
      if (!SyntaxWalk.hasSubquery(part)) {
        continue;
      }
      Optional<Rows> filtered = subqueries.filter(current, part);
      if (filtered.isPresent()) {
        current = filtered.get();
        continue;
      }
      Subqueries.Joined joined = subqueries.join(current, List.of(part), Subqueries.Place.ROWS);
      Expression holds = bound.apply(joined.rows(), joined.expressions().get(0));
      current =
          new Rows(
              new Rel.Filter(joined.rows().rel(), holds, query.origin(part.offset())),
              joined.rows().binder());
    }
    return current;
  }

  private static Rel placed(Rel input, Expression condition, Origin origin) {
    List<Expression> parts = new ArrayList<>();
    split(condition, parts);
    // What is left in one piece stays as it was written.
    return input instanceof Rel.Join
        ? placed(input, parts, origin)
        : new Rel.Filter(input, condition, origin);
  }

  private static void split(Expression condition, List<Expression> into) {
    if (condition instanceof Logic logic && logic.and()) {
      logic.children().forEach(child -> split(child, into));
    } else {
      into.add(condition);
    }
  }

  /**
   * A part that cannot fail and gives the same each time may be asked earlier: of a pair while it
   * is joined, or of the left row before. The others stay on top, in their order.
   */
  private static Rel placed(Rel input, List<Expression> parts, Origin origin) {
    if (!(input instanceof Rel.Join join)) {
      return parts.isEmpty() ? input : new Rel.Filter(input, all(parts), origin);
    }
    boolean inner = join.type() == JoinType.INNER || join.type() == JoinType.CROSS;
    boolean leftStays = inner || !join.type().keepsRight();
    int width = join.left().schema().size();
    List<Expression> left = new ArrayList<>();
    List<Expression> pair = new ArrayList<>();
    List<Expression> top = new ArrayList<>();
    for (Expression part : parts) {
      boolean movable = part.deterministic() && !part.mayFail() && !part.foldable();
      if (movable && leftStays && seesBelow(part, width)) {
        left.add(part);
      } else if (movable && inner) {
        pair.add(part);
      } else {
        top.add(part);
      }
    }
    Rel below = placed(join.left(), left, origin);
    Expression condition = join.condition();
    if (!pair.isEmpty()) {
      if (condition != Joins.ALWAYS) {
        pair.add(0, condition);
      }
      condition = all(pair);
    }
    JoinType type = join.type() == JoinType.CROSS && !pair.isEmpty() ? JoinType.INNER : join.type();
    Rel moved =
        below == join.left() && pair.isEmpty()
            ? join
            : new Rel.Join(below, join.right(), type, condition, join.origin());
    return top.isEmpty() ? moved : new Rel.Filter(moved, all(top), origin);
  }

  private static boolean seesBelow(Expression expression, int width) {
    if (expression instanceof ColumnReference column) {
      return column.index() < width;
    }
    return expression.children().stream().allMatch(child -> seesBelow(child, width));
  }

  static Expression all(List<Expression> parts) {
    return parts.size() == 1 ? parts.get(0) : new Logic(true, parts);
  }
}
