package dev.sluice.connectors.kafka.client;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Daemons;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A transactional id and its producer; at most one transaction is open. */
final class Lane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  private final String id;
  private final Sender sender;
  private final KafkaProducer<byte[], byte[]> producer;
  private final long timeoutMillis;
  private final KafkaFailures failures;
  private final ExecutorService marking =
      Executors.newSingleThreadExecutor(Daemons.factory("kafka-mark"));
  private @Nullable Future<?> mark;
  private volatile long begunNanos;

  private Lane(String id, Sender sender, long timeoutMillis, KafkaFailures failures) {
    this.id = id;
    this.timeoutMillis = timeoutMillis;
    this.sender = sender;
    this.producer = sender.producer();
    this.failures = failures;
  }

  /**
   * Fences what is left of earlier runs; their open transaction is undone.
   *
   * @param timeoutMillis how long a transaction may last
   */
  static Lane open(String id, Sender sender, long timeoutMillis, KafkaFailures failures) {
    try {
      sender.await(sender.producer()::initTransactions);
    } catch (InterruptException e) {
      sender.producer().close(Duration.ZERO);
      throw Cluster.interrupted(failures);
    } catch (RuntimeException e) {
      sender.producer().close(Duration.ZERO);
      throw failures.of("beginning transactions as '" + id + "'", e, Transactions.PATIENCE_MILLIS);
    }
    return new Lane(id, sender, timeoutMillis, failures);
  }

  Sender sender() {
    return sender;
  }

  /**
   * Begins the transaction of a batch, and sends the batch's number on its way: it need not wait
   * for the records.
   */
  void begin(long epochId, TopicPartition place) {
    begunNanos = System.nanoTime();
    try {
      producer.beginTransaction();
    } catch (RuntimeException e) {
      throw failures.of("beginning a transaction as '" + id + "'", e, Transactions.PATIENCE_MILLIS);
    }
    OffsetAndMetadata number = new OffsetAndMetadata(epochId, "batch " + epochId);
    mark =
        marking.submit(
            () ->
                patiently(
                    epochId,
                    () -> producer.sendOffsetsToTransaction(Map.of(place, number), group(id))));
  }

  private String doing(long epochId) {
    return "committing batch " + epochId + " as '" + id + "'";
  }

  /** Commits the records and the number of their batch together. */
  void commit(long epochId) {
    awaitMark(epochId);
    patiently(epochId, producer::commitTransaction);
  }

  private void awaitMark(long epochId) {
    Future<?> sent = mark;
    mark = null;
    if (sent == null) {
      return;
    }
    try {
      sent.get();
    } catch (InterruptedException e) {
      throw Cluster.interrupted(failures);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw failures.of(doing(epochId), e, Transactions.PATIENCE_MILLIS);
    }
  }

  /**
   * The group as one without members: that it is made by a constructor is what is to be removed.
   */
  @SuppressWarnings("removal")
  private static ConsumerGroupMetadata group(String id) {
    return new ConsumerGroupMetadata(id);
  }

  /** Both calls may be repeated after a timeout, which tells nothing about the outcome. */
  private void patiently(long epochId, Runnable step) {
    String doing = doing(epochId);
    long begun = System.nanoTime();
    while (true) {
      try {
        sender.await(step);
        return;
      } catch (InterruptException e) {
        throw Cluster.interrupted(failures);
      } catch (TimeoutException e) {
        long waited = (System.nanoTime() - begun) / 1_000_000;
        if (waited > Transactions.PATIENCE_MILLIS) {
          throw failures.of(doing, e, waited);
        }
        LOG.warn("{}: the brokers do not answer; waiting for them", doing);
        failures.retried(doing, e);
      } catch (RuntimeException e) {
        throw failure(doing, e, epochId);
      }
    }
  }

  /** The brokers undo a transaction that lasts too long, as they do that of a run left behind. */
  PipelineException failure(String doing, Throwable e, long epochId) {
    boolean late = (System.nanoTime() - begunNanos) / 1_000_000 >= timeoutMillis;
    return late && KafkaFailures.isUndone(e)
        ? failures.tooLong(epochId, timeoutMillis, e)
        : failures.of(doing, e, Transactions.PATIENCE_MILLIS);
  }

  /** Undoes it as far as this process still can; the brokers do the rest when it times out. */
  void abort(long epochId) {
    try {
      awaitMark(epochId);
    } catch (RuntimeException | Error e) {
      LOG.debug("the number of batch {} was not sent", epochId, e);
    }
    try {
      sender.await(producer::abortTransaction);
    } catch (RuntimeException | Error e) {
      LOG.debug("the transaction of '{}' is left to the brokers", id, e);
    }
  }

  @Override
  public void close() {
    marking.shutdown();
    sender.close();
  }
}
