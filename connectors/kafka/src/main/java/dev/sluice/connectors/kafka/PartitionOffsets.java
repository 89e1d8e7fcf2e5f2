package dev.sluice.connectors.kafka;

import dev.sluice.connectors.Offset;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.json.Json;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * An offset, or a time, for each of some partitions, in the JSON that Spark writes: {@code
 * {"topic":{"0":23,"1":5}}}, sorted. In logs an offset is that of the next record to read.
 * Immutable.
 */
final class PartitionOffsets {
  /** Spark's numbers for the two ends, in options. */
  static final long LATEST = -1;

  static final long EARLIEST = -2;

  static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

  static final PartitionOffsets NONE = new PartitionOffsets(Map.of());

  private final SortedMap<TopicPartition, Long> offsets = new TreeMap<>(ORDER);

  PartitionOffsets(Map<TopicPartition, Long> offsets) {
    this.offsets.putAll(offsets);
  }

  /** Throws {@link IllegalArgumentException} saying what is wrong. */
  static PartitionOffsets parse(String json) {
    Map<TopicPartition, Long> offsets = new TreeMap<>(ORDER);
    Json.parseObject(json)
        .forEach(
            (topic, partitions) -> {
              if (!(partitions instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException(
                    "'" + topic + "' is no object of partitions, such as {\"0\":23}");
              }
              map.forEach(
                  (partition, offset) ->
                      offsets.put(
                          new TopicPartition(topic, partition(topic, partition)),
                          offset(topic, partition, offset)));
            });
    return new PartitionOffsets(offsets);
  }

  private static int partition(String topic, Object partition) {
    try {
      int number = Integer.parseInt(partition.toString());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "'" + partition + "' of topic '" + topic + "' is no number of a partition");
  }

  private static long offset(String topic, Object partition, @Nullable Object offset) {
    if (offset instanceof Long number) {
      return number;
    }
    if (offset instanceof String text) {
      try {
        return Long.parseLong(text.trim());
      } catch (NumberFormatException e) {
        // Said below.
      }
    }
    throw new IllegalArgumentException(
        "'" + offset + "' for " + topic + "-" + partition + " is no whole number");
  }

  /** From a log. */
  static PartitionOffsets of(Offset offset) {
    if (offset.isNone()) {
      return NONE;
    }
    try {
      return parse(offset.json());
    } catch (IllegalArgumentException e) {
      throw new PipelineException(
          "offset-invalid",
          "'"
              + offset.json()
              + "' is no offset of a Kafka source; {\"topic\":{\"0\":23}} is expected",
          e);
    }
  }

  Offset asOffset() {
    return new Offset(json());
  }

  String json() {
    Map<String, Map<String, Long>> topics = new LinkedHashMap<>();
    offsets.forEach(
        (partition, offset) ->
            topics
                .computeIfAbsent(partition.topic(), t -> new LinkedHashMap<>())
                .put(Integer.toString(partition.partition()), offset));
    return Json.write(topics);
  }

  Set<TopicPartition> partitions() {
    return offsets.keySet();
  }

  Map<TopicPartition, Long> asMap() {
    return offsets;
  }

  Optional<Long> find(TopicPartition partition) {
    return Optional.ofNullable(offsets.get(partition));
  }

  long get(TopicPartition partition) {
    Long offset = offsets.get(partition);
    if (offset == null) {
      throw new IllegalStateException("no offset of " + partition);
    }
    return offset;
  }

  boolean isEmpty() {
    return offsets.isEmpty();
  }

  /** These and, for partitions that are not among them, those. */
  PartitionOffsets orElse(PartitionOffsets others) {
    Map<TopicPartition, Long> both = new TreeMap<>(ORDER);
    both.putAll(others.offsets);
    both.putAll(offsets);
    return new PartitionOffsets(both);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PartitionOffsets that && offsets.equals(that.offsets);
  }

  @Override
  public int hashCode() {
    return offsets.hashCode();
  }

  @Override
  public String toString() {
    return json();
  }
}
