package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.Partition;
import java.util.ArrayList;
import java.util.List;

/** Offsets {@code from} (inclusive) to {@code until} (exclusive) of a partition. */
record OffsetRange(Partition partition, long from, long until) {
  long size() {
    return until - from;
  }

  /**
   * Cuts ranges for parallel reading: first to at most {@code maxRecords} each, then, if they are
   * fewer than {@code minPartitions}, to about as many, by size; 0 sets no bound.
   */
  static List<OffsetRange> cut(List<OffsetRange> ranges, long minPartitions, long maxRecords) {
    List<OffsetRange> parts = new ArrayList<>();
    for (OffsetRange range : ranges) {
      if (range.size() > 0) {
        long count = maxRecords > 0 ? (range.size() + maxRecords - 1) / maxRecords : 1;
        range.divide(count, parts);
      }
    }
    if (parts.size() >= minPartitions || parts.isEmpty()) {
      return parts;
    }
    double total = parts.stream().mapToLong(OffsetRange::size).sum();
    List<OffsetRange> finer = new ArrayList<>();
    for (OffsetRange part : parts) {
      part.divide(Math.max(1, Math.round(part.size() / total * minPartitions)), finer);
    }
    return finer;
  }

  private void divide(long count, List<OffsetRange> into) {
    long begin = from;
    long parts = Math.min(count, size());
    for (long left = parts; left > 0; left--) {
      long end = left == 1 ? until : begin + (until - begin) / left;
      into.add(new OffsetRange(partition, begin, end));
      begin = end;
    }
  }

  @Override
  public String toString() {
    return partition + " offsets " + from + " to " + until;
  }
}
