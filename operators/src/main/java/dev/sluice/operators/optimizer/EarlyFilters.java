package dev.sluice.operators.optimizer;

import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
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
  /**
   * A plan is rewritten so often at most; each time what is shared may learn more of its readers.
   */
  private static final int MOST_ROUNDS = 8;

  private final Map<Rel, Integer> uses;
  private final Map<Rel, Rel> rewritten = new IdentityHashMap<>();
  // What readers ask of a node that several read, reader by reader, in this round.
  private final Map<Rel, List<List<Asked>>> readers = new IdentityHashMap<>();
  // What all of them asked in the round before.
  private final Map<Rel, List<Asked>> common;

  /** A condition over the rows of some node, and the step it is written in. */
  record Asked(Expression condition, Origin origin) {}

  private EarlyFilters(Map<Rel, Integer> uses, Map<Rel, List<Asked>> common) {
    this.uses = uses;
    this.common = common;
  }

  /**
   * The same plans, which share what they shared before. Of what several read, a row counts for the
   * watermark if any of them takes it: Spark makes a copy of it for each, and takes the latest time
   * that one of the copies has seen.
   */
  public static List<Rel> of(List<Rel> roots) {
    if (roots.stream().noneMatch(EarlyFilters::hasWatermark)) {
      return roots;
    }
    Map<Rel, Integer> uses = new IdentityHashMap<>();
    roots.forEach(root -> count(root, uses));
    Map<Rel, List<Asked>> common = new IdentityHashMap<>();
    for (int round = 1; ; round++) {
      EarlyFilters self = new EarlyFilters(uses, common);
      List<Rel> result = roots.stream().map(self::rewrite).toList();
      Map<Rel, List<Asked>> learned = self.learned();
      if (round == MOST_ROUNDS || learned.size() == common.size()) {
        return result;
      }
      common = learned;
    }
  }

  private Map<Rel, List<Asked>> learned() {
    Map<Rel, List<Asked>> learned = new IdentityHashMap<>();
    readers.forEach(
        (rel, asked) -> {
          if (asked.size() == uses.getOrDefault(rel, 1)) {
            List<Asked> any = SharedFilters.any(rel, asked);
            if (!any.isEmpty()) {
              learned.put(rel, any);
            }
          }
        });
    return learned;
  }

  private static void count(Rel rel, Map<Rel, Integer> uses) {
    if (uses.merge(rel, 1, Integer::sum) == 1) {
      rel.inputs().forEach(input -> count(input, uses));
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
      known = push(rel, common.getOrDefault(rel, List.of()));
      rewritten.put(rel, known);
    }
    return known;
  }

  /** The rows of a node's input for which all is true. */
  Rel ask(Rel input, List<Asked> conditions) {
    if (conditions.isEmpty()) {
      return rewrite(input);
    }
    if (uses.getOrDefault(input, 1) == 1 && hasWatermark(input)) {
      return push(input, conditions);
    }
    readers.computeIfAbsent(input, rel -> new ArrayList<>()).add(conditions);
    return filter(rewrite(input), conditions);
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
