package dev.sluice.runner.cli;

import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.operators.io.Daemons;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows {@code {"id":0}}, {@code {"id":1}} ... to the partitions of a topic in turn, each as
 * soon as the one before was acknowledged, until it is stopped: while the broker is away it waits.
 */
final class KafkaFeeder implements AutoCloseable {
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread thread;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private int partitions;
  private int rows;
  private boolean paused;
  private boolean closed;

  KafkaFeeder(Broker broker, String topic, int partitions) {
    this.topic = topic;
    this.partitions = partitions;
    this.producer = broker.producer("");
    this.thread = Daemons.thread("feeder", this::feed);
    thread.start();
  }

  private void feed() {
    try {
      while (awaitTurn()) {
        send();
      }
    } catch (InterruptedException | RuntimeException e) {
      failure.set(e);
    }
  }

  private synchronized boolean awaitTurn() throws InterruptedException {
    while (paused && !closed) {
      wait();
    }
    return !closed;
  }

  /** Sends one row; also while the feeder is paused. */
  synchronized void send() {
    String row = "{\"id\":" + rows + "}";
    Broker.get(
        producer.send(
            new ProducerRecord<>(
                topic, rows % partitions, null, row.getBytes(StandardCharsets.UTF_8))));
    rows++;
  }

  /** So many rows are there. */
  synchronized int rows() {
    Throwable failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("the feeder has ended", failed);
    }
    return rows;
  }

  /** From now on the topic has so many partitions. */
  synchronized void widen(int count) {
    partitions = count;
  }

  synchronized void pause() {
    paused = true;
  }

  synchronized void resume() {
    paused = false;
    notifyAll();
  }

  private synchronized void end() {
    closed = true;
    notifyAll();
  }

  /** Sends no more; whatever {@link #rows} counts is there. */
  void stop() {
    end();
    Broker.get(CompletableFuture.runAsync(this::join));
  }

  @Override
  public void close() {
    stop();
    producer.close();
  }

  private void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
