package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.optimizer.JoinBounds;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.JoinCondition;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a join of two streams is run, and what it keeps: rows of both sides under the values of their
 * equalities. What only concerns one side is asked of its rows as they come; a row that fails can
 * never match, so it is not kept, and comes out alone at once if its side must come out. The rest
 * of the condition is asked of pairs. Immutable.
 */
final class StreamJoinPlan {
  final Rel.Join node;
  final JoinType type;
  final Side left;
  final Side right;
  final Optional<Expression> residual;
  final JoinBounds bounds;
  final List<DataType> keyTypes;

  /** Whether a row must know that it has had a partner. */
  final boolean marksMatches;

  /** A row of state: the keys, the side, the number of the row; what is known of it. */
  final Schema stateSchema;

  private final int leftWidth;

  /** One of the two inputs. */
  final class Side {
    final boolean isLeft;
    final Schema schema;

    /** The columns that somebody reads: what is kept of a row. */
    final int[] columns;

    /** Whether its rows come out without a partner too. */
    final boolean comesOut;

    /** Whether what is known of its rows contains that they have had a partner. */
    final boolean marksMatches;

    /** The column by which rows are late, and over unless a key tells that; -1 if there is none. */
    final int timeColumn;

    /** For each kept column the key that has the same values, -1 if it is kept by itself. */
    private final int[] keyOf;

    private final Optional<Expression> condition;
    private final List<Expression> keys;
    private final List<Boolean> nullSafe;
    private final Evaluations keyValues;

    Side(boolean isLeft, JoinCondition parts, BitSet needed) {
      Rel input = isLeft ? node.left() : node.right();
      this.isLeft = isLeft;
      this.schema = input.schema();
      this.columns = needed.stream().toArray();
      this.comesOut = isLeft ? type.keepsLeft() : type.keepsRight();
      this.marksMatches = comesOut || isLeft && type == JoinType.LEFT_SEMI;
      this.timeColumn =
          EventTime.columns(input).stream()
              .mapToInt(EventTime.Marked::index)
              .filter(needed::get)
              .findFirst()
              .orElse(-1);
      this.condition =
          JoinPlan.all(
              parts.others().stream()
                  .filter(Expression::deterministic)
                  .filter(isLeft ? parts::seesLeft : parts::seesRight)
                  .toList());
      this.keys =
          parts.keys().stream()
              .map(isLeft ? JoinCondition.Key::left : JoinCondition.Key::right)
              .toList();
      this.nullSafe = parts.keys().stream().map(JoinCondition.Key::nullSafe).toList();
      this.keyValues = new Evaluations(keys, node.origin());
      this.keyOf = new int[columns.length];
      for (int i = 0; i < columns.length; i++) {
        keyOf[i] = keyOf(columns[i]);
      }
    }

    private int keyOf(int column) {
      int place = isLeft ? column : leftWidth + column;
      for (int key = 0; key < keys.size(); key++) {
        if (keys.get(key) instanceof ColumnReference reference
            && reference.index() == place
            && isExact(reference.type())) {
          return key;
        }
      }
      return -1;
    }

    /** How many of the kept columns are kept by themselves. */
    int ownColumns() {
      int own = 0;
      for (int key : keyOf) {
        own += key < 0 ? 1 : 0;
      }
      return own;
    }

    List<DataType> types() {
      List<DataType> types = new ArrayList<>();
      for (int column : columns) {
        types.add(schema.field(column).type());
      }
      return types;
    }

    private void addFields(List<Field> into) {
      for (int i = 0; i < columns.length; i++) {
        Field field = schema.field(columns[i]);
        if (keyOf[i] < 0) {
          into.add(new Field((isLeft ? "left." : "right.") + field.name(), field.type(), true));
        }
      }
    }

    /** Of the kept columns of some rows, those that are kept by themselves. */
    List<Column> own(List<Column> kept) {
      List<Column> own = new ArrayList<>();
      for (int i = 0; i < keyOf.length; i++) {
        if (keyOf[i] < 0) {
          own.add(kept.get(i));
        }
      }
      return own;
    }

    /** The kept columns again, from the keys and those that are kept by themselves. */
    List<Column> kept(List<Column> keyColumns, List<Column> own) {
      List<Column> kept = new ArrayList<>();
      int next = 0;
      for (int key : keyOf) {
        kept.add(key < 0 ? own.get(next++) : keyColumns.get(key));
      }
      return kept;
    }

    List<Column> keys(Batch rows, EvaluationContext context) {
      return keyValues.evaluate(JoinPlan.alone(node.pair(), leftWidth, rows, isLeft), context);
    }

    /**
     * The rows that {@code =} can be true for, of those that need not come out alone; {@link
     * EventTimes#ALL} if they are all. Spark asks so too, but not of rows that must come out: in a
     * full outer join two nulls meet.
     */
    int[] matchable(List<Column> keyColumns, int rows) {
      boolean anyNull = false;
      for (int key = 0; key < keyColumns.size(); key++) {
        anyNull |= !nullSafe.get(key) && keyColumns.get(key).mayHaveNulls();
      }
      if (comesOut || !anyNull) {
        return EventTimes.ALL;
      }
      int[] found = JoinTable.matchable(nullSafe, keyColumns, rows);
      return found.length == rows ? EventTimes.ALL : found;
    }

    /** Whether a row can match at all; null if each can. */
    @org.jspecify.annotations.Nullable
    Column mayMatch(Batch rows, EvaluationContext context) {
      return condition.isEmpty()
          ? null
          : Evaluations.evaluate(
              condition.get(),
              JoinPlan.alone(node.pair(), leftWidth, rows, isLeft),
              context,
              node.origin());
    }

    /** All columns of rows of which the kept ones are given; the others are null. */
    List<Column> widen(List<Column> kept, int rows) {
      List<Column> all = new ArrayList<>(schema.size());
      int next = 0;
      for (int i = 0; i < schema.size(); i++) {
        all.add(
            next < columns.length && columns[next] == i
                ? kept.get(next++)
                : ConstantColumn.of(schema.field(i).type(), null, rows));
      }
      return all;
    }

    List<Column> nulls(int rows) {
      List<Column> all = new ArrayList<>(schema.size());
      schema.fields().forEach(f -> all.add(ConstantColumn.of(f.type(), null, rows)));
      return all;
    }

    /** When rows are over: the event time of their keys, or their own; none if they never are. */
    Optional<EventTimes> times(Batch rows, List<Column> keyColumns) {
      if (bounds.timeKey().isPresent()) {
        return Optional.of(EventTimes.of(keyColumns.get(bounds.timeKey().getAsInt())));
      }
      return timeColumn < 0 || !bounds.forgets()
          ? Optional.empty()
          : Optional.of(EventTimes.of(rows.column(timeColumn)));
    }
  }

  /**
   * @param neededLeft the columns of the left input that the condition or the nodes above read
   */
  StreamJoinPlan(Rel.Join node, BitSet neededLeft, BitSet neededRight) {
    this.node = node;
    this.type = node.type();
    this.leftWidth = node.left().schema().size();
    this.bounds = JoinBounds.of(node);
    JoinCondition parts = JoinCondition.of(node);
    this.left = new Side(true, parts, neededLeft);
    this.right = new Side(false, parts, neededRight);
    this.keyTypes = parts.keys().stream().map(key -> key.left().type()).toList();
    this.marksMatches = left.marksMatches || right.marksMatches;
    this.residual =
        JoinPlan.all(
            parts.others().stream()
                .filter(
                    conjunct ->
                        !conjunct.deterministic()
                            || !parts.seesLeft(conjunct) && !parts.seesRight(conjunct))
                .filter(conjunct -> !JoinPlan.isTrue(conjunct))
                .toList());
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < keyTypes.size(); i++) {
      String name =
          parts.keys().get(i).left() instanceof ColumnReference column
              ? column.name()
              : "key" + (i + 1);
      fields.add(new Field(name, keyTypes.get(i), true));
    }
    fields.add(new Field("right", AtomicType.BOOLEAN, false));
    fields.add(new Field("row", AtomicType.INT, false));
    if (marksMatches) {
      fields.add(new Field("matched", AtomicType.BOOLEAN, false));
    }
    left.addFields(fields);
    right.addFields(fields);
    this.stateSchema = new Schema(fields);
  }

  /** Of rows of state of one side, the columns that are kept of that side. */
  List<Column> keptOf(Side side, Batch rows) {
    int at = keyColumns() + (marksMatches ? 1 : 0) + (side.isLeft ? 0 : left.ownColumns());
    return side.kept(
        rows.columns().subList(0, keyTypes.size()),
        rows.columns().subList(at, at + side.ownColumns()));
  }

  /** When rows of state are over; unknown for those of the other side. */
  Optional<EventTimes> stateTimes(Side side, Batch rows) {
    int count = rows.rows();
    Batch whole = new Batch(side.schema, side.widen(keptOf(side, rows), count), count);
    Optional<EventTimes> times = side.times(whole, rows.columns().subList(0, keyTypes.size()));
    if (times.isEmpty()) {
      return times;
    }
    boolean[] isRight = ((BooleanColumn) rows.column(keyTypes.size()).flatten()).values();
    boolean[] unknown = new boolean[count];
    for (int row = 0; row < count; row++) {
      unknown[row] = isRight[row] == side.isLeft || !times.get().isKnown(row);
    }
    return Optional.of(new EventTimes(times.get().micros(), Validity.ofNulls(unknown, count)));
  }

  /** The keys, the side and the number tell one row from all others. */
  int keyColumns() {
    return keyTypes.size() + 2;
  }

  KeyedState.Shape shape(int partitions) {
    return new KeyedState.Shape(stateSchema, keyColumns(), partitions, describe());
  }

  KeyCodec codec() {
    return new KeyCodec(keyTypes);
  }

  Side side(boolean isLeft) {
    return isLeft ? left : right;
  }

  /** A pair from rows of both sides, the same number of each, under some schema. */
  static Batch pairs(Schema schema, List<Column> left, List<Column> right, int rows) {
    List<Column> columns = new ArrayList<>(left);
    columns.addAll(right);
    return new Batch(schema, columns, rows);
  }

  /** Rows of one side beside nulls, as they come out. */
  Batch alone(Side side, List<Column> columns, int rows) {
    return side.isLeft
        ? pairs(node.schema(), columns, right.nulls(rows), rows)
        : pairs(node.schema(), left.nulls(rows), columns, rows);
  }

  /** Whether a key gives back every value as it was. */
  private static boolean isExact(DataType type) {
    return type instanceof DecimalType
        || type instanceof AtomicType && type != AtomicType.FLOAT && type != AtomicType.DOUBLE;
  }

  private String describe() {
    return "the rows of both sides of a join by ["
        + node.condition().sql()
        + "] under the keys ["
        + stateSchema.fields().stream()
            .limit(keyTypes.size())
            .map(Field::name)
            .collect(Collectors.joining(", "))
        + "]";
  }
}
