package dev.sluice.operators.plan;

import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.function.EventTimeCarrier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which columns of a node tell the time of the event. A {@link Rel.Watermark} marks a column; the
 * mark goes with the column through every node that passes it on, and from a column of times to the
 * windows made of it, as the metadata of Spark's attributes does. Any other expression loses it.
 */
public final class EventTime {
  /**
   * @param index of the column
   * @param delayMillis how late its rows may come
   */
  public record Marked(int index, long delayMillis) {}

  private EventTime() {}

  /** The marked columns of a node's result. Rows of static sources have none. */
  public static List<Marked> columns(Rel rel) {
    if (rel instanceof Rel.Watermark watermark) {
      List<Marked> marked = new ArrayList<>(columns(watermark.input()));
      marked.removeIf(column -> column.index() == watermark.column());
      if (Rel.streams(rel)) {
        marked.add(new Marked(watermark.column(), watermark.delayMillis()));
      }
      return marked;
    }
    if (rel instanceof Rel.Project project) {
      return through(project.expressions(), columns(project.input()));
    }
    if (rel instanceof Rel.Aggregate aggregate) {
      return through(aggregate.keys(), columns(aggregate.input()));
    }
    if (rel instanceof Rel.Generate generate) {
      List<Marked> marked = new ArrayList<>(columns(generate.input()));
      if (generate.generator() instanceof EventTimeCarrier carrier) {
        int made = generate.input().schema().size();
        carrier
            .eventTime()
            .flatMap(time -> delay(time, marked))
            .ifPresent(delay -> marked.add(new Marked(made, delay)));
      }
      return marked;
    }
    if (rel instanceof Rel.Join join) {
      List<Marked> marked = new ArrayList<>(columns(join.left()));
      if (join.type().givesRight()) {
        int width = join.left().schema().size();
        columns(join.right())
            .forEach(c -> marked.add(new Marked(width + c.index(), c.delayMillis())));
      }
      return marked;
    }
    if (rel instanceof Rel.TransformWithState) {
      // What comes out is made anew: Spark, too, loses the mark there.
      return List.of();
    }
    return rel.inputs().isEmpty() ? List.of() : columns(rel.inputs().get(0));
  }

  private static List<Marked> through(List<NamedExpression> expressions, List<Marked> input) {
    List<Marked> marked = new ArrayList<>();
    for (int i = 0; i < expressions.size() && !input.isEmpty(); i++) {
      int place = i;
      delay(expressions.get(i).expression(), input)
          .ifPresent(delay -> marked.add(new Marked(place, delay)));
    }
    return marked;
  }

  /** The delay of the marked column whose time an expression gives on. */
  private static Optional<Long> delay(Expression expression, List<Marked> input) {
    if (expression instanceof ColumnReference column) {
      return input.stream()
          .filter(marked -> marked.index() == column.index())
          .map(Marked::delayMillis)
          .findFirst();
    }
    if (expression instanceof Renamed renamed) {
      return delay(renamed.operand(), input);
    }
    return expression instanceof EventTimeCarrier carrier
        ? carrier.eventTime().flatMap(time -> delay(time, input))
        : Optional.empty();
  }
}
