package dev.sluice.connectors.kafka;

import dev.sluice.connectors.Offset;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An offset, or a time, for each of some partitions, in the JSON that Spark writes: {@code
 * {"topic":{"0":23,"1":5}}}, sorted. In logs an offset is that of the next record to read.
 * Immutable.
 */
public final class PartitionOffsets {
  /** Spark's numbers for the two ends, in options. */
  public static final long LATEST = -1;

  public static final long EARLIEST = -2;

  public static final PartitionOffsets NONE = new PartitionOffsets(Map.of());

  private final SortedMap<Partition, Long> offsets = new TreeMap<>();

  public PartitionOffsets(Map<Partition, Long> offsets) {
    this.offsets.putAll(offsets);
  }

  /** Throws {@link IllegalArgumentException} saying what is wrong. */
  public static PartitionOffsets parse(String json) {
    Map<Partition, Long> offsets = new TreeMap<>();
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
                          new Partition(topic, partition(topic, partition)),
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
  public static PartitionOffsets of(Offset offset) {
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

  public Offset asOffset() {
    return new Offset(json());
  }

  public String json() {
    Map<String, Map<String, Long>> topics = new LinkedHashMap<>();
    offsets.forEach(
        (partition, offset) ->
            topics
                .computeIfAbsent(partition.topic(), t -> new LinkedHashMap<>())
                .put(Integer.toString(partition.partition()), offset));
    return Json.write(topics);
  }

  public Set<Partition> partitions() {
    return offsets.keySet();
  }

  public Map<Partition, Long> asMap() {
    return offsets;
  }

  public Optional<Long> find(Partition partition) {
    return Optional.ofNullable(offsets.get(partition));
  }

  public long get(Partition partition) {
    Long offset = offsets.get(partition);
    if (offset == null) {
      throw new IllegalStateException("no offset of " + partition);
    }
    return offset;
  }

  public boolean isEmpty() {
    return offsets.isEmpty();
  }

  /** These and, for partitions that are not among them, those. */
  public PartitionOffsets orElse(PartitionOffsets others) {
    Map<Partition, Long> both = new TreeMap<>();
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
