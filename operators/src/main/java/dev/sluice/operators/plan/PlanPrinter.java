package dev.sluice.operators.plan;

import dev.sluice.operators.expression.Expression;
import java.util.stream.Collectors;

/** Prints a plan, one node a line, inputs indented below. Its text also fingerprints the plan. */
public final class PlanPrinter implements Rel.Visitor<String> {
  private static final PlanPrinter INSTANCE = new PlanPrinter();

  private PlanPrinter() {}

  public static String print(Rel root) {
    StringBuilder out = new StringBuilder();
    print(root, 0, out);
    return out.toString();
  }

  private static void print(Rel node, int depth, StringBuilder out) {
    out.append("  ".repeat(depth)).append(describe(node)).append('\n');
    for (Rel input : node.inputs()) {
      print(input, depth + 1, out);
    }
  }

  /** One node without its inputs. */
  public static String describe(Rel node) {
    return node.accept(INSTANCE);
  }

  @Override
  public String read(Rel.Read node) {
    return "Read "
        + node.source()
        + (node.streaming() ? "" : " (static)")
        + " ["
        + node.schema().visible().ddl()
        + "]";
  }

  @Override
  public String values(Rel.Values node) {
    return "Values [" + node.schema().ddl() + "]";
  }

  @Override
  public String filter(Rel.Filter node) {
    return "Filter " + node.condition().sql();
  }

  @Override
  public String project(Rel.Project node) {
    return "Project ["
        + node.expressions().stream().map(PlanPrinter::named).collect(Collectors.joining(", "))
        + "]";
  }

  @Override
  public String generate(Rel.Generate node) {
    return "Generate " + node.generator().sql() + " AS " + String.join(", ", node.names());
  }

  @Override
  public String aggregate(Rel.Aggregate node) {
    return "Aggregate "
        + node.scope()
        + " keys ["
        + node.keys().stream().map(PlanPrinter::named).collect(Collectors.joining(", "))
        + "] aggregations ["
        + node.aggregations().stream()
            .map(PlanPrinter::aggregation)
            .collect(Collectors.joining(", "))
        + "]";
  }

  @Override
  public String union(Rel.Union node) {
    return "Union";
  }

  @Override
  public String join(Rel.Join node) {
    return "Join " + node.type() + " ON " + node.condition().sql();
  }

  @Override
  public String sessions(Rel.Sessions node) {
    return "Sessions ["
        + node.keys().stream().map(PlanPrinter::named).collect(Collectors.joining(", "))
        + "]";
  }

  @Override
  public String watermark(Rel.Watermark node) {
    return "Watermark " + name(node.input(), node.column()) + " " + node.delayMillis() + " ms";
  }

  @Override
  public String deduplicate(Rel.Deduplicate node) {
    return "Deduplicate"
        + (node.withinWatermark() ? " within watermark [" : " [")
        + node.keys().stream().map(key -> name(node.input(), key)).collect(Collectors.joining(", "))
        + "]";
  }

  private static String name(Rel input, int column) {
    return input.schema().field(column).name();
  }

  @Override
  public String sort(Rel.Sort node) {
    return "Sort ["
        + node.orders().stream().map(SortOrder::sql).collect(Collectors.joining(", "))
        + "]";
  }

  @Override
  public String limit(Rel.Limit node) {
    return "Limit "
        + (node.count() == Long.MAX_VALUE ? "ALL" : node.count())
        + (node.skip() == 0 ? "" : " OFFSET " + node.skip())
        + (node.perKeys() == 0 ? "" : " PER " + node.perKeys());
  }

  @Override
  public String window(Rel.Window node) {
    return "Window "
        + node.scope()
        + " partition ["
        + node.partition().stream().map(Expression::sql).collect(Collectors.joining(", "))
        + "] order ["
        + node.order().stream().map(SortOrder::sql).collect(Collectors.joining(", "))
        + "] functions ["
        + node.functions().stream()
            .map(f -> f.function().sql() + " " + f.frame().sql())
            .collect(Collectors.joining(", "))
        + "]";
  }

  @Override
  public String transformWithState(Rel.TransformWithState node) {
    return StateProgramPrinter.print(node.program());
  }

  static String named(NamedExpression named) {
    return named.expression().sql() + " AS " + named.name();
  }

  private static String aggregation(NamedAggregation named) {
    return (named.distinct() ? "DISTINCT " : "")
        + named.aggregation().sql()
        + named.filter().map(f -> " FILTER (WHERE " + f.sql() + ")").orElse("")
        + " AS "
        + named.name();
  }
}
