package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.ExpressionCompiler;
import dev.sluice.operators.sql.UnboundSql;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code join: {with, type, on}}: Spark's {@code join}. {@code on} is a condition, in which the
 * columns of the two sides are told apart by the names of their sources or views ({@code orders.id
 * = clicks.id}), or a list of columns that both have and that come out once.
 */
public final class JoinStep implements StepType {
  private static final Map<String, JoinType> TYPES = new LinkedHashMap<>();

  static {
    TYPES.put("inner", JoinType.INNER);
    TYPES.put("leftOuter", JoinType.LEFT_OUTER);
    TYPES.put("rightOuter", JoinType.RIGHT_OUTER);
    TYPES.put("fullOuter", JoinType.FULL_OUTER);
    TYPES.put("leftSemi", JoinType.LEFT_SEMI);
    TYPES.put("leftAnti", JoinType.LEFT_ANTI);
    TYPES.put("cross", JoinType.CROSS);
  }

  @Override
  public String name() {
    return "join";
  }

  @Override
  public String summary() {
    return "puts the rows of another source or view beside these, where a condition is true";
  }

  @Override
  public Map<String, Object> valueSchema() {
    Map<String, Object> on =
        StepSchemas.listOf(
            StepSchemas.text("the name of a column"),
            "a SQL condition, such as orders.id = clicks.order_id, or a list of columns that both"
                + " sides have");
    on.put("type", List.of("string", "number", "boolean", "array"));
    StepSchemas.markedAsSql(on);
    Map<String, Object> type = new LinkedHashMap<>();
    type.put("type", "string");
    type.put("enum", List.copyOf(TYPES.keySet()));
    type.put("default", "inner");
    type.put("description", "which rows without a partner come out too");
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("with", StepSchemas.text("the other source or view"));
    properties.put("type", type);
    properties.put("on", on);
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("description", "the other side and the condition");
    schema.put("properties", properties);
    schema.put("required", List.of("with"));
    schema.put("additionalProperties", false);
    return schema;
  }

  @Override
  public Rel plan(StepContext context) {
    Rel left = context.input();
    if (!(context.value() instanceof Node.Mapping value)
        || !(value.get("with").orElse(null) instanceof Node.Text with)) {
      return left;
    }
    Optional<Rel> right = context.named(with);
    if (right.isEmpty()) {
      if (value.get("on").orElse(null) instanceof Node.Text condition) {
        new UnboundSql(context.session(), context.functions(), context.problems())
            .expression(condition);
      }
      context.leaveOpen();
      return left;
    }
    JoinType type =
        value.get("type").orElse(null) instanceof Node.Text word
            ? TYPES.getOrDefault(word.value(), JoinType.INNER)
            : JoinType.INNER;
    Sides sides =
        new Sides(
            Rel.Project.visible(left),
            Rel.Project.visible(right.get()),
            type,
            context.inputName().orElse("input"),
            with.value());
    Optional<Node> on = value.get("on");
    if (on.isEmpty()) {
      return sides.join(ALWAYS, context);
    }
    return on.get() instanceof Node.Text condition
        ? StepExpressions.compiler(context)
            .joinCondition(condition, sides.join(ALWAYS, context).pair())
            .<Rel>map(bound -> sides.join(bound, context))
            .orElse(left)
        : using(sides, StepValues.texts(on.get()), context);
  }

  private static final Expression ALWAYS = new Literal(AtomicType.BOOLEAN, true, "true");

  private record Sides(Rel left, Rel right, JoinType type, String leftName, String rightName) {
    Rel.Join join(Expression condition, StepContext context) {
      // A join of a source with itself: only the right side is told by its name.
      String name = leftName.equalsIgnoreCase(rightName) ? "input" : leftName;
      return new Rel.Join(left, right, type, condition, List.of(name, rightName), context.origin());
    }
  }

  /** Equality of these columns, which come out once, before the others. */
  private static Rel using(Sides sides, List<Node.Text> names, StepContext context) {
    Schema left = sides.left().schema();
    Schema right = sides.right().schema();
    for (Node.Text name : names) {
      if (StepValues.columns(left, name, context.problems()).isEmpty()
          || StepValues.columns(right, name, context.problems()).isEmpty()) {
        return sides.left();
      }
    }
    ExpressionCompiler compiler = StepExpressions.compiler(context);
    Rel.Join all = sides.join(ALWAYS, context);
    String condition =
        names.stream()
            .map(name -> side(all, 0, name) + " = " + side(all, 1, name))
            .collect(Collectors.joining(" AND "));
    Node.Text text =
        new Node.Text(
            condition, Node.Text.Kind.STRING, names.get(0).at(), offset -> names.get(0).at());
    Optional<Expression> bound = compiler.condition(text, all.pair());
    if (bound.isEmpty()) {
      return sides.left();
    }
    Rel.Join join = sides.join(bound.get(), context);
    List<NamedExpression> columns = new ArrayList<>();
    for (Node.Text name : names) {
      columns.add(
          new NamedExpression(
              left.field(left.indexesOf(name.value()).get(0)).name(),
              common(join, name, compiler)));
    }
    Schema schema = join.schema();
    for (int i = 0; i < schema.size(); i++) {
      String name = schema.field(i).name();
      if (!Schema.isHidden(schema.field(i))
          && names.stream().noneMatch(n -> n.value().equalsIgnoreCase(name))) {
        columns.add(new NamedExpression(name, StepValues.reference(schema, i)));
      }
    }
    return new Rel.Project(join, columns, context.origin());
  }

  private static String side(Rel.Join join, int side, Node.Text name) {
    int offset = side == 0 ? 0 : join.left().schema().size();
    Schema schema = side == 0 ? join.left().schema() : join.right().schema();
    int index = offset + schema.indexesOf(name.value()).get(0);
    return quoted(join.pair().table(index)) + "." + quoted(name.value());
  }

  private static String quoted(String name) {
    return '`' + name.toLowerCase(Locale.ROOT).replace("`", "``") + '`';
  }

  /** The column of the side that is always there; of either if none is. */
  private static Expression common(Rel.Join join, Node.Text name, ExpressionCompiler compiler) {
    Schema schema = join.schema();
    int left = join.left().schema().indexesOf(name.value()).get(0);
    int right = join.left().schema().size() + join.right().schema().indexesOf(name.value()).get(0);
    if (join.type() != JoinType.FULL_OUTER) {
      return StepValues.reference(schema, join.type() == JoinType.RIGHT_OUTER ? right : left);
    }
    String both = "coalesce(" + side(join, 0, name) + ", " + side(join, 1, name) + ")";
    Node.Text text = new Node.Text(both, Node.Text.Kind.STRING, name.at(), offset -> name.at());
    return compiler.compile(text, join.schema()).orElseThrow();
  }
}
