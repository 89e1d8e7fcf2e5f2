package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.SortOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One SELECT with its FROM, WHERE, GROUP BY and HAVING, and the ORDER BY that may reach into it.
 */
final class SelectBody {
  private final QueryAnalyzer query;
  private final SelectAnalyzer selects;
  private final SqlText text;

  SelectBody(QueryAnalyzer query) {
    this.query = query;
    this.selects = query.selects();
    this.text = query.text();
  }

  Rel plan(Query.Select select, Query whole) {
    Relations relations = new Relations(query);
    Relations.Named from = select.from().map(relations::plan).orElseGet(relations::oneRow);
    for (Query.LateralView view : select.views()) {
      from = relations.lateralView(from, view);
    }
    if (select.where().isPresent()) {
      from = new Relations.Named(filter(from, select.where().get()), from.names());
    }
    Scope names = from.names();
    boolean allIsColumn = whole.orderByAll() && !names.columns("all").isEmpty();
    List<SelectAnalyzer.Item> items = new ArrayList<>();
    select.items().forEach(i -> items.add(new SelectAnalyzer.Item(i, text)));
    List<SelectAnalyzer.Item> expanded = selects.expandStars(items, names);
    from = windows(from, select, whole, expanded);
    Binder rows = selects.binder(text, from.names());
    boolean grouped =
        select.groupBy().isPresent()
            || select.having().isPresent()
            || expanded.stream().anyMatch(i -> Aggregates.contains(i.syntax(), rows))
            || whole.orderBy().stream().anyMatch(o -> Aggregates.contains(o.expression(), rows));
    Projection projection =
        grouped ? grouped(select, whole, from, expanded) : plain(from, expanded);
    return finish(projection, select.distinct(), allIsColumn ? whole.withoutOrderByAll() : whole);
  }

  private Relations.Named windows(
      Relations.Named from, Query.Select select, Query whole, List<SelectAnalyzer.Item> items) {
    List<Syntax> all = new ArrayList<>();
    items.forEach(item -> all.add(item.syntax()));
    select
        .groupBy()
        .ifPresent(
            keys -> {
              all.addAll(keys.keys());
              keys.sets().ifPresent(sets -> sets.forEach(all::addAll));
            });
    select.having().ifPresent(all::add);
    whole.orderBy().forEach(order -> all.add(order.expression()));
    Binder binder = selects.binder(text, from.names());
    TimeWindowing.Assigned assigned =
        TimeWindowing.assign(from.rel(), from.names(), all, binder, query.origin());
    return new Relations.Named(assigned.rel(), assigned.names());
  }

  private Rel filter(Relations.Named from, Syntax where) {
    Binder binder = selects.binder(text, from.names());
    if (Aggregates.contains(where, binder)) {
      throw binder.error(
          "INVALID_WHERE_CONDITION", where, "WHERE cannot use aggregate functions", "use HAVING");
    }
    Expression condition = binder.condition(binder.bind(where), where, "the condition of WHERE");
    return new Rel.Filter(from.rel(), condition, query.origin(where.offset()));
  }

  /**
   * What is selected, over which rows, and how further expressions over the same rows are bound.
   */
  private record Projection(
      Rel input, List<NamedExpression> columns, Windows windows, BinderOver over) {
    /** The rows with what window functions add to them: asked for when all are bound. */
    Rel rows() {
      return windows.over(input);
    }
  }

  @FunctionalInterface
  private interface BinderOver {
    Expression bind(Syntax syntax, List<NamedExpression> aliases);
  }

  private Projection plain(Relations.Named from, List<SelectAnalyzer.Item> items) {
    SelectAnalyzer.Generated generated = selects.generate(from.rel(), from.names(), items);
    Windows windows = new Windows(generated.names().size(), query.scope(), query.origin());
    List<NamedExpression> columns = selects.project(generated.items(), generated.names(), windows);
    return new Projection(
        generated.input(),
        columns,
        windows,
        (syntax, aliases) -> aliasFirst(generated.names(), aliases, windows).bind(syntax));
  }

  /** Names of the result come before those of the rows it is made of. */
  private Binder aliasFirst(Scope names, List<NamedExpression> aliases, Windows windows) {
    Binder rows = selects.binder(text, names);
    return new Binder(
        text,
        rows.session(),
        rows.functions(),
        names,
        (syntax, here) -> {
          if (Windows.isWindow(syntax)) {
            return Optional.of(windows.column(syntax, rows));
          }
          return syntax instanceof Syntax.Name name ? alias(name, here, aliases) : Optional.empty();
        });
  }

  private Optional<Expression> alias(Syntax.Name name, Binder here, List<NamedExpression> aliases) {
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

  private Projection grouped(
      Query.Select select, Query whole, Relations.Named from, List<SelectAnalyzer.Item> items) {
    Binder rows = selects.binder(text, from.names());
    for (SelectAnalyzer.Item item : items) {
      Syntax operand =
          item.syntax() instanceof Syntax.Alias alias ? alias.operand() : item.syntax();
      if (Generators.function(operand, rows).isPresent()) {
        throw rows.error(
            "NOT_IMPLEMENTED",
            operand,
            "a generator beside aggregates is not supported",
            "generate in a subquery");
      }
    }
    Aggregates grouping = new Aggregates(from.names());
    if (query.scope() == Rel.Aggregate.Scope.STREAM
        && Rel.streams(from.rel())
        && select.groupBy().flatMap(Query.GroupBy::sets).isPresent()) {
      throw text.error(
          "NOT_IMPLEMENTED",
          select.groupBy().get().offset(),
          "GROUPING SETS, CUBE and ROLLUP are not supported over a stream",
          "group by the keys, and sum further up");
    }
    new GroupingKeys(text, rows, items).add(select, grouping);
    SelectAnalyzer.tryAll(
        items,
        item -> {
          grouping.collect(item.syntax(), rows);
          return Boolean.TRUE;
        });
    select.having().ifPresent(h -> grouping.collect(h, rows));
    if (!whole.orderByAll()) {
      whole.orderBy().forEach(o -> grouping.collect(o.expression(), rows));
    }
    int place = select.groupBy().map(Query.GroupBy::offset).orElse(select.offset());
    Rel result = grouping.build(from.rel(), query.scope(), query.origin(place));
    Windows windows = new Windows(grouping.output().size(), query.scope(), query.origin());
    List<NamedExpression> columns = selects.afterGrouping(grouping, items, windows);
    windows.refuseSortByAggregate(whole, rows);
    BinderOver over =
        (syntax, aliases) ->
            overGroups(grouping, aliases, false, Optional.of(windows)).bind(syntax);
    if (select.having().isPresent()) {
      Syntax having = select.having().get();
      Expression bound = overGroups(grouping, columns, true, Optional.empty()).bind(having);
      windows.refuseUse(bound, having, rows);
      // Spark reads numbers as conditions here, and only here.
      Expression condition =
          Casts.isNumeric(bound.type())
              ? Cast.explicit(bound, AtomicType.BOOLEAN, false, rows.session())
              : rows.condition(bound, having, "the condition of HAVING");
      result = new Rel.Filter(result, condition, query.origin(having.offset()));
    }
    return new Projection(result, columns, windows, over);
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
    Binder plain = selects.over(grouping, text);
    Binder rows = selects.binder(text, grouping.input());
    return new Binder(
        text,
        plain.session(),
        plain.functions(),
        grouping.output(),
        (syntax, here) -> {
          if (windows.isPresent() && Windows.isWindow(syntax)) {
            return Optional.of(windows.get().column(syntax, plain));
          }
          if (syntax instanceof Syntax.Name name) {
            Optional<Expression> key =
                keysFirst ? key(grouping, name, here, rows) : Optional.empty();
            Optional<Expression> found = key.isPresent() ? key : alias(name, here, aliases);
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

  private Rel finish(Projection projection, boolean distinct, Query whole) {
    if (distinct) {
      Rel rows =
          new Rel.Project(projection.rows(), projection.columns(), query.origin(whole.offset()));
      Rel result = query.distinct(rows, whole.offset());
      return whole.orderBy().isEmpty() ? result : sortOutput(query, result, whole);
    }
    if (whole.orderBy().isEmpty()) {
      return new Rel.Project(projection.rows(), projection.columns(), query.origin(whole.offset()));
    }
    int width = projection.columns().size();
    List<NamedExpression> columns = new ArrayList<>(projection.columns());
    List<SortOrder> orders = new ArrayList<>();
    for (Syntax.OrderItem item : orderItems(whole, width)) {
      int place = place(item.expression(), width);
      if (place < 0) {
        place = columns.size();
        Expression bound = projection.over().bind(item.expression(), projection.columns());
        columns.add(new NamedExpression("", bound));
      }
      Expression column = columns.get(place).expression();
      OperatorBinder.requireComparable(
          selects.binder(text, new Scope(List.of())), column, item.expression(), true);
      orders.add(
          new SortOrder(
              new ColumnReference(
                  place, columns.get(place).name(), column.type(), column.nullable()),
              item.ascending(),
              item.nullsFirst()));
    }
    Rel projected = new Rel.Project(projection.rows(), columns, query.origin(whole.offset()));
    int sortedAt = whole.orderBy().get(0).expression().offset();
    Rel sorted = new Rel.Sort(projected, orders, query.origin(sortedAt));
    return columns.size() == width
        ? sorted
        : new Rel.Project(
            sorted,
            SelectAnalyzer.references(projected.schema().fields(), width),
            query.origin(whole.offset()));
  }

  private static List<Syntax.OrderItem> orderItems(Query whole, int width) {
    if (!whole.orderByAll()) {
      return whole.orderBy();
    }
    Syntax.OrderItem all = whole.orderBy().get(0);
    List<Syntax.OrderItem> items = new ArrayList<>();
    for (int i = 1; i <= width; i++) {
      Syntax place =
          new Syntax.Constant(AtomicType.INT, i, String.valueOf(i), all.expression().offset());
      items.add(new Syntax.OrderItem(place, all.ascending(), all.nullsFirst()));
    }
    return items;
  }

  /** {@code ORDER BY 2} means the second column. */
  private int place(Syntax syntax, int width) {
    if (syntax instanceof Syntax.Constant c
        && c.type() == AtomicType.INT
        && c.value() instanceof Integer place) {
      if (place < 1 || place > width) {
        throw text.error(
            "ORDER_BY_POS_OUT_OF_RANGE",
            syntax.offset(),
            "ORDER BY " + place + " means a column by its place, of which there are " + width,
            null);
      }
      return place - 1;
    }
    return -1;
  }

  /** Sorts by what the result shows only. */
  static Rel sortOutput(QueryAnalyzer query, Rel result, Query whole) {
    SelectBody body = new SelectBody(query);
    List<Field> fields = result.schema().fields();
    List<NamedExpression> columns = SelectAnalyzer.references(fields, fields.size());
    Scope names = Scope.of(result.schema());
    Windows windows = new Windows(names.size(), query.scope(), query.origin());
    Projection projection =
        new Projection(
            result,
            columns,
            windows,
            (syntax, aliases) -> body.aliasFirst(names, aliases, windows).bind(syntax));
    return body.finish(projection, false, whole);
  }
}
