package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.Partition;
import dev.sluice.connectors.kafka.PartitionOffsets;
import java.util.Map;
import java.util.TreeMap;

/** How much of what waits makes the next batch, by Spark's arithmetic. */
final class OffsetLimits {
  private OffsetLimits() {}

  /** How many offsets lie between the ends. */
  static long waiting(PartitionOffsets from, PartitionOffsets to) {
    long total = 0;
    for (Map.Entry<Partition, Long> end : to.asMap().entrySet()) {
      total += Math.max(0, end.getValue() - from.find(end.getKey()).orElse(end.getValue()));
    }
    return total;
  }

  /**
   * The end of a batch of about {@code limit} offsets: each partition has its share by what waits
   * in it, a small one at least one offset.
   *
   * @param from where each partition of {@code to} begins
   */
  static PartitionOffsets cut(PartitionOffsets from, PartitionOffsets to, long limit) {
    long total = waiting(from, to);
    if (total <= limit) {
      return to;
    }
    Map<Partition, Long> ends = new TreeMap<>();
    to.asMap()
        .forEach(
            (partition, end) -> {
              long begin = from.find(partition).orElse(end);
              long size = end - begin;
              if (size <= 0) {
                ends.put(partition, end);
                return;
              }
              double share = limit * (size / (double) total);
              long part = (long) (share < 1 ? Math.ceil(share) : Math.floor(share));
              ends.put(partition, Math.min(end, begin + part));
            });
    return new PartitionOffsets(ends);
  }
}
