package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxRewrite;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Queries inside expressions become joins: each gives its rows for all rows around at once (see
 * {@link Correlation}), and is joined to them as one more column that stands in the place of the
 * query.
 */
final class Subqueries {
  private final QueryAnalyzer query;
  private final SqlText text;

  Subqueries(QueryAnalyzer query) {
    this.query = query;
    this.text = query.text();
  }

  /** Rows with the queries joined to them, and the expressions without queries. */
  record Joined(Rows rows, List<Syntax> expressions) {}

  /** A query's rows; in front of its own columns what it names of the rows around. */
  record Inner(Rel rel, List<Expression> values) {
    List<Field> columns() {
      return rel.schema().fields().subList(values.size(), rel.schema().size());
    }

    /** What it names of the row around, as Spark shows it. */
    String shown() {
      return values.stream().map(Expression::sql).collect(Collectors.joining(", "));
    }
  }

  /** What a query in an expression may be, where it stands. */
  enum Place {
    /** Anything. */
    ROWS,
    /** The select list over groups: a value of the row around must be a key. */
    GROUPS,
    /** ORDER BY takes what stands alone and gives one value. */
    ORDER
  }

  /** Joins the queries in the expressions; equal ones once. */
  Joined join(Rows rows, List<Syntax> expressions, Place place) {
    List<Syntax.Subquery> found = new ArrayList<>();
    expressions.forEach(e -> SyntaxWalk.subqueries(e, found));
    if (found.isEmpty()) {
      return new Joined(rows, expressions);
    }
    expressions.forEach(this::refuseInLambda);
    Map<Syntax, Syntax> values = new IdentityHashMap<>();
    Map<String, Syntax> known = new HashMap<>();
    Fingerprint fingerprint = new Fingerprint(n -> n.parts().toString().toLowerCase(Locale.ROOT));
    Rows current = rows;
    for (Syntax.Subquery subquery : found) {
      String key = fingerprint.of(subquery);
      Syntax value = known.get(key);
      if (value == null) {
        Optional<Syntax> constant = new ConstantQueries(query).value(subquery, current.binder());
        if (constant.isPresent()) {
          value = constant.get();
        } else {
          Value joined = join(current, subquery, place);
          current = joined.rows();
          value = value(subquery, joined);
        }
        known.put(key, value);
      }
      values.put(subquery, value);
    }
    SyntaxRewrite rewrite = new SyntaxRewrite(s -> Optional.ofNullable(values.get(s)));
    return new Joined(current, rewrite.all(expressions));
  }

  private void refuseInLambda(Syntax syntax) {
    if (syntax instanceof Syntax.Lambda && SyntaxWalk.hasSubquery(syntax)) {
      throw text.error(
          "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION",
          syntax.offset(),
          "a query cannot stand in a lambda function",
          null);
    }
    SyntaxWalk.children(syntax).forEach(this::refuseInLambda);
  }

  /** Rows whose last column is the value of a query, and how Spark shows that. */
  private record Value(Rows rows, String shown) {}

  private static Syntax value(Syntax.Subquery subquery, Value joined) {
    int last = joined.rows().rel().schema().size() - 1;
    Field field = joined.rows().rel().schema().field(last);
    Syntax value =
        new Syntax.Bound(
            new ColumnReference(last, joined.shown(), field.type(), field.nullable()),
            subquery.offset());
    return subquery.not() ? new Syntax.Unary("NOT", value, subquery.offset()) : value;
  }

  private Value join(Rows rows, Syntax.Subquery subquery, Place place) {
    if (place == Place.ORDER && subquery.kind() != Syntax.Subquery.Kind.SCALAR) {
      throw text.error(
          "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY",
          subquery.offset(),
          "ORDER BY takes no IN and EXISTS of a query",
          "select it under a name, and order by that");
    }
    if (subquery.kind() == Syntax.Subquery.Kind.IN) {
      return in(rows, subquery, JoinType.EXISTENCE, subquery.not());
    }
    Inner inner = inner(subquery.query(), rows);
    if (!inner.values().isEmpty() && subquery.kind() == Syntax.Subquery.Kind.SCALAR) {
      refuseCorrelated(subquery, place);
    }
    if (subquery.kind() == Syntax.Subquery.Kind.EXISTS) {
      return new Value(
          joined(rows, inner, JoinType.EXISTENCE, List.of()), "exists(" + inner.shown() + ")");
    }
    requireOneColumn(text, subquery, inner.columns());
    return new Value(
        joined(rows, inner, JoinType.LEFT_SINGLE, List.of()),
        "scalarsubquery(" + inner.shown() + ")");
  }

  private void refuseCorrelated(Syntax.Subquery subquery, Place place) {
    if (place == Place.ORDER) {
      throw text.error(
          "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY",
          subquery.offset(),
          "a query in ORDER BY cannot name columns of the query around",
          "select it under a name, and order by that");
    }
    if (place == Place.GROUPS) {
      throw text.error(
          "SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION",
          subquery.offset(),
          "a query that names columns of the query around is neither a grouping key nor inside an"
              + " aggregate function",
          "add it to the keys, or take any_value(...)");
    }
  }

  static void requireOneColumn(SqlText text, Syntax.Subquery subquery, List<Field> columns) {
    if (columns.size() != 1) {
      throw text.error(
          "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
          subquery.offset(),
          "a query in an expression gives one column, not " + columns.size(),
          null);
    }
  }

  /** The rows of a query for all rows around. */
  Inner inner(Query inner, Rows around) {
    Correlation learning = Correlation.with(around.binder());
    QueryAnalyzer.Planned first = query.inside(learning).plan(inner);
    if (learning.values().isEmpty()) {
      return new Inner(first.rel(), List.of());
    }
    Correlation over = learning.over(around.rel(), query.origin());
    return new Inner(query.inside(over).dependent(inner), learning.values());
  }

  /** The rows around beside those of the query that belong to them. */
  private Rows joined(Rows rows, Inner inner, JoinType type, List<Expression> also) {
    List<Expression> all =
        new ArrayList<>(
            Correlation.sameValues(
                inner.values(), inner.rel(), rows.rel().schema().size(), query.constant()));
    all.addAll(also);
    Expression condition =
        all.isEmpty() ? Joins.ALWAYS : all.size() == 1 ? all.get(0) : new Logic(true, all);
    return rows.grown(new Rel.Join(rows.rel(), inner.rel(), type, condition, query.origin()));
  }

  /**
   * {@code operand IN (query)}. Under NOT a comparison with null counts as a match, so that what is
   * unknown does not pass; as a value what is unknown is false, as in Spark.
   */
  private Value in(Rows rows, Syntax.Subquery subquery, JoinType type, boolean unknownMatches) {
    Syntax operand = subquery.operand().orElseThrow();
    Rows current = rows;
    if (SyntaxWalk.hasSubquery(operand)) {
      Joined inside = join(rows, List.of(operand), Place.ROWS);
      current = inside.rows();
      operand = inside.expressions().get(0);
    }
    List<Syntax> values =
        operand instanceof Syntax.Call call && call.name().equals("struct")
            ? call.arguments()
            : List.of(operand);
    Inner inner = inner(subquery.query(), current);
    List<Field> columns = inner.columns();
    if (values.size() != columns.size()) {
      throw text.error(
          "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH",
          subquery.offset(),
          "the query after IN gives "
              + columns.size()
              + " columns for "
              + values.size()
              + (values.size() == 1 ? " value" : " values"),
          null);
    }
    int first = current.rel().schema().size() + inner.values().size();
    List<Expression> equal = new ArrayList<>();
    Binder pair = current.binder();
    for (int i = 0; i < values.size(); i++) {
      Field column = columns.get(i);
      Expression reference =
          new ColumnReference(first + i, column.name(), column.type(), column.nullable());
      requireComparable(pair.bind(values.get(i)).type(), column.type(), subquery);
      Syntax same =
          new Syntax.Binary(
              "=",
              values.get(i),
              new Syntax.Bound(reference, subquery.offset()),
              subquery.offset());
      equal.add(
          pair.bind(
              unknownMatches
                  ? new Syntax.Logical(
                      false,
                      List.of(same, new Syntax.Is(same, "NULL", false, subquery.offset())),
                      subquery.offset())
                  : same));
    }
    String shown = values.stream().map(v -> pair.bind(v).sql()).collect(Collectors.joining(", "));
    return new Value(
        joined(current, inner, type, equal),
        "(" + shown + " IN (listquery(" + inner.shown() + ")))");
  }

  private void requireComparable(DataType value, DataType column, Syntax.Subquery subquery) {
    if (TypeCoercionRules.common(value, column).isEmpty() && value != AtomicType.NULL) {
      throw text.error(
          "DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH",
          subquery.offset(),
          "the query after IN gives " + column.sql() + ", compared with " + value.sql(),
          null);
    }
  }

  /** Keeps the rows for which a condition that is nothing but a query holds. */
  Optional<Rows> filter(Rows rows, Syntax condition) {
    if (query.constants().isPresent()) {
      return Optional.empty();
    }
    boolean not = false;
    Syntax inside = condition;
    while (inside instanceof Syntax.Unary unary && unary.operator().equals("NOT")) {
      not = !not;
      inside = unary.operand();
    }
    if (!(inside instanceof Syntax.Subquery subquery)
        || subquery.kind() == Syntax.Subquery.Kind.SCALAR) {
      return Optional.empty();
    }
    not ^= subquery.not();
    JoinType type = not ? JoinType.LEFT_ANTI : JoinType.LEFT_SEMI;
    if (subquery.kind() == Syntax.Subquery.Kind.IN) {
      return Optional.of(in(rows, subquery, type, not).rows());
    }
    return Optional.of(joined(rows, inner(subquery.query(), rows), type, List.of()));
  }
}
