package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.AggregateFunction;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.WindowFunction;
import dev.sluice.operators.function.Windowing;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.NamedWindowing;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.SortOrder;
import dev.sluice.operators.plan.WindowFrame;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The window functions of one SELECT. Wherever one stands, a column takes its place, which nodes
 * above the rows will add behind their columns: one node for all functions of equal partitions and
 * order.
 */
final class Windows {
  /** Partitions and order, and what is computed over them; {@code places} among all functions. */
  private record Group(
      List<Expression> partition,
      List<SortOrder> order,
      List<NamedWindowing> functions,
      List<Integer> places,
      Origin origin) {}

  private final int width;
  private final List<Expression> lead;
  private final Rel.Aggregate.Scope scope;
  private final Origin origin;
  private final Map<String, Expression> columns = new LinkedHashMap<>();
  private final Map<String, Group> groups = new LinkedHashMap<>();

  /**
   * @param width how many columns the rows have
   * @param lead what divides the rows before any partition: the domain of a dependent query
   */
  Windows(int width, List<Expression> lead, Rel.Aggregate.Scope scope, Origin origin) {
    this.width = width;
    this.lead = lead;
    this.scope = scope;
    this.origin = origin;
  }

  static boolean isWindow(Syntax syntax) {
    return syntax instanceof Syntax.Call call && call.extras().window();
  }

  /** A window function where there are no rows to look around in. */
  static AnalysisException misplaced(Syntax.Call call, Binder binder) {
    return binder.error(
        "WINDOW_FUNCTION_NOT_ALLOWED",
        call,
        "the window function '" + call.name() + "' cannot stand here",
        "window functions belong into a select list or ORDER BY; select them in a query around");
  }

  /** Spark cannot plan it either: the sort would stand above the windows, its keys below. */
  void refuseSortByAggregate(Query whole, Binder rows) {
    if (columns.isEmpty() || whole.orderByAll()) {
      return;
    }
    for (Syntax.OrderItem item : whole.orderBy()) {
      if (Aggregates.contains(item.expression(), rows)) {
        throw rows.error(
            "UNSUPPORTED_EXPR_FOR_OPERATOR",
            item.expression(),
            "ORDER BY cannot aggregate where window functions are selected",
            "select the aggregate under a name, and sort by that");
      }
    }
  }

  /** For what is computed before the windows are. */
  void refuseUse(Expression expression, Syntax at, Binder binder) {
    if (reads(expression)) {
      throw binder.error(
          "WINDOW_FUNCTION_NOT_ALLOWED",
          at,
          "window functions cannot stand in HAVING, nor names of such columns",
          "filter in a query around");
    }
  }

  /** Whether the columns of these functions are needed to compute it. */
  boolean reads(Expression expression) {
    return expression instanceof ColumnReference reference && reference.index() >= width
        || expression.children().stream().anyMatch(this::reads);
  }

  /** The column of a call with OVER, whose parts {@code rows} binds. */
  Expression column(Syntax syntax, Binder rows) {
    Syntax.Call call = (Syntax.Call) syntax;
    String fingerprint = Aggregates.fingerprint(call, rows);
    Expression known = columns.get(fingerprint);
    if (known != null) {
      return known;
    }
    Syntax.Over over = call.extras().over().orElseThrow();
    if (over.name().isPresent()) {
      throw rows.text()
          .error(
              "MISSING_WINDOW_SPECIFICATION",
              over.offset(),
              "unknown window '" + over.name().get() + "'",
              "define it after the query: WINDOW " + over.name().get() + " AS (...)");
    }
    Windowing function = function(call, rows);
    List<Expression> partition = rows.bindAll(over.partition());
    for (int i = 0; i < partition.size(); i++) {
      OperatorBinder.requireComparable(rows, partition.get(i), over.partition().get(i), true);
    }
    List<SortOrder> order = order(over, rows);
    WindowFrame frame = new WindowFrames(rows, call, over, order).of(function);
    String sql = function.sql() + " OVER (" + shown(partition, order, frame) + ")";
    NamedWindowing named = new NamedWindowing(sql, function, frame);
    Group group =
        groups.computeIfAbsent(
            Aggregates.fingerprints(rows).of(over),
            key ->
                new Group(
                    Stream.concat(lead.stream(), partition.stream()).toList(),
                    order,
                    new ArrayList<>(),
                    new ArrayList<>(),
                    origin.equals(Origin.NONE)
                        ? origin
                        : origin.at(rows.text().at(call.offset()))));
    group.functions().add(named);
    group.places().add(columns.size());
    Field field = named.field();
    Expression column =
        new ColumnReference(width + columns.size(), sql, field.type(), field.nullable());
    columns.put(fingerprint, column);
    return column;
  }

  private static List<SortOrder> order(Syntax.Over over, Binder rows) {
    List<SortOrder> order = new ArrayList<>();
    for (Syntax.OrderItem item : over.order()) {
      Expression key = rows.bind(item.expression());
      OperatorBinder.requireComparable(rows, key, item.expression(), true);
      order.add(new SortOrder(key, item.ascending(), item.nullsFirst()));
    }
    return order;
  }

  private static String shown(
      List<Expression> partition, List<SortOrder> order, WindowFrame frame) {
    List<String> parts = new ArrayList<>();
    if (!partition.isEmpty()) {
      parts.add(
          partition.stream()
              .map(Expression::sql)
              .collect(Collectors.joining(", ", "PARTITION BY ", "")));
    }
    if (!order.isEmpty()) {
      parts.add(
          order.stream().map(SortOrder::sql).collect(Collectors.joining(", ", "ORDER BY ", "")));
    }
    parts.add(frame.sql());
    return String.join(" ", parts);
  }

  private static Windowing function(Syntax.Call call, Binder rows) {
    Syntax.Call plain = call.withoutOver();
    Function function = new CallBinder(rows).function(plain);
    if (function instanceof WindowFunction window) {
      requirePlain(call, rows);
      return new CallBinder(rows).windowing(plain, window);
    }
    if (!(function instanceof AggregateFunction aggregate)) {
      throw rows.error(
          "UNSUPPORTED_EXPR_FOR_WINDOW",
          call,
          "'" + call.name() + "' is no window function",
          "OVER goes with aggregate and window functions");
    }
    Aggregation bound = new CallBinder(rows).aggregation(plain, aggregate, "").aggregation();
    if (call.extras().distinct()) {
      throw rows.error(
          "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED",
          call,
          "DISTINCT does not go with OVER",
          "collect_set(...) OVER (...) gives the different values");
    }
    if (call.extras().filter().isPresent()) {
      throw rows.error(
          "UNSUPPORTED_FEATURE.WINDOW_AGGREGATE_FILTER",
          call,
          "FILTER does not go with OVER",
          "aggregate CASE WHEN condition THEN value END");
    }
    return edge(call, bound, rows).orElseGet(() -> new Windowing.Aggregated(bound));
  }

  private static void requirePlain(Syntax.Call call, Binder rows) {
    if (call.extras().distinct()) {
      throw rows.error(
          "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
          call,
          "'" + call.name() + "' takes no DISTINCT",
          null);
    }
    if (call.extras().filter().isPresent() || !call.extras().withinGroup().isEmpty()) {
      throw rows.error(
          "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
          call,
          "'" + call.name() + "' takes neither FILTER nor WITHIN GROUP",
          null);
    }
  }

  /** First and last values are found in the frame without going through it. */
  private static Optional<Windowing> edge(Syntax.Call call, Aggregation bound, Binder rows) {
    boolean last =
        switch (call.name().toLowerCase(Locale.ROOT)) {
          case "last", "last_value" -> true;
          default -> false;
        };
    boolean first =
        switch (call.name().toLowerCase(Locale.ROOT)) {
          case "first", "first_value", "any_value" -> true;
          default -> false;
        };
    if (!first && !last) {
      return Optional.empty();
    }
    boolean ignoreNulls = call.extras().ignoreNulls().orElse(false);
    if (call.arguments().size() == 2) {
      Expression flag = rows.implicit(rows.bind(call.arguments().get(1)), AtomicType.BOOLEAN);
      ignoreNulls =
          Boolean.TRUE.equals(flag.evaluate(Binder.ONE_ROW, EvaluationContext.NONE).value(0));
    }
    return Optional.of(
        new Windowing.Nth(bound.arguments().get(0), 1, last, ignoreNulls, bound.sql()));
  }

  /** The rows with the columns of all functions behind theirs. */
  Rel over(Rel rows) {
    Rel result = rows;
    List<Integer> places = new ArrayList<>();
    for (Group group : groups.values()) {
      result =
          new Rel.Window(
              result, group.partition(), group.order(), group.functions(), scope, group.origin());
      places.addAll(group.places());
    }
    if (groups.size() < 2) {
      return result;
    }
    List<Field> fields = result.schema().fields();
    List<NamedExpression> ordered =
        new ArrayList<>(SelectAnalyzer.references(fields, rows.schema().size()));
    List<NamedExpression> added = SelectAnalyzer.references(fields, fields.size());
    for (int place = 0; place < places.size(); place++) {
      ordered.add(added.get(rows.schema().size() + places.indexOf(place)));
    }
    return new Rel.Project(result, ordered, origin);
  }
}
