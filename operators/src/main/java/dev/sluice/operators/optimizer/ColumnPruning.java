package dev.sluice.operators.optimizer;

import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.NamedWindowing;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.SortOrder;
import dev.sluice.operators.plan.StateProgram;
import dev.sluice.operators.plan.WindowFrame;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Which columns of each node are read by the nodes above it. */
public final class ColumnPruning implements Rel.Visitor<Void> {
  private final Map<Rel, BitSet> needed = new IdentityHashMap<>();
  private final List<Rel> inputsFirst;

  /**
   * @param inputsFirst all nodes, each after its inputs
   * @param roots whose columns are all needed
   */
  public ColumnPruning(List<Rel> inputsFirst, List<Rel> roots) {
    this.inputsFirst = List.copyOf(inputsFirst);
    for (Rel rel : inputsFirst) {
      needed.put(rel, new BitSet());
    }
    for (Rel root : roots) {
      of(root).set(0, root.schema().size());
    }
    for (int i = inputsFirst.size() - 1; i >= 0; i--) {
      inputsFirst.get(i).accept(this);
    }
  }

  /** Of one plan, all of whose columns are needed. */
  public static ColumnPruning over(Rel root) {
    Map<Rel, Boolean> seen = new IdentityHashMap<>();
    List<Rel> inputsFirst = new ArrayList<>();
    collect(root, seen, inputsFirst);
    return new ColumnPruning(inputsFirst, List.of(root));
  }

  private static void collect(Rel rel, Map<Rel, Boolean> seen, List<Rel> into) {
    if (seen.put(rel, true) == null) {
      rel.inputs().forEach(input -> collect(input, seen, into));
      into.add(rel);
    }
  }

  /** Each node once, after its inputs. */
  public List<Rel> nodes() {
    return inputsFirst;
  }

  /** The columns of the node's result that are needed. */
  public BitSet of(Rel rel) {
    BitSet columns = needed.get(rel);
    if (columns == null) {
      throw new IllegalStateException("a node that is not part of the plan");
    }
    return columns;
  }

  private void need(Rel input, Expression expression) {
    ColumnReference.collect(expression, input.schema().size(), of(input));
  }

  @Override
  public Void read(Rel.Read node) {
    return done();
  }

  @Override
  public Void values(Rel.Values node) {
    return done();
  }

  @Override
  public Void filter(Rel.Filter node) {
    of(node.input()).or(of(node));
    need(node.input(), node.condition());
    return done();
  }

  @Override
  public Void project(Rel.Project node) {
    List<NamedExpression> expressions = node.expressions();
    for (int i = 0; i < expressions.size(); i++) {
      if (of(node).get(i)) {
        need(node.input(), expressions.get(i).expression());
      }
    }
    return done();
  }

  @Override
  public Void generate(Rel.Generate node) {
    BitSet own = (BitSet) of(node).clone();
    int width = node.input().schema().size();
    if (own.length() > width) {
      own.clear(width, own.length());
    }
    of(node.input()).or(own);
    node.generator().arguments().forEach(argument -> need(node.input(), argument));
    return done();
  }

  @Override
  public Void aggregate(Rel.Aggregate node) {
    node.keys().forEach(key -> need(node.input(), key.expression()));
    for (NamedAggregation aggregation : node.aggregations()) {
      aggregation.aggregation().arguments().forEach(argument -> need(node.input(), argument));
      aggregation.filter().ifPresent(filter -> need(node.input(), filter));
    }
    return done();
  }

  @Override
  public Void union(Rel.Union node) {
    node.inputs().forEach(input -> of(input).or(of(node)));
    return done();
  }

  @Override
  public Void join(Rel.Join node) {
    BitSet both = new BitSet();
    if (node.type().givesRight()) {
      both.or(of(node));
    } else {
      both.or(of(node).get(0, node.left().schema().size()));
    }
    int width = node.left().schema().size();
    ColumnReference.collect(node.condition(), width + node.right().schema().size(), both);
    of(node.left()).or(both.get(0, width));
    of(node.right()).or(both.get(width, Math.max(width, both.length())));
    return done();
  }

  @Override
  public Void sessions(Rel.Sessions node) {
    of(node.input()).or(of(node));
    of(node.input()).set(node.column());
    node.keys().forEach(key -> need(node.input(), key.expression()));
    return done();
  }

  @Override
  public Void watermark(Rel.Watermark node) {
    of(node.input()).or(of(node));
    of(node.input()).set(node.column());
    return done();
  }

  @Override
  public Void deduplicate(Rel.Deduplicate node) {
    of(node.input()).or(of(node));
    node.keys().forEach(key -> of(node.input()).set(key));
    if (node.withinWatermark()) {
      EventTime.columns(node.input()).forEach(column -> of(node.input()).set(column.index()));
    }
    return done();
  }

  @Override
  public Void sort(Rel.Sort node) {
    of(node.input()).or(of(node));
    for (SortOrder order : node.orders()) {
      need(node.input(), order.expression());
    }
    return done();
  }

  @Override
  public Void limit(Rel.Limit node) {
    of(node.input()).or(of(node));
    of(node.input()).set(0, node.perKeys());
    return done();
  }

  @Override
  public Void window(Rel.Window node) {
    BitSet own = (BitSet) of(node).clone();
    int width = node.input().schema().size();
    if (own.length() > width) {
      own.clear(width, own.length());
    }
    of(node.input()).or(own);
    node.partition().forEach(key -> need(node.input(), key));
    node.order().forEach(order -> need(node.input(), order.expression()));
    for (NamedWindowing named : node.functions()) {
      named.function().arguments().forEach(argument -> need(node.input(), argument));
      for (WindowFrame.Bound bound : List.of(named.frame().lower(), named.frame().upper())) {
        if (bound instanceof WindowFrame.Value value) {
          need(node.input(), value.key());
          need(node.input(), value.limit());
        }
      }
    }
    return done();
  }

  @Override
  public Void transformWithState(Rel.TransformWithState node) {
    node.program().keys().forEach(key -> need(node.input(), key.expression()));
    of(node.input()).or(node.program().rowColumns(node.input().schema()));
    if (node.program().timesOutBy(StateProgram.Clock.EVENT_TIME)) {
      EventTime.columns(node.input()).forEach(column -> of(node.input()).set(column.index()));
    }
    if (node.initial().isPresent()) {
      Rel initial = node.initial().get();
      node.program().initial().ifPresent(i -> i.keys().forEach(key -> need(initial, key)));
      of(initial).or(node.program().initialRowColumns(initial.schema()));
    }
    return done();
  }

  // A visitor must give something; there is nothing to give.
  @SuppressWarnings("NullAway")
  private static Void done() {
    return null;
  }
}
