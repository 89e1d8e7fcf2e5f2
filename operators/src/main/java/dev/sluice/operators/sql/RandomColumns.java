package dev.sluice.operators.sql;

import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Select items that are random and whose names other items or ORDER BY use: they are computed once,
 * in a step of their own, so that the name means the same number everywhere.
 */
final class RandomColumns {
  private final SelectAnalyzer selects;
  private final Origin origin;

  RandomColumns(SelectAnalyzer selects, Origin origin) {
    this.selects = selects;
    this.origin = origin;
  }

  SelectAnalyzer.Generated apart(SelectAnalyzer.Generated given, List<Syntax.OrderItem> orderBy) {
    List<SelectAnalyzer.Item> items = new ArrayList<>(given.items());
    List<NamedExpression> columns = new ArrayList<>();
    List<Scope.Entry> entries = new ArrayList<>(given.names().entries());
    for (int i = 0; i < items.size(); i++) {
      SelectAnalyzer.Item item = items.get(i);
      if (!(item.syntax() instanceof Syntax.Alias alias)
          || !Moments.isRandom(alias)
          || hasWindow(alias)
          || !used(alias.names().get(0), items, i, orderBy)) {
        continue;
      }
      Binder binder = selects.binder(item.text(), given.names());
      NamedExpression made = SelectAnalyzer.named(alias, binder);
      Syntax place = new Syntax.Position(entries.size(), made.name(), alias.offset());
      items.set(
          i,
          new SelectAnalyzer.Item(
              new Syntax.Alias(place, alias.names(), alias.offset()), item.text()));
      columns.add(made);
      entries.add(new Scope.Entry("", made.field().withName(""), false, true));
    }
    if (columns.isEmpty()) {
      return given;
    }
    int width = given.names().size();
    List<NamedExpression> all = SelectAnalyzer.references(given.input().schema().fields(), width);
    all.addAll(columns);
    return new SelectAnalyzer.Generated(
        new Rel.Project(given.input(), all, origin), new Scope(entries), items);
  }

  private static boolean hasWindow(Syntax syntax) {
    return Windows.isWindow(syntax)
        || SyntaxWalk.children(syntax).stream().anyMatch(RandomColumns::hasWindow);
  }

  private static boolean used(
      String name, List<SelectAnalyzer.Item> items, int but, List<Syntax.OrderItem> orderBy) {
    List<Syntax.Name> names = new ArrayList<>();
    for (int i = but + 1; i < items.size(); i++) {
      SyntaxWalk.names(items.get(i).syntax(), names);
    }
    orderBy.forEach(order -> SyntaxWalk.names(order.expression(), names));
    Set<String> used = new HashSet<>();
    names.forEach(n -> used.add(n.parts().get(0).toLowerCase(Locale.ROOT)));
    return used.contains(name.toLowerCase(Locale.ROOT));
  }
}
