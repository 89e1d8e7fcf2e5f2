package dev.sluice.runner.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long a record takes from the moment it is due until a reader has what a pipeline made of it:
 * {@code SERVERS IN OUT RATE WARM_SECONDS SECONDS}. A record carries the time at which it was to be
 * sent, so that a stall of the sender, or of what it waits for, counts for all records that it held
 * up. Nine of ten have an amount above 10. The reader takes committed records only, and what was
 * due in the warm seconds is not counted. How far the sender was behind is told too: on a machine
 * that is busy otherwise it is what the figures can be trusted to.
 */
final class LatencyProbe {
  private static final String NOTE =
      "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor";
  private static final String FIELD = "\"ts\":";

  private final String servers;
  private final long base = System.nanoTime();
  private final long warmMicros;
  private final int warm;
  private final long[] latencies;
  private final long[] behind;
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicLong expected = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private int counted;

  private LatencyProbe(String servers, long warmMicros, int warm, int most) {
    this.warm = warm;
    this.servers = servers;
    this.warmMicros = warmMicros;
    this.latencies = new long[most];
    this.behind = new long[most];
  }

  public static void main(String[] arguments) throws Exception {
    int rate = Integer.parseInt(arguments[3]);
    int warm = Integer.parseInt(arguments[4]);
    int total = rate * (warm + Integer.parseInt(arguments[5]));
    LatencyProbe probe = new LatencyProbe(arguments[0], warm * 1_000_000L, rate * warm, total);
    Thread reader = new Thread(() -> probe.read(arguments[2]));
    reader.start();
    probe.send(arguments[1], rate, total);
    long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (probe.received.get() < probe.expected.get() && System.nanoTime() < limit) {
      Thread.sleep(20);
    }
    probe.done.set(true);
    reader.join();
    System.out.println(probe.result());
  }

  private long micros() {
    return (System.nanoTime() - base) / 1000;
  }

  private void read(String topic) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            servers,
            "isolation.level",
            "read_committed",
            "fetch.max.wait.ms",
            5);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToEnd(all);
      all.forEach(consumer::position);
      while (!done.get()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(5))) {
          long now = micros();
          long sent = sent(record.value());
          received.incrementAndGet();
          if (sent >= warmMicros && counted < latencies.length) {
            latencies[counted++] = now - sent;
          }
        }
      }
    }
  }

  private static long sent(byte[] value) {
    String text = new String(value, StandardCharsets.ISO_8859_1);
    int from = text.indexOf(FIELD) + FIELD.length();
    int to = from;
    while (Character.isDigit(text.charAt(to))) {
      to++;
    }
    return Long.parseLong(text, from, to, 10);
  }

  private void send(String topic, int rate, int total) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", servers, "linger.ms", 0, "acks", "1");
    SplittableRandom random = new SplittableRandom(5);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      int partitions = producer.partitionsFor(topic).size();
      for (int i = 0; i < total; i++) {
        long due = base + i * 1_000_000_000L / rate;
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        long dueMicros = (due - base) / 1000;
        behind[i] = micros() - dueMicros;
        boolean kept = random.nextInt(10) != 0;
        String value =
            "{\"ts\":"
                + dueMicros
                + ",\"user_id\":"
                + random.nextInt(5_000_000)
                + ",\"country\":\"DE\",\"amount\":"
                + (kept ? "25.5" : "5.5")
                + ",\"note\":\""
                + NOTE
                + "\"}";
        expected.addAndGet(kept ? 1 : 0);
        producer.send(
            new ProducerRecord<>(
                topic, i % partitions, null, value.getBytes(StandardCharsets.ISO_8859_1)));
      }
    }
  }

  private String result() {
    long[] sorted = Arrays.copyOf(latencies, counted);
    Arrays.sort(sorted);
    long[] late = Arrays.copyOfRange(behind, warm, behind.length);
    Arrays.sort(late);
    return String.format(
        Locale.ROOT,
        "ms: p50 %.1f   p90 %.1f   p99 %.1f   p99.9 %.1f   max %.1f   (%d counted, %d of %d arrived, sender p99 %.1f)",
        quantile(sorted, 0.5),
        quantile(sorted, 0.9),
        quantile(sorted, 0.99),
        quantile(sorted, 0.999),
        quantile(sorted, 1),
        counted,
        received.get(),
        expected.get(),
        quantile(late, 0.99));
  }

  private static double quantile(long[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))] / 1000.0;
  }
}
