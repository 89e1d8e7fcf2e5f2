package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.SortOrder;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.List;

/** The last steps of a query: DISTINCT and ORDER BY. */
final class Ordering {
  private final QueryAnalyzer query;
  private final SqlText text;

  Ordering(QueryAnalyzer query) {
    this.query = query;
    this.text = query.text();
  }

  Rel finish(SelectBody.Projection projection, boolean distinct, Query whole) {
    if (distinct) {
      Rel rows =
          new Rel.Project(projection.rows(), projection.columns(), query.origin(whole.offset()));
      Rel result = query.distinct(rows, whole.offset());
      return whole.orderBy().isEmpty() ? result : sortOutput(result, projection.lead(), whole);
    }
    if (whole.orderBy().isEmpty()) {
      return new Rel.Project(projection.rows(), projection.columns(), query.origin(whole.offset()));
    }
    return sorted(projection, whole);
  }

  private Rel sorted(SelectBody.Projection projection, Query whole) {
    int width = projection.columns().size();
    int lead = projection.lead();
    List<Syntax.OrderItem> items = orderItems(whole, width - lead);
    List<Syntax> keys = items.stream().map(Syntax.OrderItem::expression).toList();
    boolean queries = keys.stream().anyMatch(SyntaxWalk::hasSubquery);
    Rows rows = new Rows(projection.input(), projection.over().binder(projection.columns()));
    if (queries) {
      refuseWindows(keys);
      rows = rows.grown(projection.rows());
    }
    Subqueries.Joined joined = new Subqueries(query).join(rows, keys, Subqueries.Place.ORDER);
    Binder binder = joined.rows().binder();
    List<NamedExpression> columns = new ArrayList<>(projection.columns());
    List<SortOrder> orders = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      orders.add(order(items.get(i), joined.expressions().get(i), projection, binder, columns));
    }
    Rel projected =
        new Rel.Project(
            queries ? joined.rows().rel() : projection.rows(),
            columns,
            query.origin(whole.offset()));
    int sortedAt = whole.orderBy().get(0).expression().offset();
    Rel sorted = new Rel.Sort(projected, orders, query.origin(sortedAt));
    return columns.size() == width
        ? sorted
        : new Rel.Project(
            sorted,
            SelectAnalyzer.references(projected.schema().fields(), width),
            query.origin(whole.offset()));
  }

  private void refuseWindows(List<Syntax> keys) {
    for (Syntax key : keys) {
      if (Windows.isWindow(key) || SyntaxWalk.children(key).stream().anyMatch(Windows::isWindow)) {
        throw text.error(
            "NOT_IMPLEMENTED",
            key.offset(),
            "ORDER BY cannot hold queries and window functions at once",
            "select them under names, and order by those");
      }
    }
  }

  /** A key that is no column of the result becomes one more column. */
  private SortOrder order(
      Syntax.OrderItem item,
      Syntax written,
      SelectBody.Projection projection,
      Binder binder,
      List<NamedExpression> columns) {
    int lead = projection.lead();
    int place = place(item.expression(), projection.columns().size() - lead);
    if (place < 0) {
      place = columns.size();
      Expression bound = query.correlation().closed(() -> binder.bind(written));
      for (int i = lead; i < place; i++) {
        // The column itself, not one more of it: a random one would be another.
        place = columns.get(i).expression() == bound ? i : place;
      }
      if (place == columns.size()) {
        columns.add(new NamedExpression("", bound));
      }
    } else {
      place += lead;
    }
    Expression column = columns.get(place).expression();
    OperatorBinder.requireComparable(binder, column, item.expression(), true);
    return new SortOrder(
        new ColumnReference(place, columns.get(place).name(), column.type(), column.nullable()),
        item.ascending(),
        item.nullsFirst());
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

  /** Sorts by what the result shows only. {@code lead}: how many columns of a domain come first. */
  Rel sortOutput(Rel result, int lead, Query whole) {
    List<Field> fields = result.schema().fields();
    List<NamedExpression> columns = SelectAnalyzer.references(fields, fields.size());
    Scope names = QueryAnalyzer.names(result, lead, "");
    Windows windows = SelectBody.windows(query, names.size(), lead > 0);
    return sorted(
        new SelectBody.Projection(
            result,
            lead,
            columns,
            windows,
            made -> SelectBody.aliasFirst(query, names, made, windows)),
        whole);
  }
}
