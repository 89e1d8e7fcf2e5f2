package dev.sluice.operators.optimizer;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Arithmetic;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Negate;
import dev.sluice.operators.expression.Not;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.expression.TimeArithmetic;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.JoinCondition;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How long a join of two streams must remember rows. If event time is among the keys, both sides
 * forget what the watermark has passed. Otherwise an inequality between the two sides, such as
 * {@code l.at >= r.at - INTERVAL 5 MINUTES}, tells from the watermark of one side how old a row of
 * the other side can be and still find a partner; of several the widest counts. The rules, with
 * their oddities, are those of Spark's {@code StreamingJoinHelper} and {@code
 * StreamingSymmetricHashJoinHelper}.
 */
public final class JoinBounds {
  private static final Batch ONE_ROW = new Batch(Schema.EMPTY, List.of(), 1);
  private static final double MICROS_PER_SECOND = 1_000_000.0;

  private final OptionalInt timeKey;
  private final List<Bound> left;
  private final List<Bound> right;

  private JoinBounds(OptionalInt timeKey, List<Bound> left, List<Bound> right) {
    this.timeKey = timeKey;
    this.left = left;
    this.right = right;
  }

  /**
   * A time up to which rows of one side are over: the watermark of the other side so many times,
   * plus microseconds; a millisecond earlier where a row of exactly that time may still match.
   */
  private record Bound(int watermarks, double micros, boolean inclusive) {
    long at(long watermarkMillis) {
      double value = watermarks * (watermarkMillis * 1000.0) + micros;
      return (long) (value / 1000.0) - (inclusive ? 1 : 0);
    }
  }

  /** A part of a sum: a column, or a constant where there is none. */
  private record Term(int column, double micros, boolean negated) {
    boolean isColumnOf(boolean leftSide, int leftWidth) {
      return column >= 0 && leftSide == column < leftWidth;
    }
  }

  /** What bounds the state while the join runs. */
  public static JoinBounds of(Rel.Join join) {
    JoinCondition condition = JoinCondition.of(join);
    Set<Integer> marked = marked(join);
    int width = join.left().schema().size();
    boolean leftMarked = marked.stream().anyMatch(column -> column < width);
    boolean rightMarked = marked.stream().anyMatch(column -> column >= width);
    List<Expression> asked = askedByTheJoin(condition, join.type());
    return new JoinBounds(
        timeKey(condition, marked),
        leftMarked ? bounds(asked, true, marked, width) : List.of(),
        rightMarked ? bounds(asked, false, marked, width) : List.of());
  }

  /**
   * True if rows of the sides that must come out without a partner are over some time: without that
   * a join that is neither inner nor cross is refused.
   */
  public static boolean ends(Rel.Join join) {
    JoinCondition condition = JoinCondition.of(join);
    Set<Integer> marked = marked(join);
    int width = join.left().schema().size();
    if (timeKey(condition, marked).isPresent()) {
      return true;
    }
    boolean left = !bounds(condition.others(), true, marked, width).isEmpty();
    boolean right = !bounds(condition.others(), false, marked, width).isEmpty();
    return switch (join.type()) {
      case INNER, CROSS -> true;
      case LEFT_OUTER, LEFT_SEMI, LEFT_ANTI, EXISTENCE, LEFT_SINGLE -> left;
      case RIGHT_OUTER -> right;
      case FULL_OUTER -> left || right;
    };
  }

  /** Which of the keys is event time on one side or the other, and thereby on both. */
  public OptionalInt timeKey() {
    return timeKey;
  }

  /** True if any state is ever forgotten. */
  public boolean forgets() {
    return timeKey.isPresent() || !left.isEmpty() || !right.isEmpty();
  }

  /**
   * Rows of a side with an event time up to this are over; none if they never are.
   *
   * @param watermarkMillis of what comes into the join
   */
  public OptionalLong over(boolean leftSide, long watermarkMillis) {
    if (timeKey.isPresent()) {
      return OptionalLong.of(watermarkMillis);
    }
    return (leftSide ? left : right).stream().mapToLong(bound -> bound.at(watermarkMillis)).min();
  }

  /** The watermark of what comes out: no row to come is older, whichever of its times one takes. */
  public long output(long watermarkMillis) {
    long l = over(true, watermarkMillis).orElse(watermarkMillis);
    long r = over(false, watermarkMillis).orElse(watermarkMillis);
    return Math.min(watermarkMillis, Math.min(l, r));
  }

  private static Set<Integer> marked(Rel.Join join) {
    Set<Integer> marked = new HashSet<>();
    EventTime.columns(join.left()).forEach(column -> marked.add(column.index()));
    int width = join.left().schema().size();
    EventTime.columns(join.right()).forEach(column -> marked.add(width + column.index()));
    return marked;
  }

  private static OptionalInt timeKey(JoinCondition condition, Set<Integer> marked) {
    for (boolean leftSide : new boolean[] {true, false}) {
      for (int i = 0; i < condition.keys().size(); i++) {
        JoinCondition.Key key = condition.keys().get(i);
        Expression side = bare(leftSide ? key.left() : key.right());
        if (!key.nullSafe()
            && side instanceof ColumnReference column
            && marked.contains(column.index())) {
          return OptionalInt.of(i);
        }
      }
    }
    return OptionalInt.empty();
  }

  /**
   * Without the conjuncts that Spark asks of the rows of one side before they come to the join,
   * which it does where such a row need not come out.
   */
  private static List<Expression> askedByTheJoin(JoinCondition condition, JoinType type) {
    List<Expression> asked = new ArrayList<>();
    for (Expression conjunct : condition.others()) {
      boolean before =
          condition.seesLeft(conjunct) && !type.keepsLeft()
              || condition.seesRight(conjunct) && !type.keepsRight();
      if (!before) {
        asked.add(conjunct);
      }
    }
    return asked;
  }

  private static List<Bound> bounds(
      List<Expression> conjuncts, boolean leftSide, Set<Integer> marked, int leftWidth) {
    boolean otherMarked = marked.stream().anyMatch(column -> column < leftWidth != leftSide);
    List<Bound> found = new ArrayList<>();
    if (otherMarked) {
      for (Expression conjunct : conjuncts) {
        bound(conjunct, leftSide, marked, leftWidth).ifPresent(found::add);
      }
    }
    return found;
  }

  private static Optional<Bound> bound(
      Expression conjunct, boolean leftSide, Set<Integer> marked, int leftWidth) {
    Expression bare = bare(conjunct);
    boolean not = bare instanceof Not;
    if (bare instanceof Not negation) {
      bare = bare(negation.operand());
    }
    if (!(bare instanceof Comparison comparison)) {
      return Optional.empty();
    }
    Comparison.Operator operator = not ? opposite(comparison) : comparison.operator();
    Expression less = comparison.left();
    Expression more = comparison.right();
    return switch (operator) {
      case LESS -> bound(less, more, false, leftSide, marked, leftWidth);
      case LESS_OR_EQUAL -> bound(less, more, true, leftSide, marked, leftWidth);
      case GREATER -> bound(more, less, false, leftSide, marked, leftWidth);
      case GREATER_OR_EQUAL -> bound(more, less, true, leftSide, marked, leftWidth);
      case EQUAL, NULL_SAFE_EQUAL -> Optional.empty();
    };
  }

  private static Comparison.Operator opposite(Comparison comparison) {
    return switch (comparison.operator()) {
      case LESS -> Comparison.Operator.GREATER_OR_EQUAL;
      case LESS_OR_EQUAL -> Comparison.Operator.GREATER;
      case GREATER -> Comparison.Operator.LESS_OR_EQUAL;
      case GREATER_OR_EQUAL -> Comparison.Operator.LESS;
      case EQUAL, NULL_SAFE_EQUAL -> comparison.operator();
    };
  }

  /** From {@code less < more}: {@code terms without the time of the side < time of the side}. */
  private static Optional<Bound> bound(
      Expression less,
      Expression more,
      boolean inclusive,
      boolean leftSide,
      Set<Integer> marked,
      int leftWidth) {
    List<Term> terms = new ArrayList<>();
    if (!collect(less, false, terms) || !collect(more, true, terms)) {
      return Optional.empty();
    }
    int own = 0;
    int watermarks = 0;
    double micros = 0;
    for (Term term : terms) {
      if (term.isColumnOf(leftSide, leftWidth)) {
        own++;
        if (!term.negated()) {
          return Optional.empty();
        }
      } else if (term.column() < 0) {
        micros += term.negated() ? -term.micros() : term.micros();
      } else if (marked.contains(term.column())) {
        watermarks += term.negated() ? -1 : 1;
      } else {
        return Optional.empty();
      }
    }
    return own == 1 ? Optional.of(new Bound(watermarks, micros, inclusive)) : Optional.empty();
  }

  /** Adds the terms of a sum; false if it is none of columns and constants. */
  private static boolean collect(Expression expression, boolean negated, List<Term> into) {
    Expression bare = bare(expression);
    if (bare.foldable()) {
      return constant(bare, negated, into);
    }
    if (bare instanceof ColumnReference column) {
      return into.add(new Term(column.index(), 0, negated));
    }
    if (bare instanceof Arithmetic sum
        && (sum.operator() == Arithmetic.Operator.ADD
            || sum.operator() == Arithmetic.Operator.SUBTRACT)) {
      boolean minus = sum.operator() == Arithmetic.Operator.SUBTRACT;
      return collect(sum.children().get(0), negated, into)
          && collect(sum.children().get(1), negated != minus, into);
    }
    if (bare instanceof TimeArithmetic sum
        && (sum.kind() == TimeArithmetic.Kind.MICROS
            || sum.kind() == TimeArithmetic.Kind.CALENDAR)) {
      return collect(sum.children().get(0), negated, into)
          && collect(sum.children().get(1), negated != sum.minus(), into);
    }
    if (bare instanceof Negate negation) {
      return collect(negation.operand(), !negated, into);
    }
    if (bare instanceof Cast cast && (isNumber(cast.type()) || isInstant(cast.type()))) {
      return collect(cast.operand(), negated, into);
    }
    return false;
  }

  /** Numbers are seconds; an interval of months has no fixed length. */
  private static boolean constant(Expression expression, boolean negated, List<Term> into) {
    Object value;
    try {
      Column column = expression.evaluate(ONE_ROW, EvaluationContext.NONE);
      value = column.value(0);
    } catch (EvaluationException e) {
      return false;
    }
    if (value instanceof CalendarInterval interval) {
      return interval.months() <= 0 && into.add(new Term(-1, interval.microseconds(), negated));
    }
    if (value instanceof Number number) {
      DataType type = expression.type();
      if (type instanceof DayTimeIntervalType) {
        return into.add(new Term(-1, number.doubleValue(), negated));
      }
      if (isNumber(type)) {
        return into.add(new Term(-1, number.doubleValue() * MICROS_PER_SECOND, negated));
      }
    }
    return false;
  }

  private static boolean isInstant(DataType type) {
    return type == AtomicType.TIMESTAMP;
  }

  private static boolean isNumber(DataType type) {
    return type instanceof DecimalType
        || type instanceof AtomicType atomic
            && switch (atomic) {
              case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE -> true;
              default -> false;
            };
  }

  private static Expression bare(Expression expression) {
    return expression instanceof Renamed renamed ? bare(renamed.operand()) : expression;
  }
}
