package dev.sluice.operators.optimizer;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Composed;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.optimizer.EarlyFilters.Asked;
import dev.sluice.operators.plan.JoinCondition;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is asked of the rows of either side before they are joined: conditions above the join and
 * parts of its own that concern one side, what equalities carry from one side to the other, and
 * that columns are not null where a null could not match.
 */
final class EarlyJoinFilters {
  private final EarlyFilters filters;
  private final Rel.Join node;
  private final List<Asked> above;
  private final JoinCondition parts;
  private final JoinType type;
  private final Schema pair;
  private final int leftWidth;

  EarlyJoinFilters(EarlyFilters filters, Rel.Join node, List<Asked> conditions) {
    this.filters = filters;
    this.node = node;
    this.above = conditions;
    this.parts = JoinCondition.of(node);
    this.pair = node.pair();
    this.leftWidth = node.left().schema().size();
    this.type = stricter();
  }

  Rel rewrite() {
    List<Asked> left = new ArrayList<>();
    List<Asked> right = new ArrayList<>();
    List<Asked> rest = new ArrayList<>();
    for (Asked asked : above) {
      Expression condition = asked.condition();
      if (condition.deterministic() && passes(true) && parts.seesLeft(condition)) {
        left.add(asked);
      } else if (condition.deterministic()
          && passes(false)
          && type.givesRight()
          && parts.seesRight(condition)) {
        right.add(asked);
      } else {
        rest.add(asked);
      }
    }
    List<Expression> kept = new ArrayList<>();
    for (Expression conjunct : JoinCondition.conjuncts(node.condition())) {
      boolean movable = conjunct.deterministic();
      // What reads no column is one of the left side, as in Spark; it counts if it drops all rows.
      boolean ofLeft = parts.seesLeft(conjunct) || JoinCondition.isNever(conjunct);
      if (movable && filtersOwn(true) && ofLeft) {
        left.add(new Asked(conjunct, node.origin()));
      } else if (movable && filtersOwn(false) && parts.seesRight(conjunct)) {
        right.add(new Asked(conjunct, node.origin()));
      } else {
        kept.add(conjunct);
      }
    }
    List<Asked> ofLeft = List.copyOf(left);
    infer(true, left, right);
    infer(false, right, ofLeft);
    return EarlyFilters.filter(
        new Rel.Join(
            filters.ask(node.left(), left),
            filters.ask(node.right(), right.stream().map(this::ofRight).toList()),
            type,
            condition(kept),
            node.tables(),
            node.origin()),
        rest);
  }

  private Expression condition(List<Expression> conjuncts) {
    return switch (conjuncts.size()) {
      case 0 -> new Literal(AtomicType.BOOLEAN, true, "true");
      case 1 -> conjuncts.get(0);
      default -> new Logic(true, conjuncts);
    };
  }

  private Rel side(boolean isLeft) {
    return isLeft ? node.left() : node.right();
  }

  private boolean sees(boolean isLeft, Expression expression) {
    return isLeft ? parts.seesLeft(expression) : parts.seesRight(expression);
  }

  /**
   * Conditions above that no row of nulls passes make an outer join of two streams one that gives
   * none.
   */
  private JoinType stricter() {
    JoinType written = node.type();
    if (above.isEmpty() || !Rel.streams(node.left()) || !Rel.streams(node.right())) {
      return written;
    }
    boolean left = written.keepsRight() && rejectsNulls(true);
    boolean right = written.keepsLeft() && rejectsNulls(false);
    return switch (written) {
      case LEFT_OUTER -> right ? JoinType.INNER : written;
      case RIGHT_OUTER -> left ? JoinType.INNER : written;
      case FULL_OUTER -> {
        if (left && right) {
          yield JoinType.INNER;
        }
        yield left ? JoinType.LEFT_OUTER : right ? JoinType.RIGHT_OUTER : written;
      }
      default -> written;
    };
  }

  private boolean rejectsNulls(boolean ofLeft) {
    BitSet neverNull = new BitSet();
    for (Asked asked : above) {
      NullRules.addNeverNull(asked.condition(), pair.size(), neverNull);
      if (sees(ofLeft, asked.condition())
          && NullRules.rejectsNulls(asked.condition(), node.schema())) {
        return true;
      }
    }
    return ofLeft
        ? !neverNull.get(0, leftWidth).isEmpty()
        : !neverNull.get(leftWidth, pair.size()).isEmpty();
  }

  /** Whether a condition above the join may as well be asked of one side before. */
  private boolean passes(boolean isLeft) {
    return switch (type) {
      case INNER, CROSS -> true;
      case LEFT_OUTER, LEFT_SEMI, LEFT_ANTI, EXISTENCE -> isLeft;
      case RIGHT_OUTER -> !isLeft;
      case FULL_OUTER, LEFT_SINGLE -> false;
    };
  }

  /** Whether the join's own condition on one side may be asked before; and it is worth it. */
  private boolean filtersOwn(boolean isLeft) {
    return EarlyFilters.hasWatermark(side(isLeft))
        && switch (type) {
          case INNER, CROSS, LEFT_SEMI -> true;
          case LEFT_OUTER, LEFT_ANTI, EXISTENCE -> !isLeft;
          case RIGHT_OUTER -> isLeft;
          case FULL_OUTER, LEFT_SINGLE -> false;
        };
  }

  /** Adds what must be true of a row of one side for it to match at all. */
  private void infer(boolean isLeft, List<Asked> own, List<Asked> other) {
    if (!filtersOwn(isLeft)) {
      return;
    }
    BitSet neverNull = new BitSet();
    for (Expression conjunct : JoinCondition.conjuncts(node.condition())) {
      NullRules.addNeverNull(conjunct, pair.size(), neverNull);
    }
    for (int column = neverNull.nextSetBit(isLeft ? 0 : leftWidth);
        column >= 0 && column < (isLeft ? leftWidth : pair.size());
        column = neverNull.nextSetBit(column + 1)) {
      if (pair.field(column).nullable()) {
        ColumnReference reference = reference(column);
        own.add(
            new Asked(
                new NullTest(
                    reference, NullTest.Kind.NULL, true, "(" + reference.sql() + " IS NOT NULL)"),
                node.origin()));
      }
    }
    List<Expression> known = new ArrayList<>();
    other.forEach(asked -> known.add(asked.condition()));
    for (Expression conjunct : parts.others()) {
      boolean stays = !filtersOwn(!isLeft) && conjunct.deterministic();
      if (stays && sees(!isLeft, conjunct)) {
        known.add(conjunct);
      }
    }
    for (JoinCondition.Key key : parts.keys()) {
      Expression mine = isLeft ? key.left() : key.right();
      Expression theirs = isLeft ? key.right() : key.left();
      if (!key.nullSafe()
          && mine instanceof ColumnReference to
          && theirs instanceof ColumnReference from) {
        carry(known, from.index(), to, own);
        below(side(!isLeft), from.index() - (isLeft ? leftWidth : 0), to, own);
      }
    }
  }

  private ColumnReference reference(int column) {
    Field field = pair.field(column);
    return new ColumnReference(column, field.name(), field.type(), field.nullable());
  }

  /** What is asked of one column holds of the other that equals it. */
  private void carry(List<Expression> known, int from, ColumnReference to, List<Asked> into) {
    for (Expression condition : known) {
      if (readsOnly(condition, pair.size(), from) && !(condition instanceof NullTest)) {
        into.add(new Asked(Composed.of(condition, pair, Map.of(from, to)), node.origin()));
      }
    }
  }

  /** The same for what filters below ask of a column that comes up unchanged. */
  private void below(Rel rel, int column, ColumnReference to, List<Asked> into) {
    if (rel instanceof Rel.Filter filter) {
      for (Expression condition : JoinCondition.conjuncts(filter.condition())) {
        Schema rows = filter.input().schema();
        if (condition.deterministic()
            && readsOnly(condition, rows.size(), column)
            && !(condition instanceof NullTest)) {
          into.add(new Asked(Composed.of(condition, rows, Map.of(column, to)), node.origin()));
        }
      }
      below(filter.input(), column, to, into);
    } else if (rel instanceof Rel.Watermark watermark) {
      below(watermark.input(), column, to, into);
    } else if (rel instanceof Rel.Project project
        && project.expressions().get(column).expression() instanceof ColumnReference source) {
      below(project.input(), source.index(), to, into);
    }
  }

  private static boolean readsOnly(Expression condition, int width, int column) {
    BitSet columns = new BitSet();
    ColumnReference.collect(condition, width, columns);
    return columns.get(column) && columns.cardinality() == 1;
  }

  /** Bound to pairs, asked of rows of the right side. */
  private Asked ofRight(Asked asked) {
    Map<Integer, Expression> made = new HashMap<>();
    for (int i = leftWidth; i < pair.size(); i++) {
      Field field = pair.field(i);
      made.put(i, new ColumnReference(i - leftWidth, field.name(), field.type(), field.nullable()));
    }
    return new Asked(Composed.of(asked.condition(), pair, made), asked.origin());
  }
}
