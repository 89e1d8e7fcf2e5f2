package dev.sluice.connectors.kafka.client;

import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.Metric;

/** How many records a producer has sent again by itself, as it counts them. Cheap to ask. */
final class ProducerRetries {
  private final Optional<? extends Metric> metric;

  ProducerRetries(KafkaProducer<?, ?> producer) {
    this.metric =
        producer.metrics().values().stream()
            .filter(
                one ->
                    one.metricName().name().equals("record-retry-total")
                        && one.metricName().group().equals("producer-metrics"))
            .findFirst();
  }

  long count() {
    return metric.isPresent() && metric.get().metricValue() instanceof Double count
        ? count.longValue()
        : 0;
  }
}
