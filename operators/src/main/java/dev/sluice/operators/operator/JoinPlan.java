package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.plan.JoinCondition;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * How a join is run: one input, the build side, is held in a table; the rows of the other, the
 * probe side, look up their matches a batch at a time. Equalities between the two sides are keys of
 * the table; what only concerns one side, and may go first, is asked of its rows before they are
 * paired; the rest of the condition is asked of pairs. Immutable.
 */
final class JoinPlan {
  final Rel.Join node;
  final JoinType type;
  final Schema pair;

  /**
   * Which input is held: the right one, unless every right row must come out, or the left one is a
   * table and the right one streams.
   */
  final boolean buildsLeft;

  final boolean keepsProbe;
  final boolean keepsBuild;

  /** Expressions over pairs that see one side only, in the same order, of the same types. */
  final List<Expression> probeKeys = new ArrayList<>();

  final List<Expression> buildKeys = new ArrayList<>();

  /** Whether the key matches null with null: {@code <=>}. */
  final List<Boolean> nullSafe = new ArrayList<>();

  final Optional<Expression> probeFilter;
  final Optional<Expression> buildFilter;
  final Optional<Expression> residual;

  /** Whether null matches everything under the one key there is: what {@code NOT IN} asks. */
  final boolean nullMatches;

  /** Columns of the build side that somebody reads. */
  final BitSet neededOfBuild;

  private final int leftWidth;
  private final Evaluations probeKeyValues;
  private final Evaluations buildKeyValues;

  /**
   * @param neededLeft the columns of the left input that the condition or the nodes above read
   */
  JoinPlan(Rel.Join node, BitSet neededLeft, BitSet neededRight) {
    this.node = node;
    this.type = node.type();
    this.pair = node.pair();
    this.leftWidth = node.left().schema().size();
    boolean tableLeft = !Rel.streams(node.left()) && Rel.streams(node.right());
    this.buildsLeft = type == JoinType.RIGHT_OUTER || tableLeft;
    this.keepsProbe = buildsLeft ? type.keepsRight() : type.keepsLeft();
    this.keepsBuild = buildsLeft ? type.keepsLeft() : type.keepsRight();
    this.neededOfBuild = buildsLeft ? neededLeft : neededRight;
    List<Expression> probeOnly = new ArrayList<>();
    List<Expression> buildOnly = new ArrayList<>();
    List<Expression> rest = new ArrayList<>();
    List<Expression> conjuncts = JoinCondition.conjuncts(node.condition());
    boolean needsAllOfProbe =
        keepsProbe || type == JoinType.LEFT_ANTI || type == JoinType.EXISTENCE;
    for (Expression conjunct : conjuncts) {
      if (isTrue(conjunct) || addKey(conjunct)) {
        continue;
      }
      boolean movable = conjunct.deterministic() && !conjunct.mayFail();
      if (movable && !needsAllOfProbe && sees(conjunct, !buildsLeft)) {
        probeOnly.add(conjunct);
      } else if (movable && !keepsBuild && sees(conjunct, buildsLeft)) {
        buildOnly.add(conjunct);
      } else {
        rest.add(conjunct);
      }
    }
    this.nullMatches = probeKeys.isEmpty() && rest.removeIf(this::addNullMatchingKey);
    this.probeFilter = all(probeOnly);
    this.buildFilter = all(buildOnly);
    this.residual = all(rest);
    this.probeKeyValues = new Evaluations(probeKeys, node.origin());
    this.buildKeyValues = new Evaluations(buildKeys, node.origin());
  }

  static Optional<Expression> all(List<Expression> conjuncts) {
    return switch (conjuncts.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(conjuncts.get(0));
      default -> Optional.of(new Logic(true, conjuncts));
    };
  }

  static boolean isTrue(Expression conjunct) {
    if (!conjunct.foldable() || conjunct.mayFail()) {
      return false;
    }
    Batch one = new Batch(Schema.EMPTY, List.of(), 1);
    return Boolean.TRUE.equals(conjunct.evaluate(one, EvaluationContext.NONE).value(0));
  }

  /** {@code a = b OR (a = b) IS NULL}; only one can be a key. */
  private boolean addNullMatchingKey(Expression conjunct) {
    return probeKeys.isEmpty()
        && conjunct instanceof Logic either
        && !either.and()
        && either.children().size() == 2
        && either.children().get(0) instanceof Comparison equality
        && equality.operator() == Comparison.Operator.EQUAL
        && either.children().get(1) instanceof NullTest unknown
        && unknown.kind() == NullTest.Kind.NULL
        && !unknown.not()
        && Evaluations.same(equality, unknown.operand())
        && addKey(equality);
  }

  private boolean addKey(Expression conjunct) {
    Optional<JoinCondition.Key> key = JoinCondition.key(conjunct, leftWidth, pair.size());
    key.ifPresent(
        found -> {
          probeKeys.add(buildsLeft ? found.right() : found.left());
          buildKeys.add(buildsLeft ? found.left() : found.right());
          nullSafe.add(found.nullSafe());
        });
    return key.isPresent();
  }

  /** True if the build side is there before the first row of the other side comes. */
  boolean buildsTable() {
    return !keepsBuild
        && !Rel.streams(buildsLeft ? node.left() : node.right())
        && Rel.streams(node);
  }

  /** Whether it reads columns of that side, and of that side only. */
  private boolean sees(Expression expression, boolean left) {
    BitSet columns = new BitSet();
    ColumnReference.collect(expression, pair.size(), columns);
    int next = columns.nextSetBit(leftWidth);
    return left ? next < 0 && !columns.isEmpty() : next >= 0 && columns.nextSetBit(0) == next;
  }

  /** Rows of one side as pairs whose other side is null, for expressions that see one side only. */
  Batch alone(Batch rows, boolean left) {
    return alone(pair, leftWidth, rows, left);
  }

  static Batch alone(Schema pair, int leftWidth, Batch rows, boolean left) {
    List<Column> columns = new ArrayList<>(pair.size());
    for (int i = 0; i < pair.size(); i++) {
      columns.add(
          left == i < leftWidth
              ? rows.column(left ? i : i - leftWidth)
              : ConstantColumn.of(pair.field(i).type(), null, rows.rows()));
    }
    return new Batch(pair, columns, rows.rows());
  }

  Batch filterProbe(Batch rows, EvaluationContext context) {
    return filter(rows, probeFilter, !buildsLeft, context);
  }

  Batch filterBuild(Batch rows, EvaluationContext context) {
    return filter(rows, buildFilter, buildsLeft, context);
  }

  private Batch filter(
      Batch rows, Optional<Expression> condition, boolean left, EvaluationContext context) {
    if (condition.isEmpty() || rows.rows() == 0) {
      return rows;
    }
    Column value = Evaluations.evaluate(condition.get(), alone(rows, left), context, node.origin());
    return FilterOperator.keep(rows, value);
  }

  List<Column> probeKeys(Batch rows, EvaluationContext context) {
    return probeKeyValues.evaluate(alone(rows, !buildsLeft), context);
  }

  List<Column> buildKeys(Batch rows, EvaluationContext context) {
    return buildKeyValues.evaluate(alone(rows, buildsLeft), context);
  }

  /** A pair from rows of both sides, the same number of each. */
  Batch pairs(List<Column> probe, List<Column> build, int rows) {
    List<Column> columns = new ArrayList<>(buildsLeft ? build : probe);
    columns.addAll(buildsLeft ? probe : build);
    return new Batch(pair, columns, rows);
  }
}
