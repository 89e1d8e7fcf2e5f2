package dev.sluice.connectors.kafka.client;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** The records of one batch on their way. Workers send at the same time. */
final class Sending {
  private final KafkaProducer<byte[], byte[]> producer;
  private final Optional<Transactions> transactions;
  private final KafkaFailures failures;
  private final AtomicReference<Failed> failed = new AtomicReference<>();
  private final Object begin = new Object();
  private volatile boolean begun;
  private volatile @Nullable TopicPartition somewhere;

  private record Failed(String topic, Exception cause) {}

  Sending(
      KafkaProducer<byte[], byte[]> producer,
      Optional<Transactions> transactions,
      KafkaFailures failures) {
    this.producer = producer;
    this.transactions = transactions;
    this.failures = failures;
  }

  void send(ProducerRecord<byte[], byte[]> record) {
    if (!begun) {
      begin();
    }
    check();
    try {
      producer.send(record, (sent, failure) -> sent(record.topic(), sent, failure));
    } catch (InterruptException e) {
      throw Cluster.interrupted(failures);
    } catch (RuntimeException e) {
      check();
      throw failures.of("writing to '" + record.topic() + "'", e, 120_000);
    }
  }

  /** A transaction is open from the first record only: batches without rows need none. */
  private void begin() {
    synchronized (begin) {
      if (!begun) {
        transactions.ifPresent(t -> t.open());
        begun = true;
      }
    }
  }

  private void sent(String topic, @Nullable RecordMetadata sent, @Nullable Exception failure) {
    if (failure != null) {
      failed.compareAndSet(null, new Failed(topic, failure));
    } else if (somewhere == null && sent != null) {
      somewhere = new TopicPartition(sent.topic(), sent.partition());
    }
  }

  private void check() {
    Failed first = failed.get();
    if (first != null) {
      throw failures.of("writing to '" + first.topic() + "'", first.cause(), 120_000);
    }
  }

  /** Waits until all that was sent is acknowledged. */
  void flush() {
    if (begun) {
      try {
        producer.flush();
      } catch (InterruptException e) {
        throw Cluster.interrupted(failures);
      }
      check();
    }
  }

  void commit(long epochId) {
    TopicPartition place = somewhere;
    if (begun && place != null && transactions.isPresent()) {
      transactions.get().commit(epochId, place);
    }
  }

  void abort() {
    if (begun && transactions.isPresent()) {
      transactions.get().abort();
    }
  }
}
