package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Collations;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Access;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Collated;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Folded;
import dev.sluice.operators.expression.Literal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which collation strings are compared by that meet: one asked for with {@code COLLATE} wins, then
 * that of a column or field, then that of a constant. Two of one rank make a mistake.
 */
final class CollationRules {
  private CollationRules() {}

  private enum Rank {
    DEFAULT,
    IMPLICIT,
    EXPLICIT
  }

  /** The strings among these under one collation; all as they are if none is collated. */
  static List<Expression> unify(List<Expression> expressions, Binder binder, int offset) {
    Optional<DataType> winner = winner(expressions, binder, offset);
    if (winner.isEmpty()) {
      return expressions;
    }
    List<Expression> result = new ArrayList<>(expressions.size());
    for (Expression each : expressions) {
      result.add(CollatedType.isText(each.type()) ? Collated.retyped(each, winner.get()) : each);
    }
    return result;
  }

  /** The type of the strings among these when they meet; nothing if none is collated. */
  static Optional<DataType> winner(List<Expression> expressions, Binder binder, int offset) {
    boolean any = false;
    for (Expression each : expressions) {
      any |= each.type() instanceof CollatedType;
    }
    if (!any) {
      return Optional.empty();
    }
    Rank highest = Rank.DEFAULT;
    Set<String> names = new TreeSet<>();
    for (Expression each : expressions) {
      if (!CollatedType.isText(each.type())) {
        continue;
      }
      Rank rank = rank(each);
      if (rank.compareTo(highest) > 0) {
        highest = rank;
        names.clear();
      }
      if (rank == highest) {
        names.add(Collations.nameOf(each.type()));
      }
    }
    if (highest == Rank.DEFAULT) {
      names.remove(Collations.UTF8_BINARY);
    }
    if (names.size() > 1) {
      boolean explicit = highest == Rank.EXPLICIT;
      throw binder
          .text()
          .error(
              explicit ? "COLLATION_MISMATCH.EXPLICIT" : "COLLATION_MISMATCH.IMPLICIT",
              offset,
              "the strings have different collations: " + String.join(", ", names),
              explicit ? "ask for one of them" : "say which with COLLATE");
    }
    return Optional.of(Collations.type(names.iterator().next()));
  }

  private static Rank rank(Expression expression) {
    if (expression instanceof Folded folded) {
      return rank(folded.source());
    }
    if (expression instanceof Collated collated && collated.explicit()) {
      return Rank.EXPLICIT;
    }
    if (expression instanceof Literal) {
      return Rank.DEFAULT;
    }
    if (expression instanceof ColumnReference
        || expression instanceof Access.StructField
        || expression instanceof Access.ArrayField
        || expression instanceof Access.ArrayItem
        || expression instanceof Access.MapValue) {
      return Rank.IMPLICIT;
    }
    if (expression instanceof Cast cast && !CollatedType.isIn(cast.type())) {
      return cast.operand().type() == AtomicType.STRING ? rank(cast.operand()) : Rank.DEFAULT;
    }
    Rank highest = expression instanceof Cast ? Rank.IMPLICIT : Rank.DEFAULT;
    for (Expression child : expression.children()) {
      if (CollatedType.isText(child.type()) || CollatedType.isIn(child.type())) {
        Rank rank = rank(child);
        highest = rank.compareTo(highest) > 0 ? rank : highest;
      }
    }
    return highest;
  }
}
