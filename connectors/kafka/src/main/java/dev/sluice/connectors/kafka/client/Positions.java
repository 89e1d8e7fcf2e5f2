package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.Partition;
import dev.sluice.connectors.kafka.PartitionOffsets;
import dev.sluice.connectors.kafka.Position;
import dev.sluice.operators.component.Options;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the options say about begin and end, as offsets. */
final class Positions {
  private final Cluster cluster;
  private final KafkaFailures failures;
  private final Options options;

  Positions(Cluster cluster, KafkaFailures failures, Options options) {
    this.cluster = cluster;
    this.failures = failures;
    this.options = options;
  }

  PartitionOffsets start(SortedSet<Partition> partitions, boolean streaming) {
    Position position = Position.start(options, streaming);
    boolean orLatest =
        options.text("startingOffsetsByTimestampStrategy").equalsIgnoreCase("latest");
    return resolve(position, partitions, true, orLatest);
  }

  PartitionOffsets end(SortedSet<Partition> partitions) {
    return resolve(Position.end(options), partitions, false, true);
  }

  private PartitionOffsets resolve(
      Position position, SortedSet<Partition> partitions, boolean start, boolean orLatest) {
    if (position instanceof Position.Earliest) {
      return cluster.earliest(partitions);
    } else if (position instanceof Position.Latest) {
      return cluster.latest(partitions);
    } else if (position instanceof Position.Exactly exactly) {
      requireAll(
          start ? "startingOffsets" : "endingOffsets", exactly.offsets().partitions(), partitions);
      return exactly(exactly.offsets());
    } else if (position instanceof Position.At at) {
      Map<Partition, Long> times = new HashMap<>();
      partitions.forEach(partition -> times.put(partition, at.millis()));
      return atTimes(times, orLatest);
    }
    PartitionOffsets each = ((Position.AtEach) position).millis();
    requireAll(
        start ? "startingOffsetsByTimestamp" : "endingOffsetsByTimestamp",
        each.partitions(),
        partitions);
    return atTimes(each.asMap(), orLatest);
  }

  private PartitionOffsets exactly(PartitionOffsets given) {
    Set<Partition> latest = new TreeSet<>();
    Set<Partition> earliest = new TreeSet<>();
    Map<Partition, Long> known = new HashMap<>();
    given
        .asMap()
        .forEach(
            (partition, offset) -> {
              if (offset == PartitionOffsets.LATEST) {
                latest.add(partition);
              } else if (offset == PartitionOffsets.EARLIEST) {
                earliest.add(partition);
              } else {
                known.put(partition, offset);
              }
            });
    return new PartitionOffsets(known)
        .orElse(cluster.latest(latest))
        .orElse(cluster.earliest(earliest));
  }

  private PartitionOffsets atTimes(Map<Partition, Long> times, boolean orLatest) {
    PartitionOffsets found = cluster.atTimes(times);
    Set<Partition> missing = new TreeSet<>();
    missing.addAll(times.keySet());
    missing.removeAll(found.partitions());
    if (!missing.isEmpty() && !orLatest) {
      Partition first = missing.iterator().next();
      throw failures.failure(
          "no-such-time",
          "no record of "
              + missing
              + " is as young as "
              + times.get(first)
              + "; choose an earlier time, or set 'startingOffsetsByTimestampStrategy: latest'");
    }
    return found.orElse(cluster.latest(missing));
  }

  private void requireAll(String option, Set<Partition> given, SortedSet<Partition> assigned) {
    if (!given.equals(assigned)) {
      throw failures.failure(
          "incomplete-offsets",
          options.at(option),
          "'"
              + option
              + "' names the partitions "
              + given
              + ", but there are "
              + assigned
              + "; name each of them, with -1 for latest and -2 for earliest");
    }
  }
}
