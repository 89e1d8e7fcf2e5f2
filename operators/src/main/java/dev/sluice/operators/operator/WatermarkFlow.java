package dev.sluice.operators.operator;

import dev.sluice.operators.plan.Rel;
import java.util.OptionalLong;

/**
 * Which watermark reaches a stateful node when the query has a given one: that of its inputs, the
 * lowest of them (Spark's {@code PropagateWatermarkSimulator}).
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
    return node instanceof Rel.Watermark ? OptionalLong.of(queryMillis) : below(node, queryMillis);
  }
}
