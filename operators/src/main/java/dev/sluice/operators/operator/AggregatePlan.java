package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.CollationKeys;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Accumulator;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How an aggregation is computed: which expressions over which rows feed which accumulators. */
final class AggregatePlan {
  /**
   * Aggregations over the same rows: those that meet the filter, or all.
   *
   * @param members indexes of the aggregations
   * @param arguments of all members, one after the other
   */
  record Feed(Optional<Expression> filter, int[] members, Evaluations arguments) {}

  final Rel.Aggregate node;
  final Schema schema;
  final Schema keySchema;

  /** The columns of a row of state: the keys, then the intermediate state of each aggregation. */
  final Schema stateSchema;

  final List<DataType> keyTypes;
  final Evaluations keys;
  final List<NamedAggregation> aggregations;
  final List<Feed> feeds;
  final boolean ordered;
  final boolean distinct;

  /** Which key is event time, -1 if none: its groups are over when the watermark passes them. */
  final int eventTimeKey;

  AggregatePlan(Rel.Aggregate node) {
    this.node = node;
    this.schema = node.schema();
    this.aggregations = node.aggregations();
    this.keySchema = new Schema(node.keys().stream().map(NamedExpression::field).toList());
    this.stateSchema = stateSchema(node);
    this.keyTypes = node.keys().stream().map(k -> k.expression().type()).toList();
    this.keys =
        new Evaluations(
            node.keys().stream().map(NamedExpression::expression).toList(), node.origin());
    this.ordered = aggregations.stream().anyMatch(a -> a.aggregation().ordered());
    this.distinct = aggregations.stream().anyMatch(NamedAggregation::distinct);
    this.feeds = feeds(node);
    this.eventTimeKey =
        node.scope() == Rel.Aggregate.Scope.STREAM
            ? EventTime.columns(node).stream()
                .mapToInt(EventTime.Marked::index)
                .findFirst()
                .orElse(-1)
            : -1;
  }

  private static List<Feed> feeds(Rel.Aggregate node) {
    List<Feed> feeds = new ArrayList<>();
    boolean[] done = new boolean[node.aggregations().size()];
    for (int i = 0; i < done.length; i++) {
      if (done[i]) {
        continue;
      }
      Optional<Expression> filter = node.aggregations().get(i).filter();
      List<Integer> members = new ArrayList<>();
      List<Expression> arguments = new ArrayList<>();
      for (int j = i; j < done.length; j++) {
        NamedAggregation other = node.aggregations().get(j);
        if (!done[j] && sameFilter(filter, other.filter())) {
          done[j] = true;
          members.add(j);
          arguments.addAll(other.aggregation().arguments());
        }
      }
      feeds.add(
          new Feed(
              filter,
              members.stream().mapToInt(Integer::intValue).toArray(),
              new Evaluations(arguments, node.origin())));
    }
    return feeds;
  }

  private static boolean sameFilter(Optional<Expression> a, Optional<Expression> b) {
    return a.isPresent() ? b.isPresent() && Evaluations.same(a.get(), b.get()) : b.isEmpty();
  }

  /** The event times of rows, by the key that has them. */
  Column eventTime(Batch rows, EvaluationContext context) {
    return Evaluations.evaluate(
        node.keys().get(eventTimeKey).expression(), rows, context, node.origin());
  }

  boolean global() {
    return keyTypes.isEmpty();
  }

  List<Accumulator> accumulators() {
    List<Accumulator> accumulators = new ArrayList<>(aggregations.size());
    for (NamedAggregation aggregation : aggregations) {
      accumulators.add(aggregation.aggregation().accumulator());
    }
    return accumulators;
  }

  private static Schema stateSchema(Rel.Aggregate node) {
    List<Field> fields = new ArrayList<>();
    for (NamedExpression key : node.keys()) {
      fields.add(new Field(key.name(), key.expression().type()));
    }
    for (NamedAggregation aggregation : node.aggregations()) {
      List<DataType> types = aggregation.aggregation().stateTypes();
      for (int i = 0; i < types.size(); i++) {
        fields.add(new Field(aggregation.name() + "." + i, types.get(i)));
      }
    }
    return new Schema(fields);
  }

  /** What a running aggregation keeps; a global one has a single partition. */
  KeyedState.Shape shape(int partitions) {
    return new KeyedState.Shape(
        stateSchema,
        keyTypes.size(),
        global() ? 1 : partitions,
        description(),
        Optional.of(this::emptyState));
  }

  private List<Column> emptyState() {
    Accumulators empty = new Accumulators(this);
    empty.grow(1);
    return empty.state(new int[] {0}, 0, 1);
  }

  /** For people: what is kept, for which keys. */
  String description() {
    return "the aggregations ["
        + aggregations.stream()
            .map(aggregation -> aggregation.aggregation().sql())
            .collect(Collectors.joining(", "))
        + "] by the keys ["
        + node.keys().stream().map(key -> key.expression().sql()).collect(Collectors.joining(", "))
        + "]";
  }

  /** The key of a table of distinct values: the group, then the arguments. */
  static List<DataType> distinctKey(NamedAggregation aggregation) {
    List<DataType> types = new ArrayList<>();
    types.add(AtomicType.INT);
    for (Expression argument : aggregation.aggregation().arguments()) {
      types.add(CollationKeys.keyType(argument.type()));
    }
    return types;
  }
}
