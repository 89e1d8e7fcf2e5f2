package dev.sluice.operators.sql;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a query inside another may see of the row around it. The query is planned twice: first to
 * learn which values of that row it names, and in which of its parts; then over its
 * <em>domain</em>, the distinct combinations of those values, which stand in front of the columns
 * of every part that depends on them. So a dependent part gives its rows for all rows around at
 * once, and is joined to them by the values.
 */
final class Correlation {
  /** Of a query that stands alone. */
  static final Correlation NONE = new Correlation(null, null);

  private final @Nullable Binder around;
  private final @Nullable Rel domain;
  private final Map<String, Integer> places = new HashMap<>();
  private final List<Expression> values = new ArrayList<>();
  private final Deque<Object> within = new ArrayDeque<>();
  private final Set<Object> dependent = Collections.newSetFromMap(new IdentityHashMap<>());
  private int closed;

  private Correlation(@Nullable Binder around, @Nullable Rel domain) {
    this.around = around;
    this.domain = domain;
  }

  /** To learn what is named; {@code around} binds names of the row around. */
  static Correlation with(Binder around) {
    return new Correlation(around, null);
  }

  /** The same names, over the values that they have in these rows. */
  Correlation over(Rel rows, Origin origin) {
    List<NamedExpression> named = new ArrayList<>();
    for (Expression value : values) {
      named.add(new NamedExpression("outer" + named.size(), value));
    }
    Rel all = new Rel.Project(rows, named, origin);
    Rel distinct =
        new Rel.Aggregate(
            all,
            SelectAnalyzer.references(all.schema().fields(), values.size()),
            List.of(),
            Rel.Aggregate.Scope.BATCH,
            origin);
    Correlation second = new Correlation(around, distinct);
    second.places.putAll(places);
    second.values.addAll(values);
    second.dependent.addAll(dependent);
    return second;
  }

  /** What the query names of the row around it, in the order of the domain. */
  List<Expression> values() {
    return values;
  }

  /** How many columns stand in front of a dependent relation. */
  int width() {
    return domain == null ? 0 : values.size();
  }

  /** While a part of the query is planned, names are noted as used in it. */
  void enter(Object part) {
    within.push(part);
  }

  void leave() {
    within.pop();
  }

  /** Whether a part was found to name the row around. */
  boolean uses(Object part) {
    return domain != null && dependent.contains(part);
  }

  /** Does something in which names of the row around are refused, as Spark does. */
  <T> T closed(Supplier<T> work) {
    closed++;
    try {
      return work.get();
    } finally {
      closed--;
    }
  }

  /** A name of the row around, or an aggregate of it; nothing if there is none. */
  Optional<Expression> resolve(Syntax syntax, Binder here) {
    if (around == null) {
      return Optional.empty();
    }
    String key = new Fingerprint(n -> n.parts().toString().toLowerCase(Locale.ROOT)).of(syntax);
    Integer place = places.get(key);
    if (place == null) {
      Expression value;
      try {
        value = around.bind(syntax);
      } catch (AnalysisException e) {
        if (syntax instanceof Syntax.Name && e.errorClass().startsWith("UNRESOLVED_COLUMN")) {
          return Optional.empty();
        }
        throw e;
      }
      place = values.indexOf(value);
      if (place < 0) {
        place = values.size();
        values.add(value);
      }
      places.put(key, place);
    }
    if (closed > 0) {
      throw here.error(
          "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE",
          syntax,
          "a column of the query around cannot be named here, only in WHERE, HAVING and a SELECT without groups",
          null);
    }
    dependent.addAll(within);
    Expression value = values.get(place);
    return Optional.of(
        domain == null
            ? new Outer(value.sql(), value.type(), value.nullable())
            : new ColumnReference(place, value.sql(), value.type(), value.nullable()));
  }

  /** Whether an aggregate function is one of the query around: it names nothing of this one. */
  boolean isAggregateAround(Syntax.Call call, Binder here) {
    if (around == null) {
      return false;
    }
    List<Syntax.Name> names = new ArrayList<>();
    SyntaxWalk.names(call, names);
    if (names.isEmpty() || names.stream().anyMatch(here::isColumn)) {
      return false;
    }
    try {
      around.bind(call);
      return true;
    } catch (AnalysisException | Reported e) {
      return false;
    }
  }

  /** The relation for each row of the domain. */
  Relations.Named attach(Relations.Named named, Origin origin) {
    if (domain == null || named.dependent()) {
      return named;
    }
    Rel rel = new Rel.Join(domain, named.rel(), JoinType.CROSS, Joins.ALWAYS, origin);
    return new Relations.Named(rel, names().plus(named.names()), true);
  }

  /** Nameless columns in front. */
  Scope names() {
    List<Scope.Entry> entries = new ArrayList<>();
    if (domain != null) {
      domain
          .schema()
          .fields()
          .forEach(f -> entries.add(new Scope.Entry("", f.withName(""), false, true)));
    }
    return new Scope(entries);
  }

  Rel domain() {
    if (domain == null) {
      throw new IllegalStateException("a query that stands alone has no domain");
    }
    return domain;
  }

  /** The columns of the domain, which come first in a dependent relation. */
  List<NamedExpression> lead() {
    return domain == null
        ? List.of()
        : SelectAnalyzer.references(domain.schema().fields(), values.size());
  }

  /** That two rows, side by side, belong to the same row of the domain. */
  static List<Expression> sameValues(List<Expression> left, Rel right, int width, Binder binder) {
    List<Expression> conditions = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      Field field = right.schema().field(i);
      conditions.add(
          same(
              left.get(i),
              new ColumnReference(width + i, field.name(), field.type(), field.nullable()),
              binder));
    }
    return conditions;
  }

  /** Equality that null has with null, also of what no query could compare. */
  static Expression same(Expression left, Expression right, Binder binder) {
    return left.type().physical() == DataType.Physical.MAP
        ? new Comparison(Comparison.Operator.NULL_SAFE_EQUAL, left, right)
        : binder.bind(
            new Syntax.Binary("<=>", new Syntax.Bound(left, 0), new Syntax.Bound(right, 0), 0));
  }

  /** A value of the row around in a plan that is only made to learn of it, and never run. */
  private record Outer(String name, DataType type, boolean nullable) implements Expression {
    @Override
    public List<Expression> children() {
      return List.of();
    }

    @Override
    public Column evaluate(Batch input, EvaluationContext context) {
      throw new IllegalStateException("'" + name + "' is a value of the query around");
    }

    @Override
    public String sql() {
      return name;
    }
  }
}
