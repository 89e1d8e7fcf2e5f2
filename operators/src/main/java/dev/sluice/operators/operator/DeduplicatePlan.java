package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a deduplication keeps of a row, and until when. */
final class DeduplicatePlan {
  final Rel.Deduplicate node;
  final List<DataType> keyTypes;
  final Schema keySchema;

  /** The keys; within a watermark also the microsecond at which the key is forgotten. */
  final Schema stateSchema;

  private final Optional<EventTime.Marked> eventTime;

  /**
   * @param needed the columns that are read of the input. Event time that nobody reads is not
   *     there: then no row is late, as in Spark, whose optimizer takes the column out.
   */
  DeduplicatePlan(Rel.Deduplicate node, BitSet needed) {
    this.node = node;
    Schema input = node.input().schema();
    List<Field> keys = node.keys().stream().map(input::field).toList();
    this.keyTypes = keys.stream().map(Field::type).toList();
    this.keySchema = new Schema(keys);
    List<Field> fields = new ArrayList<>(keys);
    if (node.withinWatermark()) {
      fields.add(new Field("expiresAt", AtomicType.BIGINT, false));
    }
    this.stateSchema = new Schema(fields);
    this.eventTime =
        EventTime.columns(node.input()).stream()
            .filter(column -> needed.get(column.index()))
            .findFirst();
  }

  KeyCodec codec() {
    return new KeyCodec(keyTypes, true);
  }

  List<Column> keys(Batch rows) {
    return node.keys().stream().map(rows::column).toList();
  }

  /** The event times by which rows are late; none if no column has them. */
  Optional<EventTimes> lateness(Batch rows) {
    return eventTime.map(column -> EventTimes.of(rows.column(column.index())));
  }

  /** True if keys are forgotten some time. */
  boolean expires() {
    return node.withinWatermark() || timeKey() >= 0;
  }

  /** Which of the keys is event time, -1 if none. */
  private int timeKey() {
    return eventTime.map(column -> node.keys().indexOf(column.index())).orElse(-1);
  }

  /** When the keys of these rows are forgotten. */
  EventTimes expiry(Batch rows) {
    EventTimes times = lateness(rows).orElseThrow();
    if (!node.withinWatermark()) {
      return times;
    }
    long delay = eventTime.orElseThrow().delayMillis() * 1000;
    long[] expires = new long[rows.rows()];
    for (int row = 0; row < expires.length; row++) {
      expires[row] = (times.isKnown(row) ? times.micros()[row] : 0L) + delay;
    }
    return new EventTimes(expires, Validity.ALL);
  }

  /** When keys of the state are forgotten. */
  EventTimes storedExpiry(List<Column> state) {
    return EventTimes.of(state.get(node.withinWatermark() ? state.size() - 1 : timeKey()));
  }

  KeyedState.Shape shape(int partitions) {
    String names = keySchema.fields().stream().map(Field::name).collect(Collectors.joining(", "));
    return new KeyedState.Shape(
        stateSchema,
        keyTypes.size(),
        partitions,
        "the keys [" + names + "] of rows without duplicates");
  }
}
