package dev.sluice.operators.operator;

import dev.sluice.operators.optimizer.JoinBounds;
import dev.sluice.operators.plan.Rel;
import java.util.OptionalLong;

/**
 * Which watermark reaches a stateful node when the query has a given one: that of its inputs, the
 * lowest of them; a join of two streams gives on an earlier one, since it keeps rows that long
 * (Spark's {@code PropagateWatermarkSimulator}).
 */
final class WatermarkFlow {
  private WatermarkFlow() {}

  /** In milliseconds; 0 where no watermark step stands below. */
  static long into(Rel node, long queryMillis) {
    return below(node, queryMillis).orElse(0L);
  }

  private static OptionalLong below(Rel node, long queryMillis) {
    return node.inputs().stream()
        .map(input -> outOf(input, queryMillis))
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .min();
  }

  private static OptionalLong outOf(Rel node, long queryMillis) {
    if (node instanceof Rel.Watermark) {
      return OptionalLong.of(queryMillis);
    }
    if (node instanceof Rel.Join join && Rel.streams(join.left()) && Rel.streams(join.right())) {
      return OptionalLong.of(JoinBounds.of(join).output(into(node, queryMillis)));
    }
    return below(node, queryMillis);
  }
}
