package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.IntervalText;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.SelectCompiler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code groupBy: {window, keys, agg, perBatch}}: Spark's {@code groupBy(...).agg(...)}. The result
 * has the keys, then the aggregations. A running aggregation, unless {@code perBatch} says that
 * each batch stands for itself.
 */
public final class GroupByStep implements StepType {
  private static final List<String> NOT_OF_SESSIONS = List.of("duration", "slide", "startTime");

  /** The duration of a window without one, so that the rest of the step is checked too. */
  private static final String STAND_IN = ", '1 second'";

  @Override
  public String name() {
    return "groupBy";
  }

  @Override
  public String summary() {
    return "aggregates the rows of each group, over the whole stream or batch by batch";
  }

  @Override
  public Map<String, Object> valueSchema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("window", window());
    properties.put(
        "keys",
        StepSchemas.listOf(
            StepSchemas.sql("a column or SQL expression, perhaps followed by AS and a name"),
            "what rows of one group have in common; without keys there is one group"));
    properties.put(
        "agg",
        StepSchemas.mapOf(
            StepSchemas.sql(
                "a SQL expression of aggregate functions and keys, such as sum(amount) / count(*)"),
            "name of the column: aggregation"));
    properties.put(
        "perBatch",
        Map.of(
            "type",
            "boolean",
            "default",
            false,
            "description",
            "true to aggregate the rows of each batch by themselves, without state"));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("description", "the groups and what is computed for each");
    schema.put("properties", properties);
    schema.put("required", List.of("agg"));
    schema.put("additionalProperties", false);
    return schema;
  }

  private static Map<String, Object> window() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("column", StepSchemas.text("the column of event time"));
    properties.put("duration", StepSchemas.text("how long a window is, such as 10 minutes"));
    properties.put("slide", StepSchemas.text("how far apart windows begin; default: duration"));
    properties.put("startTime", StepSchemas.text("by how much windows are off the full hour"));
    properties.put(
        "gap",
        StepSchemas.text("instead of a duration: how long a session lasts after its last event"));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put(
        "description",
        "groups by windows of time too: the key is called window, or session_window with a gap");
    schema.put("properties", properties);
    schema.put("required", List.of("column"));
    schema.put("additionalProperties", false);
    return schema;
  }

  @Override
  public List<String> referred() {
    return List.of("keys");
  }

  @Override
  public Rel plan(StepContext context) {
    if (!(context.value() instanceof Node.Mapping value)) {
      return context.input();
    }
    SelectCompiler compiler = StepExpressions.selects(context);
    value.get("window").ifPresent(window -> checkWindow(window, context));
    List<Node.Text> written = new ArrayList<>();
    value.get("window").flatMap(GroupByStep::windowKey).ifPresent(written::add);
    written.addAll(value.get("keys").map(StepValues::texts).orElse(List.of()));
    Rel input = compiler.windowed(context.input(), written, context.origin());
    List<NamedExpression> keys = new ArrayList<>();
    boolean complete = true;
    for (Node.Text key : written) {
      Optional<NamedExpression> bound = StepExpressions.key(context, key, input.schema());
      bound.ifPresent(keys::add);
      complete &= bound.isPresent();
    }
    List<SelectCompiler.Named> aggregates = new ArrayList<>();
    for (Node.Entry entry : value.get("agg").map(StepValues::entries).orElse(List.of())) {
      if (entry.value() instanceof Node.Text text) {
        aggregates.add(new SelectCompiler.Named(entry.key().value(), text));
      }
    }
    Rel.Aggregate.Scope scope =
        value.get("perBatch").filter(StepValues::isTrue).isPresent()
            ? Rel.Aggregate.Scope.BATCH
            : Rel.Aggregate.Scope.STREAM;
    Optional<Rel> groups = compiler.aggregate(input, keys, aggregates, scope, context.origin());
    return groups.isPresent() && complete ? groups.get() : placeholder(context, keys, aggregates);
  }

  /** The keys must be those of one kind of window. */
  private static void checkWindow(Node node, StepContext context) {
    if (!(node instanceof Node.Mapping window)) {
      return;
    }
    if (window.get("gap").isEmpty()) {
      if (window.get("duration").isEmpty()) {
        context
            .problems()
            .error(
                "missing-key",
                window.at(),
                "'window' needs the key 'duration', or 'gap' for sessions",
                "say how long a window is: duration: 10 minutes");
      }
      return;
    }
    for (Node.Entry entry : window.entries()) {
      if (NOT_OF_SESSIONS.contains(entry.key().value())) {
        context
            .problems()
            .error(
                "conflicting-keys",
                entry.key().at(),
                "a window has a 'gap' or '" + entry.key().value() + "', not both",
                "a session has only a 'gap'; keep the keys of one kind of window");
        // Later steps may name the columns of either kind.
        context.leaveOpen();
      }
    }
  }

  /** {@code window(column, 'duration', ...)} or {@code session_window(column, 'gap')}. */
  private static Optional<Node.Text> windowKey(Node node) {
    if (!(node instanceof Node.Mapping window)
        || !(window.get("column").orElse(null) instanceof Node.Text column)) {
      return Optional.empty();
    }
    boolean session = window.get("gap").isPresent();
    String before = session ? "session_window(" : "window(";
    StringBuilder sql = new StringBuilder(before).append(column.value());
    if (session) {
      gap(text(window, "gap"), sql);
    } else if (text(window, "duration").isEmpty()) {
      sql.append(STAND_IN);
    } else {
      argument(window, "duration", "", sql);
      String slide = window.get("startTime").isPresent() ? text(window, "duration") : "";
      argument(window, "slide", slide, sql);
      argument(window, "startTime", "", sql);
    }
    Node.Offsets offsets =
        offset -> {
          int inColumn = offset - before.length();
          boolean inside = inColumn >= 0 && inColumn < column.value().length();
          return inside ? column.at(inColumn) : window.at();
        };
    return Optional.of(
        new Node.Text(sql.append(')').toString(), Node.Text.Kind.STRING, window.at(), offsets));
  }

  /** A length of time, or an expression that gives one for each row. */
  private static void gap(String gap, StringBuilder sql) {
    sql.append(", ");
    if (IntervalText.parseUnits(gap).isPresent()) {
      sql.append('\'').append(gap).append('\'');
    } else {
      sql.append(gap);
    }
  }

  private static void argument(
      Node.Mapping window, String key, String otherwise, StringBuilder sql) {
    String text = text(window, key).isEmpty() ? otherwise : text(window, key);
    if (!text.isEmpty()) {
      sql.append(", '").append(text.replace("\\", "\\\\").replace("'", "\\'")).append('\'');
    }
  }

  private static String text(Node.Mapping window, String key) {
    return window.get(key).orElse(null) instanceof Node.Text text ? text.value() : "";
  }

  /** The columns as the user named them, so that later steps are checked against these names. */
  private static Rel placeholder(
      StepContext context, List<NamedExpression> keys, List<SelectCompiler.Named> aggregates) {
    List<NamedExpression> columns = new ArrayList<>(keys);
    for (SelectCompiler.Named aggregate : aggregates) {
      Expression unknown = new Literal(AtomicType.NULL, null, "NULL");
      columns.add(new NamedExpression(aggregate.name(), unknown));
    }
    return new Rel.Project(context.input(), columns, context.origin());
  }
}
