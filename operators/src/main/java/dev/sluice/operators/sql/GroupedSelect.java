package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.QueryWalk;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxRewrite;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A SELECT over groups: GROUP BY, aggregate functions, HAVING. */
final class GroupedSelect {
  private final QueryAnalyzer query;
  private final SelectAnalyzer selects;
  private final SqlText text;

  GroupedSelect(QueryAnalyzer query) {
    this.query = query;
    this.selects = query.selects();
    this.text = query.text();
  }

  SelectBody.Projection plan(
      Query.Select select, Query whole, Relations.Named rows, List<SelectAnalyzer.Item> written) {
    refuseUnsupported(select, rows);
    boolean oneGroup = rows.dependent() && select.groupBy().isEmpty();
    Relations.Named from = oneGroup ? withEmptyGroups(rows) : rows;
    Below below = inWindows(below(select, whole, from, written));
    List<SelectAnalyzer.Item> items = below.items();
    Binder binder = below.rows().binder();
    Aggregates grouping = new Aggregates(binder.scope(), SelectBody.lead(query, from.dependent()));
    if (oneGroup) {
      grouping.onlyIf(present(from));
    }
    List<Syntax> others = new ArrayList<>();
    below.select().having().ifPresent(others::add);
    if (!whole.orderByAll()) {
      below.orderBy().forEach(others::add);
    }
    Correlation correlation = query.correlation();
    correlation.closed(() -> collect(below, others, grouping));
    items.forEach(i -> collectWithin(i.syntax(), grouping, binder));
    others.forEach(o -> collectWithin(o, grouping, binder));
    int place = select.groupBy().map(Query.GroupBy::offset).orElse(select.offset());
    Rel result = grouping.build(below.rows().rel(), query.scope(), query.origin(place));
    Subqueries.Joined joined =
        new Subqueries(query)
            .join(
                new Rows(result, selects.over(grouping, text)),
                items.stream().map(SelectAnalyzer.Item::syntax).toList(),
                Subqueries.Place.GROUPS);
    Subqueries.Joined made = generated(joined, grouping);
    List<NamedExpression> columns = SelectBody.lead(query, from.dependent());
    Windows windows =
        SelectBody.windows(query, made.rows().rel().schema().size(), from.dependent());
    List<SelectAnalyzer.Item> plain =
        made.expressions().stream().map(s -> new SelectAnalyzer.Item(s, text)).toList();
    columns.addAll(correlation.closed(() -> selects.afterGrouping(grouping, plain, windows)));
    windows.refuseSortByAggregate(whole, binder);
    Rows groups = made.rows();
    if (below.select().having().isPresent()) {
      groups = having(below.select().having().get(), groups, grouping, columns, windows);
    }
    Scope scope = groups.binder().scope();
    int lead = from.dependent() ? query.correlation().width() : 0;
    return new SelectBody.Projection(
        groups.rel(),
        lead,
        columns,
        windows,
        aliases -> overGroups(grouping, aliases, false, Optional.of(windows)).in(scope));
  }

  /** A generator over groups makes rows of each of them. */
  private Subqueries.Joined generated(Subqueries.Joined groups, Aggregates grouping) {
    Binder over = selects.over(grouping, text).in(groups.rows().binder().scope());
    Rows rows = groups.rows();
    List<Syntax> items = new ArrayList<>();
    boolean any = false;
    for (Syntax item : groups.expressions()) {
      Syntax call = item instanceof Syntax.Alias alias ? alias.operand() : item;
      if (Generators.function(call, over).isEmpty()) {
        items.add(item);
        continue;
      }
      if (any) {
        throw over.error(
            "UNSUPPORTED_GENERATOR.MULTI_GENERATOR",
            call,
            "a select list can hold one generator only",
            "generate in a query around");
      }
      any = true;
      List<String> names = item instanceof Syntax.Alias alias ? alias.names() : List.of();
      int first = rows.rel().schema().size();
      rows =
          rows.grown(
              Generators.generate(
                  rows.rel(), (Syntax.Call) call, false, names, over, query.origin()));
      List<Field> fields = rows.rel().schema().fields();
      for (int i = first; i < fields.size(); i++) {
        Field field = fields.get(i);
        Expression column = new ColumnReference(i, field.name(), field.type(), field.nullable());
        items.add(
            new Syntax.Alias(
                new Syntax.Bound(column, call.offset()), List.of(field.name()), call.offset()));
      }
    }
    return new Subqueries.Joined(rows, items);
  }

  private Rows having(
      Syntax having,
      Rows groups,
      Aggregates grouping,
      List<NamedExpression> columns,
      Windows windows) {
    boolean queries = SyntaxWalk.hasSubquery(having);
    // Columns of queries stand where those of window functions will, until they are dropped.
    List<NamedExpression> names =
        queries ? columns.stream().filter(c -> !windows.reads(c.expression())).toList() : columns;
    Binder over = overGroups(grouping, names, true, Optional.empty()).in(groups.binder().scope());
    Rows kept =
        new Conditions(query)
            .having(
                new Rows(groups.rel(), over),
                having,
                bound -> {
                  if (!queries) {
                    windows.refuseUse(bound, having, over);
                  }
                });
    int width = groups.rel().schema().size();
    Rel rel = kept.rel();
    if (rel.schema().size() > width) {
      rel =
          new Rel.Project(
              rel, SelectAnalyzer.references(rel.schema().fields(), width), query.origin());
    }
    return new Rows(rel, groups.binder());
  }

  private boolean collect(Below below, List<Syntax> others, Aggregates grouping) {
    Binder binder = below.rows().binder();
    new GroupingKeys(text, binder, below.items()).add(below.select(), grouping);
    SelectAnalyzer.tryAll(
        below.items(),
        item -> {
          grouping.collect(item.syntax(), binder);
          return Boolean.TRUE;
        });
    others.forEach(o -> grouping.collect(o, binder));
    return true;
  }

  private void refuseUnsupported(Query.Select select, Relations.Named from) {
    if (query.scope() == Rel.Aggregate.Scope.STREAM
        && Rel.streams(from.rel())
        && select.groupBy().flatMap(Query.GroupBy::sets).isPresent()) {
      throw text.error(
          "UNSUPPORTED_OPERATION",
          select.groupBy().get().offset(),
          "Grouping Sets is not supported on streaming DataFrames/Datasets",
          "group by the keys, and sum further up");
    }
  }

  /**
   * Without keys there is a group even of no rows, so every row of the domain must have one: those
   * without rows get one of nulls, which the aggregates pass over.
   */
  private Relations.Named withEmptyGroups(Relations.Named from) {
    Correlation correlation = query.correlation();
    List<NamedExpression> marked =
        SelectAnalyzer.references(from.rel().schema().fields(), from.rel().schema().size());
    marked.add(new NamedExpression("present", new Literal(AtomicType.BOOLEAN, true, "true")));
    Rel right = new Rel.Project(from.rel(), marked, query.origin());
    Rel domain = correlation.domain();
    int width = correlation.width();
    List<Expression> values = correlation.lead().stream().map(NamedExpression::expression).toList();
    Rel joined =
        new Rel.Join(
            domain,
            right,
            JoinType.LEFT_OUTER,
            Conditions.all(Correlation.sameValues(values, right, width, query.constant())),
            query.origin());
    List<Field> fields = joined.schema().fields();
    List<NamedExpression> columns = SelectAnalyzer.references(fields, fields.size());
    columns.subList(width, 2 * width).clear();
    Rel rel = new Rel.Project(joined, columns, query.origin());
    List<Scope.Entry> entries = new ArrayList<>();
    for (int i = 0; i < rel.schema().size(); i++) {
      Field field = rel.schema().field(i);
      if (i < from.names().size()) {
        Scope.Entry entry = from.names().entries().get(i);
        entries.add(
            new Scope.Entry(
                entry.table(), field.withName(entry.field().name()), false, entry.hidden()));
      } else {
        entries.add(new Scope.Entry("", field.withName(""), false, true));
      }
    }
    return new Relations.Named(rel, new Scope(entries), true);
  }

  private static Expression present(Relations.Named from) {
    int last = from.rel().schema().size() - 1;
    Expression mark = new ColumnReference(last, "present", AtomicType.BOOLEAN, true);
    return new NullTest(mark, NullTest.Kind.NULL, true, "(present IS NOT NULL)");
  }

  /** What is computed of the rows before they are grouped, without queries inside. */
  private record Below(
      Rows rows, Query.Select select, List<SelectAnalyzer.Item> items, List<Syntax> orderBy) {}

  /** Queries in keys and inside aggregate functions are joined to the rows. */
  private Below below(
      Query.Select select, Query whole, Relations.Named from, List<SelectAnalyzer.Item> items) {
    Binder binder = selects.binder(text, from.names());
    List<Syntax> orderBy = whole.orderBy().stream().map(Syntax.OrderItem::expression).toList();
    List<Syntax> early = new ArrayList<>();
    items.forEach(
        item -> {
          if (isKey(item.syntax(), select, binder, items)) {
            early.add(item.syntax());
          } else {
            inAggregates(item.syntax(), binder, early);
          }
        });
    select.having().ifPresent(h -> inAggregates(h, binder, early));
    orderBy.forEach(o -> inAggregates(o, binder, early));
    select.groupBy().ifPresent(g -> early.addAll(g.keys()));
    Subqueries.Joined joined =
        new Subqueries(query).join(new Rows(from.rel(), binder), early, Subqueries.Place.ROWS);
    Map<Syntax, Syntax> done = new IdentityHashMap<>();
    for (int i = 0; i < early.size(); i++) {
      done.put(early.get(i), joined.expressions().get(i));
    }
    SyntaxRewrite rewrite = new SyntaxRewrite(s -> Optional.ofNullable(done.get(s)));
    Query.Select rewritten =
        new Query.Select(
            select.items(),
            select.distinct(),
            select.from(),
            select.views(),
            select.where(),
            select
                .groupBy()
                .map(g -> new Query.GroupBy(rewrite.all(g.keys()), g.all(), g.sets(), g.offset())),
            select.having().map(rewrite::apply),
            select.offset());
    return new Below(
        joined.rows(),
        rewritten,
        items.stream()
            .map(i -> new SelectAnalyzer.Item(rewrite.apply(i.syntax()), i.text()))
            .toList(),
        rewrite.all(orderBy));
  }

  private Below inWindows(Below below) {
    List<Syntax> all = new ArrayList<>();
    below.items().forEach(item -> all.add(item.syntax()));
    below
        .select()
        .groupBy()
        .ifPresent(
            keys -> {
              all.addAll(keys.keys());
              keys.sets().ifPresent(sets -> sets.forEach(all::addAll));
            });
    below.select().having().ifPresent(all::add);
    all.addAll(below.orderBy());
    return new Below(
        SelectBody.timeWindows(query, below.rows(), all),
        below.select(),
        below.items(),
        below.orderBy());
  }

  private static void inAggregates(Syntax syntax, Binder binder, List<Syntax> into) {
    if (Aggregates.aggregate(syntax, binder).isPresent()) {
      into.add(syntax);
    } else {
      SyntaxWalk.children(syntax).forEach(child -> inAggregates(child, binder, into));
    }
  }

  /** Whether an item with a query inside is one of the keys: by ALL, place, name or text. */
  private static boolean isKey(
      Syntax item, Query.Select select, Binder binder, List<SelectAnalyzer.Item> items) {
    if (select.groupBy().isEmpty()
        || !SyntaxWalk.hasSubquery(item)
        || Aggregates.contains(item, binder)) {
      return false;
    }
    Query.GroupBy groupBy = select.groupBy().get();
    int place = 1;
    while (items.get(place - 1).syntax() != item) {
      place++;
    }
    Fingerprint fingerprint = new Fingerprint(n -> n.parts().toString());
    String own = fingerprint.of(item);
    for (Syntax key : groupBy.keys()) {
      boolean named =
          key instanceof Syntax.Name name
              && item instanceof Syntax.Alias alias
              && alias.names().get(0).equalsIgnoreCase(name.parts().get(0));
      boolean placed = key instanceof Syntax.Constant c && Integer.valueOf(place).equals(c.value());
      if (named || placed || fingerprint.of(key).equals(own)) {
        return true;
      }
    }
    return groupBy.all();
  }

  /**
   * Aggregate functions of these rows may stand in a query inside HAVING: they are collected
   * wherever they could be meant.
   */
  private static void collectWithin(Syntax syntax, Aggregates grouping, Binder rows) {
    List<Syntax.Subquery> found = new ArrayList<>();
    SyntaxWalk.subqueries(syntax, found);
    for (Syntax.Subquery subquery : found) {
      QueryWalk.expressions(subquery.query(), e -> collectAround(e, grouping, rows));
    }
  }

  private static void collectAround(Syntax syntax, Aggregates grouping, Binder rows) {
    List<Syntax.Name> names = new ArrayList<>();
    SyntaxWalk.names(syntax, names);
    if (Aggregates.aggregate(syntax, rows).isPresent()
        && !names.isEmpty()
        && names.stream().allMatch(rows::isColumn)
        && !SyntaxWalk.hasSubquery(syntax)) {
      try {
        grouping.collect(syntax, rows);
      } catch (AnalysisException | Reported e) {
        // Then it is the inner query's own, and checked there.
        return;
      }
    }
    SyntaxWalk.children(syntax).forEach(child -> collectAround(child, grouping, rows));
  }

  /**
   * HAVING takes a name for a key first; ORDER BY takes it for a column of the result, unless it is
   * indexed.
   */
  private Binder overGroups(
      Aggregates grouping,
      List<NamedExpression> aliases,
      boolean keysFirst,
      Optional<Windows> windows) {
    Binder rows = selects.binder(text, grouping.input());
    Binder plain = selects.over(grouping, text);
    return plain.knowing(
        (syntax, here) -> {
          if (windows.isPresent() && Windows.isWindow(syntax)) {
            return Optional.of(windows.get().column(syntax, plain));
          }
          if (syntax instanceof Syntax.Name name) {
            Optional<Expression> key =
                keysFirst ? key(grouping, name, here, rows) : Optional.empty();
            Optional<Expression> found =
                key.isPresent() ? key : SelectBody.alias(name, here, aliases);
            if (found.isPresent()) {
              return found;
            }
          }
          if (syntax instanceof Syntax.Item item && item.operand() instanceof Syntax.Name name) {
            Optional<Expression> key = key(grouping, name, here, rows);
            if (key.isPresent()) {
              return Optional.of(here.item(key.get(), here.bind(item.index()), item));
            }
          }
          return grouping.known(syntax, here, rows);
        });
  }

  private static Optional<Expression> key(
      Aggregates grouping, Syntax.Name name, Binder here, Binder rows) {
    try {
      return grouping.known(name, here, rows);
    } catch (AnalysisException e) {
      return Optional.empty();
    }
  }
}
