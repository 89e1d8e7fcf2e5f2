package dev.sluice.operators.plan;

import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Composed;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Logic;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Asks conditions below the {@link Rel.Watermark} nodes that they stand above, wherever the
 * optimizer of Spark does: a row that is sorted out does not move the watermark there, unless the
 * condition is about event time itself. What comes out of a plan stays the same, when it comes out
 * follows Spark (its rules {@code PushDownPredicates}, {@code InferFiltersFromConstraints} and
 * {@code EliminateOuterJoin}).
 */
public final class EarlyFilters {
  private final Map<Rel, Integer> uses = new IdentityHashMap<>();
  private final Map<Rel, Rel> rewritten = new IdentityHashMap<>();

  /** A condition over the rows of some node, and the step it is written in. */
  record Asked(Expression condition, Origin origin) {}

  private EarlyFilters() {}

  /** The same plans, which share what they shared before. */
  public static List<Rel> of(List<Rel> roots) {
    if (roots.stream().noneMatch(EarlyFilters::hasWatermark)) {
      return roots;
    }
    EarlyFilters self = new EarlyFilters();
    roots.forEach(self::count);
    return roots.stream().map(self::rewrite).toList();
  }

  private void count(Rel rel) {
    if (uses.merge(rel, 1, Integer::sum) == 1) {
      rel.inputs().forEach(this::count);
    }
  }

  static boolean hasWatermark(Rel rel) {
    if (rel instanceof Rel.Watermark && Rel.streams(rel)) {
      return true;
    }
    for (Rel input : rel.inputs()) {
      if (hasWatermark(input)) {
        return true;
      }
    }
    return false;
  }

  private Rel rewrite(Rel rel) {
    if (!hasWatermark(rel)) {
      return rel;
    }
    Rel known = rewritten.get(rel);
    if (known == null) {
      known = push(rel, List.of());
      rewritten.put(rel, known);
    }
    return known;
  }

  /** The rows of a node's input for which all is true. */
  Rel ask(Rel input, List<Asked> conditions) {
    if (conditions.isEmpty()) {
      return rewrite(input);
    }
    return uses.getOrDefault(input, 1) > 1 || !hasWatermark(input)
        ? filter(rewrite(input), conditions)
        : push(input, conditions);
  }

  /** One filter a step, in the order they are asked. */
  static Rel filter(Rel input, List<Asked> conditions) {
    Rel rel = input;
    int from = 0;
    while (from < conditions.size()) {
      Origin origin = conditions.get(from).origin();
      List<Expression> some = new ArrayList<>();
      while (from < conditions.size() && conditions.get(from).origin() == origin) {
        some.add(conditions.get(from++).condition());
      }
      rel = new Rel.Filter(rel, some.size() == 1 ? some.get(0) : new Logic(true, some), origin);
    }
    return rel;
  }

  private Rel push(Rel rel, List<Asked> conditions) {
    if (rel instanceof Rel.Filter node && node.condition().deterministic()) {
      List<Asked> all = new ArrayList<>();
      for (Expression conjunct : JoinCondition.conjuncts(node.condition())) {
        all.add(new Asked(conjunct, node.origin()));
      }
      all.addAll(conditions);
      return ask(node.input(), all);
    }
    if (rel instanceof Rel.Filter node) {
      return filter(
          new Rel.Filter(rewrite(node.input()), node.condition(), node.origin()), conditions);
    }
    if (rel instanceof Rel.Watermark node) {
      return split(
          conditions,
          asked -> !references(asked, node).get(node.column()),
          below ->
              new Rel.Watermark(
                  ask(node.input(), below), node.column(), node.delayMillis(), node.origin()));
    }
    if (rel instanceof Rel.Project node) {
      return project(node, conditions);
    }
    if (rel instanceof Rel.Generate node) {
      int width = node.input().schema().size();
      return split(
          conditions,
          asked -> references(asked, node).length() <= width,
          below ->
              new Rel.Generate(
                  ask(node.input(), below), node.generator(), node.names(), node.origin()));
    }
    if (rel instanceof Rel.Aggregate node) {
      return aggregate(node, conditions);
    }
    if (rel instanceof Rel.Sessions node) {
      BitSet keys = new BitSet();
      node.keys().stream()
          .map(NamedExpression::expression)
          .forEach(key -> addColumn(key, keys));
      keys.clear(node.column());
      return split(
          conditions,
          asked -> isWithin(references(asked, node), keys),
          below ->
              new Rel.Sessions(
                  ask(node.input(), below), node.keys(), node.column(), node.origin()));
    }
    if (rel instanceof Rel.Union node) {
      return split(
          conditions,
          asked -> true,
          below ->
              new Rel.Union(
                  node.inputs().stream().map(input -> ask(input, below)).toList(),
                  node.schema(),
                  node.origin()));
    }
    if (rel instanceof Rel.Join node) {
      return new EarlyJoinFilters(this, node, conditions).rewrite();
    }
    return filter(above(rel), conditions);
  }

  /** A node that no condition goes through. */
  private Rel above(Rel rel) {
    if (rel instanceof Rel.Deduplicate node) {
      return new Rel.Deduplicate(
          rewrite(node.input()), node.keys(), node.withinWatermark(), node.origin());
    }
    if (rel instanceof Rel.Sort node) {
      return new Rel.Sort(rewrite(node.input()), node.orders(), node.origin());
    }
    if (rel instanceof Rel.Limit node) {
      return new Rel.Limit(
          rewrite(node.input()), node.count(), node.skip(), node.perKeys(), node.origin());
    }
    // What is below stays as it is written.
    return rel;
  }

  /** What goes below and what stays above. */
  private static Rel split(
      List<Asked> conditions,
      Predicate<Asked> passes,
      java.util.function.Function<List<Asked>, Rel> node) {
    List<Asked> below = new ArrayList<>();
    List<Asked> above = new ArrayList<>();
    for (Asked asked : conditions) {
      (asked.condition().deterministic() && passes.test(asked) ? below : above).add(asked);
    }
    return filter(node.apply(below), above);
  }

  private Rel project(Rel.Project node, List<Asked> conditions) {
    boolean deterministic =
        node.expressions().stream().allMatch(e -> e.expression().deterministic());
    Map<Integer, Expression> made = new HashMap<>();
    for (int i = 0; i < node.expressions().size(); i++) {
      made.put(i, node.expressions().get(i).expression());
    }
    return split(
        conditions,
        asked -> deterministic,
        below ->
            new Rel.Project(
                ask(node.input(), composed(below, node, made)),
                node.expressions(),
                node.origin()));
  }

  private Rel aggregate(Rel.Aggregate node, List<Asked> conditions) {
    int keys = node.keys().size();
    Map<Integer, Expression> made = new HashMap<>();
    for (int i = 0; i < keys; i++) {
      made.put(i, node.keys().get(i).expression());
    }
    boolean deterministic = made.values().stream().allMatch(Expression::deterministic);
    return split(
        conditions,
        asked -> {
          BitSet columns = references(asked, node);
          return deterministic && !columns.isEmpty() && columns.length() <= keys;
        },
        below ->
            new Rel.Aggregate(
                ask(node.input(), composed(below, node, made)),
                node.keys(),
                node.aggregations(),
                node.scope(),
                node.origin()));
  }

  private static List<Asked> composed(
      List<Asked> conditions, Rel rows, Map<Integer, Expression> made) {
    return conditions.stream()
        .map(
            asked ->
                new Asked(
                    Composed.of(asked.condition(), rows.schema(), made), asked.origin()))
        .toList();
  }

  private static BitSet references(Asked asked, Rel rows) {
    BitSet columns = new BitSet();
    ColumnReference.collect(asked.condition(), rows.schema().size(), columns);
    return columns;
  }

  private static void addColumn(Expression expression, BitSet into) {
    if (expression instanceof ColumnReference column) {
      into.set(column.index());
    }
  }

  private static boolean isWithin(BitSet some, BitSet all) {
    BitSet rest = (BitSet) some.clone();
    rest.andNot(all);
    return rest.isEmpty() && !some.isEmpty();
  }
}
