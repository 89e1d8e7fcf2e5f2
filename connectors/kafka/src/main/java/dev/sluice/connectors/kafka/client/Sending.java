package dev.sluice.connectors.kafka.client;

import dev.sluice.operators.diagnostics.PipelineException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** The records of one batch on their way. Workers send at the same time. */
final class Sending {
  private final Supplier<Sender> plain;
  private final Optional<Transactions> transactions;
  private final long epochId;
  private final KafkaFailures failures;
  private final AtomicReference<Failed> failed = new AtomicReference<>();
  private volatile @Nullable Sender sender;
  private volatile boolean sent;
  private volatile boolean flushed = true;
  private volatile @Nullable Lane lane;

  private record Failed(String topic, Exception cause) {}

  /** {@code plain} is where records go if there are no transactions. */
  Sending(
      Supplier<Sender> plain,
      Optional<Transactions> transactions,
      long epochId,
      KafkaFailures failures) {
    this.plain = plain;
    this.transactions = transactions;
    this.epochId = epochId;
    this.failures = failures;
  }

  /**
   * Begins the transaction before the first record, which is expected to go to this topic: the
   * batch's number is on its way while rows are still read.
   */
  void expect(String topic) {
    begin(topic);
  }

  /** Whether there was a record. */
  boolean sent() {
    return sent;
  }

  void send(ProducerRecord<byte[], byte[]> record) {
    Sender begun = sender;
    sent = true;
    flushed = false;
    if (begun == null) {
      begun = begin(record.topic());
    }
    check();
    try {
      begun
          .producer()
          .send(
              record,
              (sent, failure) -> {
                if (failure != null) {
                  failed.compareAndSet(null, new Failed(record.topic(), failure));
                }
              });
    } catch (InterruptException e) {
      throw Cluster.interrupted(failures);
    } catch (RuntimeException e) {
      begun.check();
      check();
      throw failure(record.topic(), e);
    }
  }

  /** Batches without rows need no transaction: it is open from the first record, or undone. */
  private synchronized Sender begin(String topic) {
    Sender begun = sender;
    if (begun == null) {
      if (transactions.isPresent()) {
        Lane next = transactions.get().next();
        next.begin(epochId, new TopicPartition(topic, 0));
        lane = next;
        begun = next.sender();
      } else {
        begun = plain.get();
      }
      sender = begun;
    }
    return begun;
  }

  private void check() {
    Failed first = failed.get();
    if (first != null) {
      throw failure(first.topic(), first.cause());
    }
  }

  private PipelineException failure(String topic, Exception cause) {
    String doing = "writing to '" + topic + "'";
    Lane open = lane;
    return open == null
        ? failures.of(doing, cause, Transactions.PATIENCE_MILLIS)
        : open.failure(doing, cause, epochId);
  }

  /** Waits until all that was sent is acknowledged. */
  void flush() {
    Sender begun = sender;
    if (begun != null && !flushed) {
      flushed = true;
      try {
        begun.await(begun.producer()::flush);
      } catch (InterruptException e) {
        throw Cluster.interrupted(failures);
      }
      check();
    }
  }

  synchronized void commit() {
    Lane open = lane;
    if (open != null && !sent) {
      open.abort(epochId);
    } else if (open != null && transactions.isPresent()) {
      open.commit(epochId);
      transactions.get().committed(epochId);
    }
  }

  synchronized void abort() {
    Lane open = lane;
    if (open != null) {
      open.abort(epochId);
    }
  }
}
