package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.kafka.Partition;
import dev.sluice.connectors.kafka.PartitionOffsets;
import dev.sluice.connectors.kafka.testing.Broker;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

final class ShownOffsetsTest {
  private static final Broker BROKER = Broker.shared();
  private static final int BATCHES = 2000;

  /** However fast batches follow each other, one question is under way, and the last one counts. */
  @Test
  void theLastOffsetsStayAndThoseBetweenAreLeftOut(TestInfo test) {
    String topic = Broker.named(test);
    BROKER.create(topic, 1);
    ShownOffsets shown = new ShownOffsets(BROKER.admin(), topic);
    // The first answer takes the brokers longest, which make the group's place.
    for (long batch = 1; batch <= BATCHES; batch++) {
      shown.show(new PartitionOffsets(Map.of(new Partition(topic, 0), batch)));
    }
    long deadline = System.nanoTime() + 120_000_000_000L;
    long found = -1;
    while (found != BATCHES) {
      assertThat(System.nanoTime()).as("offset %s", found).isLessThan(deadline);
      var offsets =
          Broker.get(
              BROKER.admin().listConsumerGroupOffsets(topic).partitionsToOffsetAndMetadata());
      var offset = offsets.get(new TopicPartition(topic, 0));
      found = offset == null ? -1 : offset.offset();
    }
    assertThat(shown.sent()).isLessThan(BATCHES / 2);
    long sent = shown.sent();
    shown.show(new PartitionOffsets(Map.of(new Partition(topic, 0), (long) BATCHES)));
    assertThat(shown.sent()).as("what is shown already").isEqualTo(sent);
    shown.close();
  }
}
