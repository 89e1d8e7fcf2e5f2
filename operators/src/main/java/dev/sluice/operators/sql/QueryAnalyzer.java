package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plans whole queries: WITH, set operations, ORDER BY and LIMIT around the selects that {@link
 * SelectBody} plans.
 */
final class QueryAnalyzer {
  private final SqlText text;
  private final SelectAnalyzer selects;
  private final Rel.Aggregate.Scope scope;
  private final Origin origin;
  private final SelectPlanner.Tables tables;
  private final Optional<SelectPlanner.SubqueryRunner> subqueries;
  private final Map<String, Rel> named;

  QueryAnalyzer(
      SqlText text,
      SelectAnalyzer selects,
      Rel.Aggregate.Scope scope,
      Origin origin,
      SelectPlanner.Tables tables,
      Optional<SelectPlanner.SubqueryRunner> subqueries) {
    this(text, selects, scope, origin, tables, subqueries, Map.of());
  }

  private QueryAnalyzer(
      SqlText text,
      SelectAnalyzer selects,
      Rel.Aggregate.Scope scope,
      Origin origin,
      SelectPlanner.Tables tables,
      Optional<SelectPlanner.SubqueryRunner> subqueries,
      Map<String, Rel> named) {
    this.text = text;
    this.selects = selects;
    this.scope = scope;
    this.origin = origin;
    this.tables = tables;
    this.subqueries = subqueries;
    this.named = named;
  }

  SqlText text() {
    return text;
  }

  SelectAnalyzer selects() {
    return selects;
  }

  Origin origin() {
    return origin;
  }

  /** For what stands at that place of the query. */
  Origin origin(int offset) {
    return origin.equals(Origin.NONE) ? origin : origin.at(text.at(offset));
  }

  Rel.Aggregate.Scope scope() {
    return scope;
  }

  Optional<Rel> table(String name) {
    Rel local = named.get(SelectAnalyzer.lower(name));
    return local != null ? Optional.of(local) : tables.table(name);
  }

  Optional<Rel> files(SelectPlanner.Files files) {
    return tables.files(files);
  }

  /** The remedy for a table that is not there. */
  String tableSuggestion(String name) {
    List<String> all = new ArrayList<>(named.keySet());
    all.addAll(tables.names());
    return Names.nearest(name, all)
        .map(near -> "did you mean '" + near + "'?")
        .or(tables::hint)
        .orElseGet(() -> Names.suggestion(name, all));
  }

  Rel plan(Query query) {
    if (!query.with().isEmpty()) {
      Map<String, Rel> more = new HashMap<>(named);
      QueryAnalyzer inner = this;
      for (Query.With with : query.with()) {
        Rel rel = inner.plan(with.query());
        if (!with.columns().isEmpty()) {
          rel = renamed(rel, with.columns(), with.offset());
        }
        more.put(SelectAnalyzer.lower(with.name()), rel);
        inner =
            new QueryAnalyzer(text, selects, scope, origin, tables, subqueries, Map.copyOf(more));
      }
      Query rest =
          new Query(
              List.of(),
              query.body(),
              query.orderBy(),
              query.orderByAll(),
              query.limit(),
              query.rowOffset(),
              query.offset());
      return inner.plan(rest);
    }
    if (query.rowOffset().isPresent()) {
      throw text.error(
          "NOT_IMPLEMENTED", query.rowOffset().get().offset(), "OFFSET is not supported yet", null);
    }
    Rel result;
    if (query.body() instanceof Query.Select written) {
      Subqueries inner = new Subqueries(this, subqueries);
      Query.Select select = inner.replace(written);
      List<Syntax.OrderItem> orderBy = inner.replaceOrder(query.orderBy());
      result = new SelectBody(this).plan(select, query.orderedBy(orderBy));
    } else {
      result = body(query.body());
      if (!query.orderBy().isEmpty()) {
        result = SelectBody.sortOutput(this, result, query);
      }
    }
    return query.limit().isPresent() ? limit(result, query.limit().get()) : result;
  }

  private Rel limit(Rel input, Syntax limit) {
    Binder binder = selects.binder(text, new Scope(List.of()));
    Expression count = binder.bind(limit);
    if (!count.foldable() || TypeCoercionRules.common(count.type(), AtomicType.BIGINT).isEmpty()) {
      throw text.error(
          "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE",
          limit.offset(),
          "LIMIT takes a constant whole number",
          null);
    }
    Object value =
        binder
            .implicit(count, AtomicType.BIGINT)
            .evaluate(Binder.ONE_ROW, EvaluationContext.NONE)
            .value(0);
    if (!(value instanceof Long rows) || rows < 0) {
      throw text.error(
          "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE",
          limit.offset(),
          "LIMIT takes a number of rows, not " + value,
          null);
    }
    return new Rel.Limit(input, rows, origin(limit.offset()));
  }

  private Rel body(Query.Body body) {
    if (body instanceof Query.Select select) {
      Query whole =
          new Query(
              List.of(),
              select,
              List.of(),
              false,
              Optional.empty(),
              Optional.empty(),
              select.offset());
      return plan(whole);
    }
    if (body instanceof Query.Nested nested) {
      return plan(nested.query());
    }
    if (body instanceof Query.Plain plain) {
      Relations.Named relation = new Relations(this).plan(plain.relation());
      return relabelled(relation.rel(), relation.names());
    }
    return setOperation((Query.SetOperation) body);
  }

  private Rel setOperation(Query.SetOperation operation) {
    // Written one after the other, operations nest to the left without end: walked down in a loop.
    List<Query.SetOperation> chain = new ArrayList<>();
    Query.Body first = operation;
    while (first instanceof Query.SetOperation next) {
      chain.add(0, next);
      first = next.left();
    }
    Rel result = body(first);
    for (Query.SetOperation each : chain) {
      if (!each.operator().equals("UNION")) {
        throw text.error(
            "NOT_IMPLEMENTED",
            each.offset(),
            each.operator() + " is not supported",
            "only UNION is");
      }
      result = union(result, body(each.right()), each);
      if (!each.all()) {
        result = distinct(result, each.offset());
      }
    }
    return result;
  }

  private Rel union(Rel left, Rel right, Query.SetOperation at) {
    if (left.schema().size() != right.schema().size()) {
      throw text.error(
          "NUM_COLUMNS_MISMATCH",
          at.offset(),
          "the sides of UNION have "
              + left.schema().size()
              + " and "
              + right.schema().size()
              + " columns",
          null);
    }
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < left.schema().size(); i++) {
      Field a = left.schema().field(i);
      Field b = right.schema().field(i);
      Optional<DataType> common = TypeCoercionRules.common(a.type(), b.type());
      if (common.isEmpty()) {
        throw text.error(
            "INCOMPATIBLE_COLUMN_TYPE",
            at.offset(),
            "column "
                + (i + 1)
                + " of UNION is "
                + a.type().sql()
                + " on one side and "
                + b.type().sql()
                + " on the other",
            null);
      }
      fields.add(new Field(a.name(), common.get(), a.nullable() || b.nullable()));
    }
    Schema schema = new Schema(fields);
    return new Rel.Union(
        List.of(cast(left, schema), cast(right, schema)), schema, origin(at.offset()));
  }

  private Rel cast(Rel input, Schema schema) {
    boolean same = true;
    List<NamedExpression> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      Field from = input.schema().field(i);
      same &= from.type().equals(schema.field(i).type());
      Expression column = new ColumnReference(i, from.name(), from.type(), from.nullable());
      columns.add(
          new NamedExpression(
              schema.field(i).name(),
              Cast.implicit(
                  column,
                  schema.field(i).type(),
                  selects.binder(text, new Scope(List.of())).session())));
    }
    return same ? input : new Rel.Project(input, columns, origin);
  }

  Rel distinct(Rel input, int offset) {
    List<NamedExpression> keys =
        SelectAnalyzer.references(input.schema().fields(), input.schema().size());
    return new Rel.Aggregate(input, keys, List.of(), scope, origin(offset));
  }

  private Rel renamed(Rel rel, List<String> names, int offset) {
    if (names.size() != rel.schema().size()) {
      throw text.error(
          "ASSIGNMENT_ARITY_MISMATCH",
          offset,
          names.size() + " names are given for " + rel.schema().size() + " columns",
          null);
    }
    List<NamedExpression> columns = SelectAnalyzer.references(rel.schema().fields(), names.size());
    List<NamedExpression> under = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      under.add(new NamedExpression(names.get(i), columns.get(i).expression()));
    }
    return new Rel.Project(rel, under, origin);
  }

  /** The relation with the names of the scope, if they differ from its own. */
  private Rel relabelled(Rel rel, Scope names) {
    if (rel.schema().names().equals(names.names())) {
      return rel;
    }
    return renamed(rel, names.entries().stream().map(e -> e.field().name()).toList(), 0);
  }
}
