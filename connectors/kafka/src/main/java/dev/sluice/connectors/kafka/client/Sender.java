package dev.sluice.connectors.kafka.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.Metric;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer, and an eye on the thread in which it sends. An error such as a lack of memory ends
 * that thread, and nothing that was asked of the producer is ever answered then: who waits for it
 * is woken, and told of the error.
 */
final class Sender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

  private final KafkaProducer<byte[], byte[]> producer;
  private final Optional<? extends Metric> sentAgain;
  private final Set<Thread> waiting = new HashSet<>();
  private volatile @Nullable Error failure;

  /** To be made by the thread that made the producer: it looks among that thread's. */
  Sender(KafkaProducer<byte[], byte[]> producer) {
    this.producer = producer;
    this.sentAgain =
        producer.metrics().values().stream()
            .filter(
                one ->
                    one.metricName().name().equals("record-retry-total")
                        && one.metricName().group().equals("producer-metrics"))
            .findFirst();
    String client = sentAgain.map(one -> one.metricName().tags().get("client-id")).orElse("");
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    Thread[] threads = new Thread[2 * group.activeCount() + 16];
    int found = group.enumerate(threads);
    Arrays.stream(threads, 0, found)
        .filter(thread -> thread.getName().equals("kafka-producer-network-thread | " + client))
        .filter(thread -> !(thread.getUncaughtExceptionHandler() instanceof Watch))
        .forEach(thread -> thread.setUncaughtExceptionHandler(new Watch()));
  }

  /** Called by the thread itself, at its end. */
  private final class Watch implements Thread.UncaughtExceptionHandler {
    @Override
    public void uncaughtException(Thread thread, Throwable e) {
      LOG.error("the thread '{}' has ended", thread.getName(), e);
      end(e instanceof Error error ? error : new AssertionError(e));
    }
  }

  private synchronized void end(Error cause) {
    failure = cause;
    waiting.forEach(Thread::interrupt);
  }

  KafkaProducer<byte[], byte[]> producer() {
    return producer;
  }

  /** Throws the error that ended the sending thread, if one did. */
  void check() {
    Error ended = failure;
    if (ended != null) {
      throw ended;
    }
  }

  /** Does something that waits for the sending thread. */
  void await(Runnable step) {
    synchronized (this) {
      check();
      waiting.add(Thread.currentThread());
    }
    try {
      step.run();
    } finally {
      leave();
    }
  }

  private synchronized void leave() {
    waiting.remove(Thread.currentThread());
    if (failure != null) {
      // It was woken by this, or would be.
      Thread.interrupted();
      check();
    }
  }

  /** How many records it has sent again by itself, as it counts them. Cheap to ask. */
  long sentAgain() {
    return sentAgain.isPresent() && sentAgain.get().metricValue() instanceof Double count
        ? count.longValue()
        : 0;
  }

  @Override
  public void close() {
    producer.close(failure == null ? Duration.ofSeconds(2) : Duration.ZERO);
  }
}
