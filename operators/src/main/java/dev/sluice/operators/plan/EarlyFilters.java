package dev.sluice.operators.plan;

import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Logic;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

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

  Rel rewrite(Rel rel) {
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
    return rel.accept(new EarlyFilter(this, conditions));
  }
}
