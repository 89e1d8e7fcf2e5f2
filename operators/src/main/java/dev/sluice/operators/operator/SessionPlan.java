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

  /** Its place among the keys. */
  final int sessionKey;

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
    int place = -1;
    for (int i = 0; i < node.keys().size(); i++) {
      NamedExpression key = node.keys().get(i);
      if (key.expression() instanceof ColumnReference reference && reference.index() == column) {
        place = i;
      } else {
        others.add(key);
        fields.add(new Field(key.name(), key.expression().type()));
      }
    }
    this.sessionKey = place;
    this.owners =
        new Evaluations(others.stream().map(NamedExpression::expression).toList(), node.origin());
    this.ownerTypes = fields.stream().map(Field::type).toList();
    String name = node.keys().get(place).name();
    fields.add(new Field(name + ".start", sessionType.field(0).type(), false));
    this.keySchema = new Schema(fields);
    fields.add(new Field(name + ".end", sessionType.field(1).type(), false));
    int keys = node.keys().size();
    fields.addAll(groups.stateSchema.fields().subList(keys, groups.stateSchema.fields().size()));
    this.stateSchema = new Schema(fields);
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
    return endsByWatermark() && groups.eventTimeKey != sessionKey;
  }

  /** Which column of the owner is event time, if {@link #endsByOwner}. */
  int eventTimeOfOwner() {
    int key = groups.eventTimeKey;
    return key > sessionKey ? key - 1 : key;
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
    List<Column> keys = new ArrayList<>(owners);
    keys.add(sessionKey, session);
    return keys;
  }

  KeyedState.Shape shape(int partitions) {
    return new KeyedState.Shape(
        stateSchema, keySchema.size(), partitions, "sessions with " + groups.description());
  }
}
