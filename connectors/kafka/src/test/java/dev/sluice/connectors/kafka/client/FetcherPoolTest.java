package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSourceType;
import dev.sluice.connectors.kafka.Partition;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.operators.component.Options;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** What fetchers know and keep between ranges. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class FetcherPoolTest {
  private static final Broker BROKER = Broker.shared();

  private String topic = "";
  private Partition partition = new Partition("", 0);

  @BeforeEach
  void makeTopic(TestInfo test) {
    topic = Broker.named(test);
    partition = new Partition(topic, 0);
    BROKER.create(topic, 1);
  }

  private static FetcherPool pool(int readersOfOne) {
    Options options =
        Options.of(
            new KafkaSourceType().options(),
            Map.of(
                ClientConfig.SERVERS, BROKER.servers(), "kafka.isolation.level", "read_committed"));
    return new FetcherPool(
        KafkaSource.properties(options),
        new KafkaFailures("source 's'", options),
        120_000,
        readersOfOne);
  }

  private static String[] numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toArray(String[]::new);
  }

  private static String text(@Nullable ConsumerRecord<ByteBuffer, ByteBuffer> record) {
    return record == null ? "none" : StandardCharsets.UTF_8.decode(record.value()).toString();
  }

  private static List<String> read(Fetcher fetcher, long until) {
    List<String> values = new ArrayList<>();
    for (var record = fetcher.next(until); record != null; record = fetcher.next(until)) {
      values.add(text(record));
    }
    return values;
  }

  private long awaitEnd(FetcherPool pool, long offset, LongPredicate enough) {
    long deadline = System.nanoTime() + 240_000_000_000L;
    long end = pool.end(partition, offset);
    while (!enough.test(end)) {
      assertThat(System.nanoTime()).as("end %s", end).isLessThan(deadline);
      end = pool.end(partition, offset);
    }
    return end;
  }

  /** The failure was one of a time when there was nothing to read. */
  @Test
  void aFailureOfWhileNobodyReadIsNotThatOfTheNextRange() {
    BROKER.send(topic, 0, numbers(0, 3));
    try (FetcherPool pool = pool(1)) {
      awaitEnd(pool, 5, end -> end == Fetcher.FAILED);
      BROKER.send(topic, 0, numbers(3, 7));
      Fetcher fetcher = pool.acquire(partition, 5);
      assertThat(read(fetcher, 7)).containsExactly(numbers(5, 7));
      pool.release(fetcher);
    }
  }

  @Test
  void oneThatFailedWhileNobodyReadIsFollowedByAnother() {
    BROKER.send(topic, 0, numbers(0, 3));
    try (FetcherPool pool = pool(1)) {
      awaitEnd(pool, 5, end -> end == Fetcher.FAILED);
      pool.dropFailed(Set.of(partition));
      // It is not tried at once, and nobody is told of the old failure.
      assertThat(pool.end(partition, 5)).isEqualTo(-1);
      BROKER.send(topic, 0, numbers(3, 7));
      assertThat(awaitEnd(pool, 5, end -> end >= 0)).isEqualTo(7);
    }
  }

  /** A transaction of one record takes two offsets, and a range may end between them. */
  @Test
  void aRangeThatEndsWhereNoRecordIsIsReadOnWithoutASeek() {
    try (KafkaProducer<byte[], byte[]> producer = BROKER.producer(topic)) {
      producer.initTransactions();
      for (String value : numbers(0, 4)) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, 0, null, value.getBytes(StandardCharsets.UTF_8)));
        producer.commitTransaction();
      }
    }
    assertThat(BROKER.values(topic)).hasSize(4);
    try (FetcherPool pool = pool(1)) {
      awaitEnd(pool, 0, end -> end == 8);
      Fetcher fetcher = pool.acquire(partition, 0);
      assertThat(read(fetcher, 3)).containsExactly("0", "1");
      assertThat(fetcher.position()).isEqualTo(4);
      pool.release(fetcher);
      // Known without another answer of the broker: it was sent nowhere else.
      assertThat(pool.end(partition, 3)).isEqualTo(8);
      Fetcher next = pool.acquire(partition, 3);
      assertThat(next).isSameAs(fetcher);
      assertThat(next.end()).isEqualTo(8);
      assertThat(read(next, 8)).containsExactly("2", "3");
      // Where there was a record it stands no more.
      assertThat(next.standsAt(3)).isFalse();
      next.start(3);
      assertThat(read(next, 5)).containsExactly("2");
      pool.release(next);
    }
  }

  @Test
  void ofAPartitionThatIsReadInPartsOnlyTheLastReadsOn() {
    BROKER.send(topic, 0, numbers(0, 9));
    try (FetcherPool pool = pool(3)) {
      List<Fetcher> parts =
          IntStream.range(0, 3).mapToObj(i -> pool.acquire(partition, 3L * i)).toList();
      for (int i = 0; i < 3; i++) {
        assertThat(read(parts.get(i), 3L * i + 3)).containsExactly(numbers(3 * i, 3 * i + 3));
      }
      pool.release(parts.get(0));
      assertThat(parts.get(0).standsAt(3)).as("the only one so far").isTrue();
      pool.release(parts.get(2));
      assertThat(parts.get(0).position()).as("behind another").isEqualTo(-1);
      pool.release(parts.get(1));
      assertThat(parts.get(1).position()).as("behind another").isEqualTo(-1);
      assertThat(parts.get(2).standsAt(9)).isTrue();
      // A part elsewhere is read by one that rests.
      Fetcher elsewhere = pool.acquire(partition, 4);
      assertThat(elsewhere).isNotSameAs(parts.get(2));
      assertThat(read(elsewhere, 6)).containsExactly("4", "5");
      assertThat(pool.acquire(partition, 9)).isSameAs(parts.get(2));
    }
  }

  @Test
  void thoseThatReadPartsShareTheHeapToo() {
    assertThat(FetcherPool.fetchers(4, 16)).isEqualTo(64);
    assertThat(FetcherPool.fetchers(4, 1)).isEqualTo(4);
    assertThat(FetcherPool.fetchers(100, 16)).isEqualTo(100);
    assertThat(FetcherPool.fetchers(0, 16)).isZero();
  }
}
