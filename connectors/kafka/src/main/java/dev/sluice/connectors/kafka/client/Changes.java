package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.Partition;
import dev.sluice.connectors.kafka.PartitionOffsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Where the partitions of a batch start, if topics and partitions came, went or were made anew. */
final class Changes {
  private final Cluster cluster;
  private final KnownTopics topics;
  private final DataLoss losses;
  private final boolean streaming;
  private final Consumer<Partition> begunAnew;

  /**
   * @param begunAnew told of partitions of which nothing was read before their topic was made anew:
   *     what was read ahead is that of the old one
   */
  Changes(
      Cluster cluster,
      KnownTopics topics,
      DataLoss losses,
      boolean streaming,
      Consumer<Partition> begunAnew) {
    this.cluster = cluster;
    this.topics = topics;
    this.losses = losses;
    this.streaming = streaming;
    this.begunAnew = begunAnew;
  }

  /** Partitions that came later are read from their oldest record. */
  PartitionOffsets beginOfNew(PartitionOffsets begin, PartitionOffsets end) {
    Set<Partition> added = new TreeSet<>();
    added.addAll(end.partitions());
    added.removeAll(begin.partitions());
    return cluster.earliest(added);
  }

  /**
   * Where losses are errors, one is told also when the log holds nothing more than was read.
   *
   * @param read how far each partition has been read
   */
  void requireSame(PartitionOffsets read) {
    if (topics.someAnew() && losses.fail()) {
      read.asMap()
          .forEach(
              (partition, offset) -> {
                if (topics.takeAnew(partition)) {
                  // Of a topic that nothing was read of nothing is lost.
                  if (offset > 0) {
                    losses.report(anew(partition, offset));
                  }
                  begunAnew.accept(partition);
                }
              });
    }
  }

  /**
   * Where losses are errors, the topics are those that they were, or this throws: nothing of the
   * batch may count before.
   *
   * @param read how far each partition has been read, the batch included
   */
  void confirm(PartitionOffsets read) {
    topics.awaitConfirmation();
    requireSame(read);
  }

  /**
   * Where each partition of the batch starts. Losses are told of: where they are errors, that a
   * topic was made anew in {@link #confirm}, as nothing is read from it but an error then.
   */
  Map<Partition, Long> starts(PartitionOffsets begin, PartitionOffsets end) {
    if (losses.fail() && !readsFirst(begin, end)) {
      topics.requireAsked();
    } else {
      topics.awaitConfirmation();
    }
    List<Partition> gone =
        begin.partitions().stream().filter(partition -> end.find(partition).isEmpty()).toList();
    if (!gone.isEmpty()) {
      losses.report("partitions " + gone + " are gone");
    }
    Map<Partition, Long> starts = new TreeMap<>();
    starts.putAll(begin.orElse(added(begin, end)).asMap());
    PartitionOffsets left = left(begin, starts, end);
    starts.putAll(cluster.earliest(left.partitions()).asMap());
    topics.keep(begin, left);
    return starts;
  }

  /** Whether some partition is read for the first time: only now it can be begun again in peace. */
  private static boolean readsFirst(PartitionOffsets begin, PartitionOffsets end) {
    return end.asMap().entrySet().stream()
        .anyMatch(one -> one.getValue() > 0 && begin.find(one.getKey()).orElse(0L) == 0);
  }

  private PartitionOffsets added(PartitionOffsets begin, PartitionOffsets end) {
    PartitionOffsets added = beginOfNew(begin, end);
    added
        .asMap()
        .forEach(
            (partition, offset) -> {
              if (offset != 0 && streaming) {
                losses.report(
                    "the new partition "
                        + partition
                        + " starts at offset "
                        + offset
                        + " instead of 0");
              }
            });
    return added;
  }

  /**
   * The partitions of which the topic is another one than it was, with the offsets they had been
   * read up to: what they hold now is read from its beginning.
   */
  private PartitionOffsets left(
      PartitionOffsets begin, Map<Partition, Long> starts, PartitionOffsets end) {
    Map<Partition, Long> left = new TreeMap<>();
    end.asMap()
        .forEach(
            (partition, until) -> {
              long start = starts.getOrDefault(partition, until);
              boolean anew = topics.takeAnew(partition);
              if (anew && start == 0) {
                begunAnew.accept(partition);
                left.put(partition, start);
              } else if (anew || until < start) {
                losses.report(anew ? anew(partition, start) : shorter(partition, start, until));
                left.put(partition, start);
              } else if (topics.wasAnew(begin, end, partition)) {
                left.put(partition, start);
              }
            });
    return new PartitionOffsets(left);
  }

  static String anew(Partition partition, long start) {
    return "the topic '"
        + partition.topic()
        + "' is another one than that of which partition "
        + partition.partition()
        + " was read up to offset "
        + start;
  }

  private static String shorter(Partition partition, long start, long until) {
    return "the log of "
        + partition
        + " ends at offset "
        + until
        + ", although it was read up to "
        + start
        + " before";
  }
}
