package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Joins of two relations. After USING and NATURAL the columns joined by come first and once, as
 * Spark has it; those of the other side can still be had under their table's name.
 */
final class Joins {
  static final Expression ALWAYS = new Literal(AtomicType.BOOLEAN, true, "true");

  private final QueryAnalyzer query;
  private final SqlText text;

  Joins(QueryAnalyzer query) {
    this.query = query;
    this.text = query.text();
  }

  /** Queries in the condition are asked of the pairs that the rest of it gives. */
  Relations.Named join(Query.Join join, Relations.Named left, Relations.Named right) {
    if (join.on().isEmpty() || !SyntaxWalk.hasSubquery(join.on().get())) {
      return plainly(join, left, right);
    }
    Syntax on = join.on().get();
    if (join.type() != JoinType.INNER && join.type() != JoinType.CROSS) {
      throw text.error(
          "NOT_IMPLEMENTED",
          on.offset(),
          "the condition of an outer join cannot hold queries",
          "join a query that has their result as a column");
    }
    List<Syntax> parts =
        on instanceof Syntax.Logical logical && logical.and() ? logical.operands() : List.of(on);
    List<Syntax> plain = parts.stream().filter(p -> !SyntaxWalk.hasSubquery(p)).toList();
    List<Syntax> queries = parts.stream().filter(SyntaxWalk::hasSubquery).toList();
    query.correlation().enter(on);
    Relations.Named joined =
        plainly(
            join.on(plain.isEmpty() ? Optional.empty() : Optional.of(all(plain, on))), left, right);
    if (query.correlation().uses(on)) {
      joined = query.correlation().attach(joined, query.origin());
    }
    joined = new SelectBody(query).where(joined, all(queries, on));
    query.correlation().leave();
    return joined;
  }

  private static Syntax all(List<Syntax> parts, Syntax whole) {
    return parts.size() == 1 ? parts.get(0) : new Syntax.Logical(true, parts, whole.offset());
  }

  private Relations.Named plainly(Query.Join join, Relations.Named a, Relations.Named b) {
    Relations.Named left = a;
    Relations.Named right = b;
    Correlation correlation = query.correlation();
    boolean conditionDepends = join.on().isPresent() && correlation.uses(join.on().get());
    boolean swappable =
        (join.type() == JoinType.INNER || join.type() == JoinType.CROSS)
            && join.using().isEmpty()
            && !join.natural();
    if (!left.dependent() && (conditionDepends || right.dependent() && !swappable)) {
      left = correlation.attach(left, query.origin());
    }
    if (left.dependent() && !right.dependent() && join.type().keepsRight()) {
      right = correlation.attach(right, query.origin());
    }
    if (!left.dependent() && right.dependent()) {
      return domainFirst(plain(join, left, right), left.names().size());
    }
    return plain(join, left, right);
  }

  /** Where only the right side depends, its domain moves to the front. */
  private Relations.Named domainFirst(Relations.Named joined, int at) {
    List<NamedExpression> columns = new ArrayList<>();
    List<Scope.Entry> entries = new ArrayList<>();
    int width = query.correlation().width();
    List<Scope.Entry> all = joined.names().entries();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      order.add(at + i);
    }
    for (int i = 0; i < all.size(); i++) {
      if (i < at || i >= at + width) {
        order.add(i);
      }
    }
    for (int i : order) {
      keep(i, joined.names(), null, columns, entries);
    }
    return new Relations.Named(
        new Rel.Project(joined.rel(), columns, query.origin()), new Scope(entries), true);
  }

  private Relations.Named plain(Query.Join join, Relations.Named left, Relations.Named right) {
    Scope both = left.names().plus(right.names());
    List<Expression> conditions = new ArrayList<>();
    int lead = 0;
    if (left.dependent() && right.dependent()) {
      lead = query.correlation().width();
      List<Expression> values =
          query.correlation().lead().stream().map(NamedExpression::expression).toList();
      conditions.addAll(
          Correlation.sameValues(values, right.rel(), left.names().size(), query.constant()));
    } else if (left.dependent()) {
      lead = query.correlation().width();
    }
    if (join.natural() || !join.using().isEmpty()) {
      return byNames(join, left, right, both, conditions, lead);
    }
    if (join.on().isPresent()) {
      query.correlation().enter(join.on().get());
      conditions.add(condition(join.on().get(), both, join.offset()));
      query.correlation().leave();
    }
    Rel.Join rel =
        new Rel.Join(left.rel(), right.rel(), join.type(), all(conditions), query.origin());
    Relations.Named joined =
        new Relations.Named(
            rel, under(rel, join.type().givesRight() ? both : left.names()), left.dependent());
    return join.type().keepsRight() && lead > 0
        ? eitherDomain(joined, left.names().size(), lead)
        : joined;
  }

  private static Expression all(List<Expression> conditions) {
    return conditions.isEmpty() ? ALWAYS : Conditions.all(conditions);
  }

  /** Right rows without a match bring their own values of the domain. */
  private Relations.Named eitherDomain(Relations.Named joined, int right, int lead) {
    Binder binder = query.selects().binder(text, joined.names());
    List<NamedExpression> columns =
        SelectAnalyzer.references(joined.rel().schema().fields(), joined.names().size());
    for (int i = 0; i < lead; i++) {
      columns.set(i, new NamedExpression("", binder.bind(either(i, right + i, "", 0))));
    }
    return new Relations.Named(
        new Rel.Project(joined.rel(), columns, query.origin()), joined.names(), true);
  }

  private static Syntax either(int first, int second, String name, int offset) {
    return new Syntax.Call(
        "coalesce",
        List.of(
            new Syntax.Position(first, name, offset), new Syntax.Position(second, name, offset)),
        Syntax.Extras.NONE,
        offset);
  }

  /** The right side is a query that may name columns of the left one. */
  Relations.Named lateral(Query.Join join, Relations.Named written) {
    Correlation correlation = query.correlation();
    Relations.Named left =
        correlation.uses(join) ? correlation.attach(written, query.origin()) : written;
    correlation.enter(join);
    Query inner = Query.of(new Query.Plain(join.right(), join.offset()));
    Optional<String> alias = Optional.empty();
    List<String> columns = List.of();
    if (join.right() instanceof Query.Derived derived) {
      inner = derived.query();
      alias = derived.alias();
      columns = derived.columns();
    } else if (join.right() instanceof Query.TableFunction function) {
      alias = function.alias();
    }
    Subqueries.Inner made =
        new Subqueries(query)
            .inner(inner, new Rows(left.rel(), query.selects().binder(text, left.names())));
    Scope right = names(made, alias.orElse(""), columns, join.offset());
    Scope both = left.names().plus(right);
    List<Expression> conditions =
        new ArrayList<>(
            Correlation.sameValues(
                made.values(), made.rel(), left.names().size(), query.constant()));
    join.on().ifPresent(on -> conditions.add(condition(on, both, join.offset())));
    correlation.leave();
    Rel rel = new Rel.Join(left.rel(), made.rel(), join.type(), all(conditions), query.origin());
    return new Relations.Named(rel, under(rel, both), left.dependent());
  }

  private Scope names(Subqueries.Inner inner, String alias, List<String> columns, int offset) {
    int lead = inner.values().size();
    Scope scope = QueryAnalyzer.names(inner.rel(), lead, alias);
    if (columns.isEmpty()) {
      return scope;
    }
    if (columns.size() != scope.size() - lead) {
      throw text.error(
          "NUM_TABLE_VALUE_ALIASES_MISMATCH",
          offset,
          columns.size() + " names are given for " + (scope.size() - lead) + " columns",
          null);
    }
    List<Scope.Entry> entries = new ArrayList<>(scope.entries());
    for (int i = 0; i < columns.size(); i++) {
      Field field = entries.get(lead + i).field().withName(columns.get(i));
      entries.set(lead + i, new Scope.Entry(alias, field, false, false));
    }
    return new Scope(entries);
  }

  /** The names with what the join made of the fields, which may be null now. */
  static Scope under(Rel rel, Scope names) {
    List<Scope.Entry> entries = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Scope.Entry entry = names.entries().get(i);
      Field field = rel.schema().field(i).withName(entry.field().name());
      entries.add(new Scope.Entry(entry.table(), field, false, entry.hidden()));
    }
    return new Scope(entries);
  }

  private Expression condition(Syntax on, Scope both, int offset) {
    Binder binder = query.selects().binder(text, both);
    if (Aggregates.contains(on, binder)) {
      throw text.error(
          "UNSUPPORTED_EXPR_FOR_OPERATOR",
          offset,
          "the condition of a join cannot use aggregate functions",
          "aggregate in a query of its own");
    }
    Expression bound = binder.bind(on);
    if (bound.type() != AtomicType.BOOLEAN && bound.type() != AtomicType.NULL) {
      throw text.error(
          "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE",
          on.offset(),
          "the condition of a join must be BOOLEAN, but '"
              + bound.sql()
              + "' is "
              + bound.type().sql(),
          null);
    }
    requireDeterministic(binder, bound, on);
    return binder.implicit(bound, AtomicType.BOOLEAN);
  }

  /** Pairs of rows are looked for in an order, and as often, as suits the join. */
  static void requireDeterministic(Binder binder, Expression condition, Syntax at) {
    if (!condition.deterministic()) {
      throw binder.error(
          "INVALID_NON_DETERMINISTIC_EXPRESSIONS",
          at,
          "the condition of a join cannot be random: '" + condition.sql() + "'",
          "compute the random column before the join");
    }
  }

  private Relations.Named byNames(
      Query.Join join,
      Relations.Named left,
      Relations.Named right,
      Scope both,
      List<Expression> sameDomain,
      int lead) {
    List<String> names = join.natural() ? common(left.names(), right.names()) : join.using();
    int width = left.names().size();
    List<Integer> ofLeft = new ArrayList<>();
    List<Integer> ofRight = new ArrayList<>();
    List<Expression> equal = new ArrayList<>(sameDomain);
    Binder binder = query.selects().binder(text, both);
    for (String name : names) {
      int l = column(left.names(), name, "left", join.offset());
      int r = column(right.names(), name, "right", join.offset()) + width;
      ofLeft.add(l);
      ofRight.add(r);
      equal.add(
          binder.bind(
              new Syntax.Binary(
                  "=",
                  new Syntax.Position(l, name, join.offset()),
                  new Syntax.Position(r, name, join.offset()),
                  join.offset())));
    }
    Rel.Join rel = new Rel.Join(left.rel(), right.rel(), join.type(), all(equal), query.origin());
    Scope after = under(rel, join.type().givesRight() ? both : left.names());
    Relations.Named joined = new Relations.Named(rel, after, left.dependent());
    if (join.type().keepsRight() && lead > 0) {
      joined = eitherDomain(joined, left.names().size(), lead);
    }
    return reordered(join, joined, lead, ofLeft, ofRight);
  }

  /** The columns joined by, the rest of the left side, the rest of the right one. */
  private Relations.Named reordered(
      Query.Join join,
      Relations.Named joined,
      int lead,
      List<Integer> ofLeft,
      List<Integer> ofRight) {
    Scope after = joined.names();
    Binder binder = query.selects().binder(text, after);
    List<NamedExpression> columns = new ArrayList<>();
    List<Scope.Entry> entries = new ArrayList<>();
    List<Integer> hidden = new ArrayList<>();
    List<Integer> done = new ArrayList<>();
    for (int i = 0; i < lead; i++) {
      keep(i, after, null, columns, entries);
      done.add(i);
    }
    for (int i = 0; i < ofLeft.size(); i++) {
      int l = ofLeft.get(i);
      int r = ofRight.get(i);
      if (join.type() == JoinType.FULL_OUTER) {
        String name = after.field(l).name();
        NamedExpression merged =
            new NamedExpression(name, binder.bind(either(l, r, name, join.offset())));
        columns.add(merged);
        entries.add(new Scope.Entry("", merged.field(), false, false));
        hidden.add(l);
        hidden.add(r);
      } else {
        boolean fromRight = join.type() == JoinType.RIGHT_OUTER;
        keep(fromRight ? r : l, after, null, columns, entries);
        done.add(fromRight ? r : l);
        if (join.type().givesRight()) {
          hidden.add(fromRight ? l : r);
        }
      }
    }
    for (int i = 0; i < after.size(); i++) {
      if (!done.contains(i) && !hidden.contains(i)) {
        keep(i, after, null, columns, entries);
      }
    }
    for (int i : hidden) {
      keep(i, after, true, columns, entries);
    }
    return new Relations.Named(
        new Rel.Project(joined.rel(), columns, query.origin()),
        new Scope(entries),
        joined.dependent());
  }

  private static void keep(
      int index,
      Scope from,
      @Nullable Boolean hidden,
      List<NamedExpression> columns,
      List<Scope.Entry> entries) {
    Scope.Entry entry = from.entries().get(index);
    Field field = entry.field();
    columns.add(
        new NamedExpression(
            field.name(),
            new ColumnReference(index, field.name(), field.type(), field.nullable())));
    entries.add(
        new Scope.Entry(entry.table(), field, false, hidden != null ? hidden : entry.hidden()));
  }

  private static List<String> common(Scope left, Scope right) {
    List<String> names = new ArrayList<>();
    for (Scope.Entry entry : left.entries()) {
      String name = entry.field().name();
      if (!entry.hidden()
          && right.entries().stream()
              .anyMatch(r -> !r.hidden() && r.field().name().equalsIgnoreCase(name))) {
        names.add(name);
      }
    }
    return names;
  }

  private int column(Scope side, String name, String which, int offset) {
    List<Integer> found = side.columns(name);
    if (found.isEmpty()) {
      throw text.error(
          "UNRESOLVED_USING_COLUMN_FOR_JOIN",
          offset,
          "the " + which + " side of the join has no column '" + name + "'",
          Names.suggestion(name, side.names()));
    }
    if (found.size() > 1) {
      throw text.error(
          "AMBIGUOUS_REFERENCE",
          offset,
          "column '" + name + "' is ambiguous on the " + which + " side of the join",
          null);
    }
    return found.get(0);
  }
}
