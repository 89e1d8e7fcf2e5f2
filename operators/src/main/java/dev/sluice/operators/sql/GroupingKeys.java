package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.KeyTypes;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What GROUP BY names: expressions, aliases and places of the select list, or ALL. */
final class GroupingKeys {
  private final SqlText text;
  private final Binder rows;
  private final List<SelectAnalyzer.Item> items;
  private boolean starred;

  GroupingKeys(SqlText text, Binder rows, List<SelectAnalyzer.Item> items) {
    this.text = text;
    this.rows = rows;
    this.items = items;
  }

  void add(Query.Select select, Aggregates grouping) {
    starred = select.items().stream().anyMatch(i -> i instanceof Syntax.Star);
    if (select.groupBy().isEmpty()) {
      return;
    }
    Query.GroupBy groupBy = select.groupBy().get();
    if (groupBy.all() && !rows.scope().columns("all").isEmpty()) {
      key(new Syntax.Name(List.of("all"), groupBy.offset()), grouping);
      return;
    }
    if (groupBy.all()) {
      all(groupBy, grouping);
      return;
    }
    for (Syntax written : groupBy.keys()) {
      key(meant(written), grouping);
    }
    if (groupBy.sets().isPresent()) {
      List<List<Integer>> sets = new ArrayList<>();
      for (List<Syntax> set : groupBy.sets().get()) {
        List<Integer> indexes = new ArrayList<>();
        set.forEach(written -> indexes.add(key(meant(written), grouping)));
        sets.add(indexes);
      }
      grouping.sets(sets, rows, groupBy.offset());
    }
  }

  /** Every item without an aggregate is a key; one over a window counts as well. */
  private void all(Query.GroupBy groupBy, Aggregates grouping) {
    for (SelectAnalyzer.Item item : items) {
      Syntax syntax = operand(item.syntax());
      if (!Aggregates.containsAny(syntax, rows)) {
        key(syntax, grouping);
      }
    }
  }

  /** The number of the key, a new one if it is not there yet. */
  private int key(Syntax syntax, Aggregates grouping) {
    Expression bound = rows.bind(syntax);
    Optional<KeyTypes.Refusal> refusal = KeyTypes.grouping(bound.sql(), bound.type());
    if (refusal.isPresent()) {
      throw rows.error(refusal.get().condition(), syntax, refusal.get().fact(), null);
    }
    String name = DefaultNames.of(syntax).orElseGet(bound::sql);
    return grouping.key(new NamedExpression(name, bound), syntax, rows);
  }

  private static Syntax operand(Syntax syntax) {
    return syntax instanceof Syntax.Alias alias ? alias.operand() : syntax;
  }

  /**
   * A place or an alias stands for the item it points to; a column of the rows comes before an
   * alias.
   */
  private Syntax meant(Syntax written) {
    if (written instanceof Syntax.Constant c
        && c.type() == AtomicType.INT
        && c.value() instanceof Integer place) {
      if (starred) {
        throw rows.error(
            "STAR_GROUP_BY_POS",
            written,
            "GROUP BY " + place + " cannot point into a list with '*'",
            null);
      }
      if (place < 1 || place > items.size()) {
        throw rows.error(
            "GROUP_BY_POS_OUT_OF_RANGE",
            written,
            "GROUP BY " + place + " means an item by its place, of which there are " + items.size(),
            null);
      }
      Syntax item = operand(items.get(place - 1).syntax());
      if (Aggregates.contains(item, rows)) {
        throw rows.error(
            "GROUP_BY_POS_AGGREGATE",
            written,
            "GROUP BY " + place + " points to an aggregate",
            null);
      }
      return item;
    }
    if (Aggregates.contains(written, rows)) {
      throw rows.error(
          "GROUP_BY_AGGREGATE", written, "GROUP BY cannot use aggregate functions", null);
    }
    if (written instanceof Syntax.Name name && name.parts().size() == 1 && !rows.isColumn(name)) {
      for (SelectAnalyzer.Item item : items) {
        if (item.syntax() instanceof Syntax.Alias alias
            && alias.names().size() == 1
            && alias.names().get(0).equalsIgnoreCase(name.parts().get(0))) {
          if (Aggregates.contains(alias.operand(), rows)) {
            throw rows.error(
                "GROUP_BY_AGGREGATE", written, "GROUP BY cannot use aggregate functions", null);
          }
          return alias.operand();
        }
      }
      return generated(name);
    }
    return written;
  }

  /** The name that an item gives to its column without being told. */
  private Syntax generated(Syntax.Name name) {
    for (SelectAnalyzer.Item item : items) {
      Syntax syntax = item.syntax();
      if (syntax instanceof Syntax.Call
          && !Aggregates.contains(syntax, rows)
          && Generators.function(syntax, rows).isEmpty()
          && !Windows.isWindow(syntax)
          && rows.bind(syntax).sql().equalsIgnoreCase(name.parts().get(0))) {
        return syntax;
      }
    }
    return name;
  }
}
