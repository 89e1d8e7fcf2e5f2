package dev.sluice.operators.optimizer;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Composed;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.function.EventTimeCarrier;
import dev.sluice.operators.optimizer.EarlyFilters.Asked;
import dev.sluice.operators.plan.JoinCondition;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Takes conditions that stand above a node as far down as each can go. */
record EarlyFilter(EarlyFilters filters, List<Asked> conditions) implements Rel.Visitor<Rel> {
  @Override
  public Rel read(Rel.Read node) {
    return above(node);
  }

  @Override
  public Rel values(Rel.Values node) {
    return above(node);
  }

  @Override
  public Rel filter(Rel.Filter node) {
    if (!node.condition().deterministic()) {
      return above(new Rel.Filter(filters.rewrite(node.input()), node.condition(), node.origin()));
    }
    List<Asked> all = new ArrayList<>();
    for (Expression conjunct : JoinCondition.conjuncts(node.condition())) {
      all.add(new Asked(conjunct, node.origin()));
    }
    all.addAll(conditions);
    return filters.ask(node.input(), all);
  }

  @Override
  public Rel project(Rel.Project node) {
    Map<Integer, Expression> made = made(node.expressions());
    boolean deterministic = made.values().stream().allMatch(Expression::deterministic);
    return split(
        asked -> deterministic,
        below ->
            new Rel.Project(
                filters.ask(node.input(), composed(below, node, made)),
                node.expressions(),
                node.origin()));
  }

  @Override
  public Rel generate(Rel.Generate node) {
    int width = node.input().schema().size();
    return split(
        asked -> references(asked, node).length() <= width,
        below -> {
          List<Asked> all = new ArrayList<>(timed(node));
          all.addAll(filled(node));
          all.addAll(below);
          return new Rel.Generate(
              filters.ask(node.input(), all), node.generator(), node.names(), node.origin());
        });
  }

  /**
   * A row without a time is in no window, which is worth asking earlier where rows come out of an
   * outer join.
   */
  private static List<Asked> timed(Rel.Generate node) {
    Optional<Expression> time =
        node.generator() instanceof EventTimeCarrier carrier
            ? carrier.eventTime()
            : Optional.empty();
    if (time.isEmpty() || !time.get().deterministic() || !hasOuterJoin(node.input())) {
      return List.of();
    }
    String sql = "(" + time.get().sql() + " IS NOT NULL)";
    return List.of(
        new Asked(new NullTest(time.get(), NullTest.Kind.NULL, true, sql), node.origin()));
  }

  /**
   * A column without elements gives no row, which Spark asks before (its rule {@code
   * InferFiltersFromGenerate}): of a column as it is, not of what is computed.
   */
  private static List<Asked> filled(Rel.Generate node) {
    List<Expression> arguments = node.generator().arguments();
    if (node.generator().outer()
        || arguments.size() != 1
        || !(arguments.get(0) instanceof ColumnReference column)
        || !(column.type() instanceof ArrayType || column.type() instanceof MapType)
        || !EarlyFilters.hasWatermark(node.input())) {
      return List.of();
    }
    return List.of(new Asked(new HasElements(column), node.origin()));
  }

  private static boolean hasOuterJoin(Rel rel) {
    if (!EarlyFilters.hasWatermark(rel)) {
      return false;
    }
    return rel instanceof Rel.Join join && (join.type().keepsLeft() || join.type().keepsRight())
        || rel.inputs().stream().anyMatch(EarlyFilter::hasOuterJoin);
  }

  /** What is asked of keys only drops whole groups. */
  @Override
  public Rel aggregate(Rel.Aggregate node) {
    int keys = node.keys().size();
    Map<Integer, Expression> made = made(node.keys());
    boolean deterministic = made.values().stream().allMatch(Expression::deterministic);
    return split(
        asked -> {
          BitSet columns = references(asked, node);
          return deterministic && !columns.isEmpty() && columns.length() <= keys;
        },
        below ->
            new Rel.Aggregate(
                filters.ask(node.input(), composed(below, node, made)),
                node.keys(),
                node.aggregations(),
                node.scope(),
                node.origin()));
  }

  @Override
  public Rel union(Rel.Union node) {
    return split(
        asked -> true,
        below ->
            new Rel.Union(
                node.inputs().stream().map(input -> filters.ask(input, below)).toList(),
                node.schema(),
                node.origin()));
  }

  @Override
  public Rel join(Rel.Join node) {
    return new EarlyJoinFilters(filters, node, conditions).rewrite();
  }

  @Override
  public Rel sessions(Rel.Sessions node) {
    BitSet keys = new BitSet();
    for (NamedExpression key : node.keys()) {
      if (key.expression() instanceof ColumnReference column && column.index() != node.column()) {
        keys.set(column.index());
      }
    }
    return split(
        asked -> {
          BitSet columns = references(asked, node);
          BitSet others = (BitSet) columns.clone();
          others.andNot(keys);
          return others.isEmpty() && !columns.isEmpty();
        },
        below ->
            new Rel.Sessions(
                filters.ask(node.input(), below), node.keys(), node.column(), node.origin()));
  }

  /** What is asked of event time itself stays above: such rows do move the watermark. */
  @Override
  public Rel watermark(Rel.Watermark node) {
    return split(
        asked -> !references(asked, node).get(node.column()),
        below ->
            new Rel.Watermark(
                filters.ask(node.input(), below),
                node.column(),
                node.delayMillis(),
                node.origin()));
  }

  @Override
  public Rel deduplicate(Rel.Deduplicate node) {
    return above(
        new Rel.Deduplicate(
            filters.rewrite(node.input()), node.keys(), node.withinWatermark(), node.origin()));
  }

  @Override
  public Rel sort(Rel.Sort node) {
    return above(new Rel.Sort(filters.rewrite(node.input()), node.orders(), node.origin()));
  }

  @Override
  public Rel limit(Rel.Limit node) {
    return above(
        new Rel.Limit(
            filters.rewrite(node.input()),
            node.count(),
            node.skip(),
            node.perKeys(),
            node.origin()));
  }

  @Override
  public Rel window(Rel.Window node) {
    return above(
        new Rel.Window(
            filters.rewrite(node.input()),
            node.partition(),
            node.order(),
            node.functions(),
            node.scope(),
            node.origin()));
  }

  @Override
  public Rel transformWithState(Rel.TransformWithState node) {
    return above(
        new Rel.TransformWithState(
            filters.rewrite(node.input()),
            node.initial().map(filters::rewrite),
            node.program(),
            node.origin()));
  }

  private Rel above(Rel node) {
    return EarlyFilters.filter(node, conditions);
  }

  /** The node with what goes below it, and the rest above. */
  private Rel split(Predicate<Asked> passes, Function<List<Asked>, Rel> node) {
    List<Asked> below = new ArrayList<>();
    List<Asked> rest = new ArrayList<>();
    for (Asked asked : conditions) {
      (asked.condition().deterministic() && passes.test(asked) ? below : rest).add(asked);
    }
    return EarlyFilters.filter(node.apply(below), rest);
  }

  private static Map<Integer, Expression> made(List<NamedExpression> columns) {
    Map<Integer, Expression> made = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      made.put(i, columns.get(i).expression());
    }
    return made;
  }

  private static List<Asked> composed(
      List<Asked> conditions, Rel rows, Map<Integer, Expression> made) {
    return conditions.stream()
        .map(
            asked -> new Asked(Composed.of(asked.condition(), rows.schema(), made), asked.origin()))
        .toList();
  }

  private static BitSet references(Asked asked, Rel rows) {
    BitSet columns = new BitSet();
    ColumnReference.collect(asked.condition(), rows.schema().size(), columns);
    return columns;
  }
}
