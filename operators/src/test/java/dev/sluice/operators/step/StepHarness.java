package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.operator.QueryExecutor;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.PlanPrinter;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.FunctionRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;

/**
 * Plans one step over a source of a given schema. Its value is written as plain lists, maps and
 * texts; every scalar of it stands on a line of its own, counted from 1.
 */
@NullMarked
public final class StepHarness {
  private final Problems problems = new Problems();
  private final Map<String, Rel> others = new LinkedHashMap<>();
  private Rel input;
  private int line;
  private boolean left;
  private final List<String> unknown = new ArrayList<>();

  public StepHarness(Schema schema) {
    this.input = new Rel.Read("in", schema, true, Origin.NONE);
  }

  public StepHarness with(String name, Schema schema) {
    others.put(name, new Rel.Read(name, schema, true, Origin.NONE));
    return this;
  }

  /** A name whose columns are not known. */
  public StepHarness withUnknown(String name) {
    unknown.add(name);
    return this;
  }

  /** A name for rows that are planned already. */
  public StepHarness with(String name, Rel rows) {
    others.put(name, rows);
    return this;
  }

  /** What the next step stands on. */
  public StepHarness over(Rel rows) {
    input = rows;
    return this;
  }

  public Rel plan(StepType step, Object value) {
    line = 0;
    Node node = node(value);
    return step.plan(
        new StepContext() {
          @Override
          public Rel input() {
            return input;
          }

          @Override
          public Optional<String> inputName() {
            return Optional.empty();
          }

          @Override
          public Node value() {
            return node;
          }

          @Override
          public Optional<Rel> named(Node.Text name) {
            return Optional.ofNullable(others.get(name.value()));
          }

          @Override
          public List<String> names() {
            List<String> names = new ArrayList<>(others.keySet());
            names.addAll(unknown);
            return names;
          }

          @Override
          public void leaveOpen() {
            left = true;
          }

          @Override
          public List<Batch> rows(Rel plan) {
            return QueryExecutor.executeNow(plan);
          }

          @Override
          public FunctionRegistry functions() {
            return FunctionRegistry.installed();
          }

          @Override
          public Session session() {
            return Session.DEFAULT;
          }

          @Override
          public Problems problems() {
            return problems;
          }

          @Override
          public Origin origin() {
            return new Origin("steps[0] (" + step.name() + ")", SourcePosition.NOWHERE);
          }
        });
  }

  /** Whether a step has said that its columns are unknown. */
  public boolean isLeftOpen() {
    return left;
  }

  public String printed(StepType step, Object value) {
    return PlanPrinter.print(plan(step, value)).strip();
  }

  public List<String> problems() {
    return problems.all().stream().map(Problem::toString).toList();
  }

  private Node node(Object value) {
    if (value instanceof List<?> list) {
      List<Node> items = new ArrayList<>();
      list.forEach(item -> items.add(node(item)));
      return new Node.Sequence(items, SourcePosition.NOWHERE);
    }
    if (value instanceof Map<?, ?> map) {
      List<Node.Entry> entries = new ArrayList<>();
      map.forEach((key, item) -> entries.add(new Node.Entry(text(key), node(item))));
      return new Node.Mapping(entries, SourcePosition.NOWHERE);
    }
    return text(value);
  }

  private Node.Text text(Object value) {
    int own = ++line;
    Node.Text.Kind kind =
        value instanceof Boolean
            ? Node.Text.Kind.BOOLEAN
            : value instanceof Number ? Node.Text.Kind.INTEGER : Node.Text.Kind.STRING;
    return new Node.Text(
        value.toString(),
        kind,
        new SourcePosition("p.yaml", own, 1),
        offset -> new SourcePosition("p.yaml", own, 1 + offset));
  }
}
