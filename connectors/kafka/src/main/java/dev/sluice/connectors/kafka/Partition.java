package dev.sluice.connectors.kafka;

/** A partition of a topic; sorted by the topic's name and then by number. */
public record Partition(String topic, int partition) implements Comparable<Partition> {
  @Override
  public int compareTo(Partition other) {
    int byTopic = topic.compareTo(other.topic);
    return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
  }

  /** As Kafka shows it: {@code orders-0}. */
  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
