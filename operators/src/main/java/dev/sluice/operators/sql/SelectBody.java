package dev.sluice.operators.sql;

import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One SELECT with its FROM and WHERE, and the ORDER BY that may reach into it; groups are the
 * business of {@link GroupedSelect}.
 */
final class SelectBody {
  private final QueryAnalyzer query;
  private final SelectAnalyzer selects;
  private final SqlText text;
  private final Correlation correlation;

  SelectBody(QueryAnalyzer query) {
    this.query = query;
    this.selects = query.selects();
    this.text = query.text();
    this.correlation = query.correlation();
  }

  QueryAnalyzer.Planned plan(Query.Select select, Query whole) {
    correlation.enter(select);
    try {
      return planInside(select, whole);
    } finally {
      correlation.leave();
    }
  }

  private QueryAnalyzer.Planned planInside(Query.Select select, Query whole) {
    Relations.Named all = from(select);
    Optional<Relations.Named> some =
        select.where().isPresent()
            ? text.analyse(() -> where(all, select.where().get()))
            : Optional.of(all);
    // After a mistake in WHERE the rest is looked at all the same.
    QueryAnalyzer.Planned planned = planOver(some.orElse(all), select, whole);
    if (some.isEmpty()) {
      throw new Reported();
    }
    return planned;
  }

  /** After a mistake, all names that are no columns are told, wherever the planning stopped. */
  private QueryAnalyzer.Planned planOver(Relations.Named from, Query.Select select, Query whole) {
    try {
      return planSound(from, select, whole);
    } catch (AnalysisException e) {
      text.report(e);
      tellNames(from, select);
      throw new Reported();
    } catch (Reported e) {
      tellNames(from, select);
      throw e;
    }
  }

  private void tellNames(Relations.Named from, Query.Select select) {
    List<Syntax> all = new ArrayList<>(select.items());
    select.groupBy().ifPresent(group -> all.addAll(group.keys()));
    select.having().ifPresent(all::add);
    selects.tellFunctions(text, all);
    Set<String> bound = new HashSet<>();
    for (Syntax item : select.items()) {
      if (item instanceof Syntax.Alias alias) {
        alias.names().forEach(name -> bound.add(SelectAnalyzer.lower(name)));
      }
    }
    Binder binder = selects.binder(text, from.names());
    all.forEach(syntax -> tellNames(syntax, binder, bound));
  }

  private void tellNames(Syntax syntax, Binder binder, Set<String> bound) {
    if (syntax instanceof Syntax.Name name) {
      if (!bound.contains(SelectAnalyzer.lower(name.parts().get(0)))) {
        text.analyse(() -> binder.bind(name));
      }
      return;
    }
    Set<String> inside = bound;
    if (syntax instanceof Syntax.Lambda lambda) {
      inside = new HashSet<>(bound);
      for (String parameter : lambda.parameters()) {
        inside.add(SelectAnalyzer.lower(parameter));
      }
    }
    for (Syntax child : SyntaxWalk.children(syntax)) {
      tellNames(child, binder, inside);
    }
  }

  private QueryAnalyzer.Planned planSound(Relations.Named from, Query.Select select, Query whole) {
    Scope names = from.names();
    boolean allIsColumn = whole.orderByAll() && !names.columns("all").isEmpty();
    Query ordered = allIsColumn ? whole.withoutOrderByAll() : whole;
    List<SelectAnalyzer.Item> items = new ArrayList<>();
    select.items().forEach(i -> items.add(new SelectAnalyzer.Item(i, text)));
    List<SelectAnalyzer.Item> expanded = selects.expandStars(items, names);
    Binder rows = selects.binder(text, names);
    boolean grouped =
        select.groupBy().isPresent()
            || select.having().isPresent()
            || expanded.stream().anyMatch(i -> Aggregates.contains(i.syntax(), rows))
            || whole.orderBy().stream().anyMatch(o -> Aggregates.contains(o.expression(), rows));
    Projection projection =
        grouped
            ? new GroupedSelect(query).plan(select, ordered, from, expanded)
            : plain(from, ordered, expanded);
    Rel rel = new Ordering(query).finish(projection, select.distinct(), ordered);
    return new QueryAnalyzer.Planned(rel, from.dependent());
  }

  private Relations.Named from(Query.Select select) {
    Relations relations = new Relations(query);
    Relations.Named from = select.from().map(relations::plan).orElseGet(relations::oneRow);
    if (correlation.uses(select)) {
      from = correlation.attach(from, query.origin());
    }
    for (Query.LateralView view : select.views()) {
      from = relations.lateralView(from, view);
    }
    return from;
  }

  Relations.Named where(Relations.Named from, Syntax where) {
    Binder binder = selects.binder(text, from.names());
    if (Aggregates.contains(where, binder)) {
      throw binder.error(
          "INVALID_WHERE_CONDITION", where, "WHERE cannot use aggregate functions", "use HAVING");
    }
    Rows filtered = new Conditions(query).where(new Rows(from.rel(), binder), where);
    return new Relations.Named(filtered.rel(), filtered.binder().scope(), from.dependent());
  }

  /**
   * What is selected, over which rows, and how further expressions over the same rows are bound.
   * The domain of a dependent query comes first: {@code lead} columns.
   */
  record Projection(
      Rel input, int lead, List<NamedExpression> columns, Windows windows, BinderOver over) {
    /** The rows with what window functions add to them: asked for when all are bound. */
    Rel rows() {
      return windows.over(input);
    }
  }

  /** Binds what ORDER BY says, given the columns of the result. */
  @FunctionalInterface
  interface BinderOver {
    Binder binder(List<NamedExpression> columns);
  }

  private Projection plain(Relations.Named from, Query whole, List<SelectAnalyzer.Item> items) {
    Subqueries.Joined joined =
        new Subqueries(query)
            .join(
                new Rows(from.rel(), selects.binder(text, from.names())),
                items.stream().map(SelectAnalyzer.Item::syntax).toList(),
                Subqueries.Place.ROWS);
    List<SelectAnalyzer.Item> plain =
        joined.expressions().stream().map(s -> new SelectAnalyzer.Item(s, text)).toList();
    List<Syntax> all = new ArrayList<>(joined.expressions());
    whole.orderBy().forEach(order -> all.add(order.expression()));
    Rows rows = timeWindows(query, joined.rows(), all);
    SelectAnalyzer.Generated generated =
        new RandomColumns(selects, query.origin())
            .apart(selects.generate(rows.rel(), rows.binder().scope(), plain), whole.orderBy());
    Windows windows = windows(query, generated.names().size(), from.dependent());
    List<NamedExpression> columns = lead(query, from.dependent());
    int lead = columns.size();
    columns.addAll(selects.project(generated.items(), generated.names(), windows));
    return new Projection(
        generated.input(),
        lead,
        columns,
        windows,
        made -> aliasFirst(query, generated.names(), made, windows));
  }

  /** The columns of the domain, if there are any. */
  static List<NamedExpression> lead(QueryAnalyzer query, boolean dependent) {
    List<NamedExpression> lead = new ArrayList<>();
    if (dependent) {
      query.correlation().lead().forEach(c -> lead.add(new NamedExpression("", c.expression())));
    }
    return lead;
  }

  /** Rows put into windows of time, if one is called for. */
  static Rows timeWindows(QueryAnalyzer query, Rows rows, List<Syntax> all) {
    TimeWindowing.Assigned assigned =
        TimeWindowing.assign(rows.rel(), rows.binder().scope(), all, rows.binder(), query.origin());
    return new Rows(assigned.rel(), rows.binder().in(assigned.names()));
  }

  static Windows windows(QueryAnalyzer query, int width, boolean dependent) {
    List<Expression> lead =
        lead(query, dependent).stream().map(NamedExpression::expression).toList();
    return new Windows(width, lead, query.scope(), query.origin());
  }

  /** Names of the result come before those of the rows it is made of. */
  static Binder aliasFirst(
      QueryAnalyzer query, Scope names, List<NamedExpression> columns, Windows windows) {
    Binder rows = query.selects().binder(query.text(), names);
    return rows.knowing(
        (syntax, here) -> {
          if (Windows.isWindow(syntax)) {
            return Optional.of(windows.column(syntax, rows));
          }
          return syntax instanceof Syntax.Name name ? alias(name, here, columns) : Optional.empty();
        });
  }

  static Optional<Expression> alias(Syntax.Name name, Binder here, List<NamedExpression> aliases) {
    if (here.scope().lambda(name.parts().get(0)).isPresent()) {
      return Optional.empty();
    }
    List<NamedExpression> found =
        aliases.stream().filter(a -> a.name().equalsIgnoreCase(name.parts().get(0))).toList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (found.size() > 1 && name.parts().size() == 1 && !sameColumn(found)) {
      // Then the name means a column of the rows, if there is one.
      return Optional.empty();
    }
    try {
      return Optional.of(
          here.members(
              found.get(0).expression(), name.parts().subList(1, name.parts().size()), name));
    } catch (AnalysisException e) {
      // A table's name may look like a column's: t.a where the result has a column t.
      return Optional.empty();
    }
  }

  private static boolean sameColumn(List<NamedExpression> found) {
    return found.stream().allMatch(f -> f.expression().equals(found.get(0).expression()));
  }
}
