package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.List;

/**
 * How a running aggregation by session is computed: its keys but for the session say whose session
 * it is, and a session is known by them and its start.
 */
final class SessionPlan {
  final AggregatePlan groups;

  /** Which of the keys are the session. */
  private final boolean[] isSession;

  final StructType sessionType;

  /** All keys but the session. */
  final List<DataType> ownerTypes;

  /** The owner, the start of the session. */
  final Schema keySchema;

  /** The key, the end of the session, the intermediate state of each aggregation. */
  final Schema stateSchema;

  /** The column of the rows that holds the session of the row alone. */
  final int column;

  private final Evaluations owners;

  SessionPlan(Rel.Aggregate node) {
    this.groups = new AggregatePlan(node);
    Rel.Sessions sessions = (Rel.Sessions) node.input();
    this.column = sessions.column();
    this.sessionType = (StructType) sessions.schema().field(column).type();
    List<NamedExpression> others = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    this.isSession = new boolean[node.keys().size()];
    String name = "";
    for (int i = 0; i < node.keys().size(); i++) {
      NamedExpression key = node.keys().get(i);
      isSession[i] = isColumn(key.expression());
      if (isSession[i]) {
        name = key.name();
      } else {
        others.add(key);
        fields.add(new Field(key.name(), key.expression().type()));
      }
    }
    this.owners =
        new Evaluations(others.stream().map(NamedExpression::expression).toList(), node.origin());
    this.ownerTypes = fields.stream().map(Field::type).toList();
    fields.add(new Field(name + ".start", sessionType.field(0).type(), false));
    this.keySchema = new Schema(fields);
    fields.add(new Field(name + ".end", sessionType.field(1).type(), false));
    int keys = node.keys().size();
    fields.addAll(groups.stateSchema.fields().subList(keys, groups.stateSchema.fields().size()));
    this.stateSchema = new Schema(fields);
  }

  private boolean isColumn(Expression key) {
    return key instanceof Renamed renamed
        ? isColumn(renamed.operand())
        : key instanceof ColumnReference reference && reference.index() == column;
  }

  /** True for an aggregation whose sessions go on from batch to batch. */
  static boolean isSessions(Rel.Aggregate node) {
    return node.scope() == Rel.Aggregate.Scope.STREAM && node.input() instanceof Rel.Sessions;
  }

  /** Whose sessions the rows are part of. */
  List<Column> owners(Batch rows, EvaluationContext context) {
    return owners.evaluate(rows, context);
  }

  /** The sessions of the rows alone. */
  StructColumn sessions(Batch rows) {
    return (StructColumn) rows.column(column).flatten();
  }

  /** True if sessions are over when the watermark passes their end. */
  boolean endsByWatermark() {
    return groups.eventTimeKey >= 0;
  }

  /** True if another key is the event time, so that the session does not count. */
  boolean endsByOwner() {
    return endsByWatermark() && !isSession[groups.eventTimeKey];
  }

  /** Which column of the owner is event time, if {@link #endsByOwner}. */
  int eventTimeOfOwner() {
    int place = 0;
    for (int key = 0; key < groups.eventTimeKey; key++) {
      place += isSession[key] ? 0 : 1;
    }
    return place;
  }

  /** The columns of the keys, as the aggregation has them. */
  List<Column> keys(List<Column> owners, long[] starts, long[] ends) {
    int rows = starts.length;
    DataType type = sessionType.field(0).type();
    Column session =
        new StructColumn(
            sessionType,
            List.of(
                new LongColumn(type, starts, Validity.ALL, rows),
                new LongColumn(type, ends, Validity.ALL, rows)),
            Validity.ALL,
            rows);
    List<Column> keys = new ArrayList<>(isSession.length);
    int next = 0;
    for (boolean own : isSession) {
      keys.add(own ? session : owners.get(next++));
    }
    return keys;
  }

  KeyedState.Shape shape(int partitions) {
    return new KeyedState.Shape(
        stateSchema, keySchema.size(), partitions, "sessions with " + groups.description());
  }
}
