package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Places;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Pipe;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
  private final SelectPlanner.SubqueryRunner runner;
  private final Optional<SelectPlanner.SubqueryRunner> constants;
  private final Map<String, Named> named;
  // The rows before a pipe.
  private final Relations.@Nullable Named input;

  /** A query's rows; if it is dependent, the columns of its domain come first. */
  record Planned(Rel rel, boolean dependent) {}

  /** What WITH names, and the query inside which it stands. */
  private record Named(Planned planned, Correlation within) {}

  QueryAnalyzer(
      SqlText text,
      SelectAnalyzer selects,
      Rel.Aggregate.Scope scope,
      Origin origin,
      SelectPlanner.Tables tables,
      SelectPlanner.SubqueryRunner runner,
      Optional<SelectPlanner.SubqueryRunner> constants) {
    this(text, selects, scope, origin, tables, runner, constants, Map.of(), null);
  }

  private QueryAnalyzer(
      SqlText text,
      SelectAnalyzer selects,
      Rel.Aggregate.Scope scope,
      Origin origin,
      SelectPlanner.Tables tables,
      SelectPlanner.SubqueryRunner runner,
      Optional<SelectPlanner.SubqueryRunner> constants,
      Map<String, Named> named,
      Relations.@Nullable Named input) {
    this.text = text;
    this.selects = selects;
    this.scope = scope;
    this.origin = origin;
    this.tables = tables;
    this.runner = runner;
    this.constants = constants;
    this.named = named;
    this.input = input;
  }

  /** For a query inside this one, which may name the row around it. */
  QueryAnalyzer inside(Correlation correlation) {
    return new QueryAnalyzer(
        text, selects.inside(correlation), scope, origin, tables, runner, constants, named, null);
  }

  /** For a step of a pipe over these rows. */
  QueryAnalyzer over(Relations.Named rows) {
    return new QueryAnalyzer(text, selects, scope, origin, tables, runner, constants, named, rows);
  }

  Relations.Named input() {
    return Objects.requireNonNull(input);
  }

  SqlText text() {
    return text;
  }

  SelectAnalyzer selects() {
    return selects;
  }

  Correlation correlation() {
    return selects.correlation();
  }

  Origin origin() {
    return origin;
  }

  /** For what stands at that place of the query. */
  Origin origin(int offset) {
    return origin.places() == Places.NONE ? origin : origin.at(text.at(offset));
  }

  Rel.Aggregate.Scope scope() {
    return scope;
  }

  /** Computes queries that stand alone while the one around is planned, where that is wanted. */
  Optional<SelectPlanner.SubqueryRunner> constants() {
    return constants;
  }

  /** In which a name stands for these rows. */
  QueryAnalyzer knowing(String name, Rel rows) {
    Map<String, Named> more = new HashMap<>(named);
    more.put(SelectAnalyzer.lower(name), new Named(new Planned(rows, false), correlation()));
    return new QueryAnalyzer(
        text, selects, scope, origin, tables, runner, constants, Map.copyOf(more), input);
  }

  Optional<Planned> table(String name, int offset) {
    Named local = named.get(SelectAnalyzer.lower(name));
    if (local == null) {
      return tables.table(name).map(rel -> new Planned(rel, false));
    }
    if (local.planned().dependent() && local.within() != correlation()) {
      throw text.error(
          "NOT_IMPLEMENTED",
          offset,
          "'" + name + "' names columns of the query around and is used in a query further in",
          "write it where it is used");
    }
    return Optional.of(local.planned());
  }

  Optional<Planned> files(SelectPlanner.Files files) {
    return tables.files(files).map(rel -> new Planned(rel, false));
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

  /** The names of a relation's columns; those of the domain in front have none. */
  static Scope names(Rel rel, int lead, String table) {
    Scope all = Scope.of(rel.schema(), table);
    List<Scope.Entry> entries = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Scope.Entry entry = all.entries().get(i);
      int twin = twin(rel, i);
      if (i < lead) {
        entries.add(new Scope.Entry("", entry.field().withName(""), false, true));
      } else {
        entries.add(twin < 0 ? entry : entry.twinOf(twin));
      }
    }
    return new Scope(entries);
  }

  /** An earlier column that is the same, selected twice under its own name: no rival of it. */
  private static int twin(Rel rel, int index) {
    if (!(rel instanceof Rel.Project project)) {
      return -1;
    }
    NamedExpression column = project.expressions().get(index);
    if (!(column.expression() instanceof ColumnReference reference)
        || !reference.name().equals(column.name())) {
      return -1;
    }
    int first = project.expressions().indexOf(column);
    return first < index ? first : -1;
  }

  int lead(Planned planned) {
    return planned.dependent() ? correlation().width() : 0;
  }

  /** A query that depends on its domain, whichever of its parts does. */
  Rel dependent(Query query) {
    return dependent(plan(query));
  }

  private Rel dependent(Planned planned) {
    Relations.Named rows =
        new Relations.Named(
            planned.rel(), names(planned.rel(), lead(planned), ""), planned.dependent());
    return correlation().attach(rows, origin).rel();
  }

  Planned plan(Query query) {
    if (!query.with().isEmpty()) {
      return withNamed(query).planBody(query);
    }
    return planBody(query);
  }

  /** A query in front, under its names. */
  Planned named(Query.With with) {
    Planned planned = plan(with.query());
    return with.columns().isEmpty() ? planned : renamed(planned, with.columns(), with.offset());
  }

  /** How to compute a part of the query before the rest of it runs; empty if it cannot be. */
  Optional<SelectPlanner.SubqueryRunner> beforehand(Rel part) {
    Optional<SelectPlanner.SubqueryRunner> reading = tables.beforehand(part);
    return reading.isPresent() || reads(part) ? reading : Optional.of(runner);
  }

  private static boolean reads(Rel rel) {
    return rel instanceof Rel.Read || rel.inputs().stream().anyMatch(QueryAnalyzer::reads);
  }

  QueryAnalyzer withNamed(Query query) {
    Map<String, Named> more = new HashMap<>(named);
    QueryAnalyzer inner = this;
    Set<String> here = new HashSet<>();
    for (Query.With with : query.with()) {
      if (!here.add(SelectAnalyzer.lower(with.name()))) {
        throw text.error(
            "DUPLICATED_CTE_NAMES",
            with.offset(),
            "WITH names two queries '" + with.name() + "'",
            null);
      }
      Planned planned = with.recursive() ? new Recursion(inner, with).plan() : inner.named(with);
      more.put(SelectAnalyzer.lower(with.name()), new Named(planned, correlation()));
      inner =
          new QueryAnalyzer(
              text, selects, scope, origin, tables, runner, constants, Map.copyOf(more), input);
    }
    return inner;
  }

  private Planned planBody(Query query) {
    Planned result;
    if (query.body() instanceof Query.Select select) {
      result = new SelectBody(this).plan(select, query);
    } else {
      result = body(query.body());
      if (!query.orderBy().isEmpty()) {
        result =
            new Planned(
                new Ordering(this).sortOutput(result.rel(), lead(result), query),
                result.dependent());
      }
    }
    return query.limit().isPresent() || query.rowOffset().isPresent()
        ? new Planned(limit(result, query), result.dependent())
        : result;
  }

  private Rel limit(Planned input, Query query) {
    long skip = query.rowOffset().map(o -> count(o, "OFFSET")).orElse(0L);
    long count = query.limit().map(l -> count(l, "LIMIT")).orElse(Long.MAX_VALUE);
    int at = query.limit().or(query::rowOffset).map(Syntax::offset).orElse(query.offset());
    Rel cut =
        count > Long.MAX_VALUE - skip ? input.rel() : Recursion.cut(input.rel(), skip + count);
    return new Rel.Limit(cut, count, skip, lead(input), origin(at));
  }

  /** How many rows LIMIT, or another word, says. */
  long count(Syntax syntax, String word) {
    Binder binder = constant();
    if (SyntaxWalk.hasSubquery(syntax)) {
      throw unfoldable(syntax, word);
    }
    Expression count = binder.bind(syntax);
    if (!count.foldable()) {
      throw unfoldable(syntax, word);
    }
    if (!Casts.isIntegral(count.type()) || count.type() == AtomicType.BIGINT) {
      throw text.error(
          "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE",
          syntax.offset(),
          word + " takes an INT, not " + count.type().sql(),
          null);
    }
    Object value =
        binder
            .implicit(count, AtomicType.BIGINT)
            .evaluate(Binder.ONE_ROW, EvaluationContext.NONE)
            .value(0);
    if (value == null) {
      throw text.error(
          "INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL",
          syntax.offset(),
          word + " takes a number of rows, not NULL",
          null);
    }
    if (!(value instanceof Long rows) || rows < 0) {
      throw text.error(
          "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE",
          syntax.offset(),
          word + " takes a number of rows, not " + value,
          null);
    }
    return rows;
  }

  /** Binds what names no column, not even of the query around. */
  Binder constant() {
    return selects.inside(Correlation.NONE).binder(text, new Scope(List.of()));
  }

  private AnalysisException unfoldable(Syntax syntax, String word) {
    return text.error(
        "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE",
        syntax.offset(),
        word + " takes a constant whole number",
        null);
  }

  private Planned body(Query.Body body) {
    if (body instanceof Query.Select select) {
      return plan(Query.of(select));
    }
    if (body instanceof Query.Nested nested) {
      return plan(nested.query());
    }
    if (body instanceof Query.Plain plain) {
      return relabelled(new Relations(this).plan(plain.relation()));
    }
    if (body instanceof Query.Piped piped) {
      return relabelled(piped(piped));
    }
    return setOperation((Query.SetOperation) body);
  }

  private Relations.Named piped(Query.Piped last) {
    List<Pipe> chain = new ArrayList<>();
    Query.Body first = last;
    while (first instanceof Query.Piped next) {
      chain.add(0, next.pipe());
      first = next.input();
    }
    Relations.Named rows;
    if (first instanceof Query.Plain plain) {
      rows = new Relations(this).plan(plain.relation());
    } else {
      Planned planned = body(first);
      rows =
          new Relations.Named(
              planned.rel(), names(planned.rel(), lead(planned), ""), planned.dependent());
    }
    for (Pipe pipe : chain) {
      rows = new Pipes(this).plan(rows, pipe);
    }
    return rows;
  }

  private Planned setOperation(Query.SetOperation operation) {
    // Written one after the other, operations nest to the left without end: walked down in a loop.
    List<Query.SetOperation> chain = new ArrayList<>();
    Query.Body first = operation;
    while (first instanceof Query.SetOperation next) {
      chain.add(0, next);
      first = next.left();
    }
    Planned result = body(first);
    for (Query.SetOperation each : chain) {
      Planned right = body(each.right());
      boolean dependent = result.dependent() || right.dependent();
      Rel rel =
          new SetOperations(this, dependent ? correlation().width() : 0)
              .plan(
                  each,
                  dependent ? dependent(result) : result.rel(),
                  dependent ? dependent(right) : right.rel());
      result = new Planned(rel, dependent);
    }
    return result;
  }

  Rel distinct(Rel input, int offset) {
    for (Field field : input.schema().fields()) {
      SetOperations.requireComparable(field.name(), field.type(), offset, text);
    }
    List<NamedExpression> keys =
        SelectAnalyzer.references(input.schema().fields(), input.schema().size());
    return CollatedGrouping.of(input, keys, List.of(), scope, origin(offset));
  }

  Planned renamed(Planned planned, List<String> names, int offset) {
    Rel rel = planned.rel();
    int lead = lead(planned);
    int width = rel.schema().visible().size() - lead;
    if (names.size() != width) {
      throw text.error(
          "ASSIGNMENT_ARITY_MISMATCH",
          offset,
          names.size() + " names are given for " + width + " columns",
          null);
    }
    List<NamedExpression> columns =
        SelectAnalyzer.references(rel.schema().fields(), lead + names.size());
    List<NamedExpression> under = new ArrayList<>(columns.subList(0, lead));
    for (int i = 0; i < names.size(); i++) {
      under.add(new NamedExpression(names.get(i), columns.get(lead + i).expression()));
    }
    return new Planned(new Rel.Project(rel, under, origin), planned.dependent());
  }

  /** What a relation shows, under the names that it has in its scope. */
  Planned relabelled(Relations.Named relation) {
    Rel rel = relation.rel();
    int lead = relation.dependent() ? correlation().width() : 0;
    List<NamedExpression> columns = new ArrayList<>();
    List<NamedExpression> all =
        SelectAnalyzer.references(rel.schema().fields(), rel.schema().size());
    boolean same = true;
    for (int i = 0; i < all.size(); i++) {
      Scope.Entry entry = relation.names().entries().get(i);
      if (i < lead) {
        columns.add(all.get(i));
      } else if (!entry.hidden()) {
        columns.add(new NamedExpression(entry.field().name(), all.get(i).expression()));
        same &= entry.field().name().equals(all.get(i).name());
      } else {
        same = false;
      }
    }
    return new Planned(same ? rel : new Rel.Project(rel, columns, origin), relation.dependent());
  }
}
