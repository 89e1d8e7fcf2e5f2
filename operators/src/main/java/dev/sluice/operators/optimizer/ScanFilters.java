package dev.sluice.operators.optimizer;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.InList;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.Not;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The conditions that a source may use to skip rows: those of the filters that stand directly above
 * its only use, as far as they compare columns with constants.
 */
public final class ScanFilters {
  private final int[] places;
  private final Schema schema;

  private ScanFilters(BitSet needed, Schema full) {
    this.schema = full.select(needed.stream().toArray()).uncovered();
    this.places = new int[full.size()];
    int next = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = needed.get(i) ? next++ : -1;
    }
  }

  /**
   * @param plan all nodes
   * @param needed the columns of the source that are read
   * @return conditions over those columns only
   */
  public static List<Expression> of(
      String source, List<Rel> plan, List<Rel> roots, BitSet needed, Schema full) {
    List<Rel> reads =
        plan.stream()
            .filter(rel -> rel instanceof Rel.Read read && read.source().equals(source))
            .toList();
    List<Expression> filters = new ArrayList<>();
    if (reads.size() != 1) {
      return filters;
    }
    ScanFilters rebinding = new ScanFilters(needed, full);
    Rel rel = reads.get(0);
    while (true) {
      Rel current = rel;
      List<Rel> users =
          plan.stream().filter(r -> r.inputs().stream().anyMatch(i -> i == current)).toList();
      boolean alone = users.size() == 1 && roots.stream().noneMatch(root -> root == current);
      if (!alone || !(users.get(0) instanceof Rel.Filter filter)) {
        return filters;
      }
      rebinding.conjuncts(filter.condition(), filters);
      rel = filter;
    }
  }

  private void conjuncts(Expression condition, List<Expression> into) {
    if (condition instanceof Logic logic && logic.and()) {
      logic.children().forEach(child -> conjuncts(child, into));
    } else {
      rebound(condition).ifPresent(into::add);
    }
  }

  /** The condition over the columns that are read; nothing if it is more than a comparison. */
  private Optional<Expression> rebound(Expression expression) {
    if (expression instanceof ColumnReference column) {
      int place = places[column.index()];
      return place < 0
          ? Optional.empty()
          : Optional.of(
              new ColumnReference(
                  place, schema.field(place).name(), column.type(), column.nullable()));
    }
    if (expression.children().isEmpty() && expression.foldable()) {
      return Optional.of(expression);
    }
    List<Expression> children = new ArrayList<>();
    for (Expression child : expression.children()) {
      Optional<Expression> rebound = rebound(child);
      if (rebound.isEmpty()) {
        return Optional.empty();
      }
      children.add(rebound.get());
    }
    if (expression instanceof Comparison comparison) {
      return Optional.of(new Comparison(comparison.operator(), children.get(0), children.get(1)));
    }
    if (expression instanceof InList) {
      return Optional.of(new InList(children.get(0), children.subList(1, children.size())));
    }
    if (expression instanceof NullTest test) {
      return Optional.of(new NullTest(children.get(0), test.kind(), test.not(), test.sql()));
    }
    if (expression instanceof Not) {
      return Optional.of(new Not(children.get(0)));
    }
    if (expression instanceof Logic logic) {
      return Optional.of(new Logic(logic.and(), children));
    }
    return Optional.empty();
  }
}
