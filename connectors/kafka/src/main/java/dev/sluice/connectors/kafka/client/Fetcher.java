package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.Partition;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Daemons;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one partition ahead: a thread of its own polls while the records before are decoded, and
 * while a batch is computed and committed. What it read beyond a batch is kept for the next.
 */
final class Fetcher implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final long STEP_MILLIS = 100;

  /** So many polls are held, however large: what is read, and what comes next. */
  private static final int AHEAD = 2;

  /**
   * How long it rests when nobody waits for the few records that it got: an answer with one record
   * costs the brokers, and this machine, as much as one with fifty. The client asks again before it
   * gives an answer, so that the one after a rest is as old as the rest: it is followed by the next
   * without one.
   */
  private static final long REST_NANOS = 3_000_000;

  private static final int FEW_RECORDS = 50;

  /** What a record takes beside its key and value, roughly. */
  private static final int RECORD_BYTES = 128;

  private final Partition partition;
  private final TopicPartition kafkas;
  private final KafkaFailures failures;
  private final long patienceMillis;
  private final long aheadBytes;
  private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
  private final BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
  private final AtomicLong held = new AtomicLong();
  private final Runnable arrival;
  private final Thread thread;
  private volatile Seek wanted = new Seek(0, -1);
  private volatile long needed = -1;
  private volatile boolean full;
  private volatile boolean awaited;
  private volatile boolean closed;
  private volatile End end = new End(0, -1);
  private volatile @Nullable Throwable died;

  // The reader's side.
  private List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = List.of();
  private int index;
  private long afterPiece = -1;
  // No record lies between here and the position.
  private long floor = -1;

  /**
   * A place to go on from, none if that is below 0; its number tells pieces of before from those
   * after.
   */
  private record Seek(int number, long offset) {}

  /** The end of a log that cannot be read on. */
  static final long FAILED = -2;

  /** Where the log ended when the broker last answered; -1 if that is not known. */
  private record End(int seek, long offset) {}

  /** What one poll gave, and the offset behind it. */
  private record Piece(
      int seek,
      List<ConsumerRecord<ByteBuffer, ByteBuffer>> records,
      long next,
      long bytes,
      @Nullable Throwable failure) {}

  /** The log ends, or begins, where there should still be records. */
  static final class LostRecords extends RuntimeException {
    LostRecords(String message) {
      super(message);
    }
  }

  /**
   * @param aheadBytes small polls are held up to so many bytes: a fetcher that stood still while a
   *     batch is committed would know nothing of what has come since, and the next batch would
   *     leave it to the one after
   * @param arrival called by this fetcher's own thread when there are records to read
   */
  Fetcher(
      Partition partition,
      Map<String, Object> properties,
      long aheadBytes,
      KafkaFailures failures,
      long patienceMillis,
      Runnable arrival) {
    this.arrival = arrival;
    this.aheadBytes = aheadBytes;
    this.partition = partition;
    this.kafkas = new TopicPartition(partition.topic(), partition.partition());
    this.failures = failures;
    this.patienceMillis = patienceMillis;
    try {
      this.consumer =
          Client.make(
              () ->
                  new KafkaConsumer<>(
                      properties, new ByteBufferDeserializer(), new ByteBufferDeserializer()));
    } catch (RuntimeException e) {
      throw failures.of("connecting", e, 0);
    }
    consumer.assign(List.of(kafkas));
    this.thread = Daemons.thread("kafka-" + partition, this::fetch);
    thread.start();
  }

  Partition partition() {
    return partition;
  }

  /** The offset behind the last record taken; -1 if it has not begun. */
  long position() {
    return index < records.size() ? records.get(index).offset() : afterPiece;
  }

  /**
   * Where the log ends, as far as what it has been sent tells: it is sent new records at once. -1
   * if it does not know, {@link #FAILED} if what it has been sent is a refusal.
   */
  long end() {
    if (died != null) {
      return FAILED;
    }
    End known = end;
    return known.seek() == wanted.number() ? known.offset() : -1;
  }

  /** Whether what comes next from here is what it has, or is about to get. */
  boolean standsAt(long offset) {
    return afterPiece >= 0 && floor <= offset && offset <= position();
  }

  /** Goes on from here: nothing to do if it stands there. A failure is behind it then. */
  void start(long offset) {
    if (!standsAt(offset) || end() == FAILED) {
      send(offset);
    }
  }

  /** Reads no further until it is started again. */
  void rest() {
    if (afterPiece >= 0) {
      send(-1);
    }
  }

  private void send(long offset) {
    records = List.of();
    index = 0;
    afterPiece = offset;
    floor = offset;
    wanted = new Seek(wanted.number() + 1, offset);
    wake();
  }

  private void wake() {
    consumer.wakeup();
    synchronized (queue) {
      queue.notifyAll();
    }
  }

  /**
   * The next record below {@code until}; null if there is none. Throws {@link
   * OffsetOutOfRangeException} or {@link LostRecords} where the log does not hold what it should.
   */
  @Nullable ConsumerRecord<ByteBuffer, ByteBuffer> next(long until) {
    while (index == records.size()) {
      if (afterPiece >= until) {
        return null;
      }
      take(until);
    }
    ConsumerRecord<ByteBuffer, ByteBuffer> record = records.get(index);
    if (record.offset() >= until) {
      return null;
    }
    index++;
    floor = record.offset() + 1;
    return record;
  }

  /** True once a record is there, or the position has moved; waits at most so long. */
  boolean await(long waitMillis) {
    if (index < records.size()) {
      return true;
    }
    int seek = wanted.number();
    long deadline = System.nanoTime() + waitMillis * 1_000_000;
    try {
      while (true) {
        Piece piece = poll(deadline - System.nanoTime());
        if (piece == null) {
          rethrow(died);
          return false;
        } else if (piece.seek() == seek) {
          adopt(piece);
          return true;
        }
      }
    } catch (InterruptedException e) {
      throw Cluster.interrupted(failures);
    }
  }

  /** The next record, if it is there already. */
  @Nullable ConsumerRecord<ByteBuffer, ByteBuffer> available() {
    if (index == records.size()) {
      return null;
    }
    ConsumerRecord<ByteBuffer, ByteBuffer> record = records.get(index++);
    floor = record.offset() + 1;
    return record;
  }

  private void adopt(Piece piece) {
    rethrow(piece.failure());
    records = piece.records();
    index = 0;
    afterPiece = piece.next();
  }

  private static void rethrow(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof RuntimeException known) {
      throw known;
    }
  }

  private @Nullable Piece poll(long nanos) throws InterruptedException {
    Piece piece = queue.poll();
    if (piece == null) {
      awaited = true;
      piece = queue.poll(nanos, TimeUnit.NANOSECONDS);
      awaited = false;
    }
    if (piece != null) {
      held.addAndGet(-piece.bytes());
      if (full) {
        synchronized (queue) {
          queue.notifyAll();
        }
      }
    }
    return piece;
  }

  private void take(long until) {
    needed = until;
    long deadline = System.nanoTime() + patienceMillis * 1_000_000;
    int seek = wanted.number();
    try {
      while (true) {
        Piece piece = poll(STEP_MILLIS * 1_000_000);
        if (piece == null) {
          rethrow(died);
          if (System.nanoTime() > deadline) {
            throw failures.unreachable(reading(position()), patienceMillis, noAnswer());
          }
        } else if (piece.seek() == seek) {
          adopt(piece);
          return;
        }
      }
    } catch (InterruptedException e) {
      throw Cluster.interrupted(failures);
    } finally {
      needed = -1;
    }
  }

  private static Throwable noAnswer() {
    return new java.util.concurrent.TimeoutException();
  }

  // ---- the fetching thread

  private void fetch() {
    try {
      poll();
    } catch (RuntimeException | Error e) {
      // Told to the reader, which would wait for a thread that is no more.
      died = e;
    } finally {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private void poll() {
    int seek = 0;
    long next = -1;
    int idle = 0;
    boolean failed = false;
    boolean rested = false;
    boolean astray = false;
    while (!closed) {
      Seek target = wanted;
      try {
        if (target.number() != seek) {
          seek = target.number();
          next = target.offset();
          failed = false;
          astray = true;
          clear();
        }
        if (next < 0 || failed) {
          await(seek);
          continue;
        }
        if (astray) {
          consumer.seek(kafkas, next);
          astray = false;
        }
        List<ConsumerRecord<ByteBuffer, ByteBuffer>> polled = consumer.poll(POLL).records(kafkas);
        long after = consumer.position(kafkas);
        OptionalLong lag = consumer.currentLag(kafkas);
        end = new End(seek, lag.isPresent() ? after + lag.getAsLong() : -1);
        if (after != next || !polled.isEmpty()) {
          next = after;
          idle = 0;
          boolean rests = !rested && !awaited && polled.size() < FEW_RECORDS;
          put(new Piece(seek, polled, after, bytes(polled), null));
          arrival.run();
          rested = rests;
          if (rests) {
            LockSupport.parkNanos(REST_NANOS);
          }
        } else if (++idle >= 2) {
          idle = 0;
          requireMore(next);
        }
      } catch (WakeupException e) {
        // Closed, or told to go elsewhere.
        astray = true;
      } catch (TimeoutException e) {
        // The broker is away: the reader's patience decides.
        failures.retried(reading(next), e);
        astray = true;
      } catch (InterruptException e) {
        closed = true;
      } catch (RuntimeException | Error e) {
        failed = true;
        end = new End(seek, FAILED);
        put(new Piece(seek, List.of(), next, 0, e));
      }
    }
  }

  private String reading(long next) {
    return "reading " + partition + " from offset " + next;
  }

  /** Waits until it is told to go elsewhere. */
  private void await(int seek) {
    synchronized (queue) {
      if (!closed && wanted.number() == seek) {
        try {
          queue.wait(STEP_MILLIS);
        } catch (InterruptedException e) {
          closed = true;
        }
      }
    }
  }

  private static long bytes(List<ConsumerRecord<ByteBuffer, ByteBuffer>> records) {
    long bytes = 0;
    for (ConsumerRecord<ByteBuffer, ByteBuffer> record : records) {
      bytes += RECORD_BYTES;
      bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
      for (Header header : record.headers()) {
        bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
      }
    }
    return bytes;
  }

  /** Drops what was read before it was sent elsewhere. */
  private void clear() {
    for (Piece piece = queue.poll(); piece != null; piece = queue.poll()) {
      held.addAndGet(-piece.bytes());
    }
  }

  /** Waits while enough is held. */
  private void put(Piece piece) {
    if (!hasRoom()) {
      full = true;
      try {
        synchronized (queue) {
          while (!closed && wanted.number() == piece.seek() && !hasRoom()) {
            queue.wait(STEP_MILLIS);
          }
        }
      } catch (InterruptedException e) {
        closed = true;
      }
      full = false;
    }
    if (!closed && wanted.number() == piece.seek()) {
      held.addAndGet(piece.bytes());
      queue.add(piece);
    }
  }

  private boolean hasRoom() {
    return queue.size() < AHEAD || held.get() < aheadBytes;
  }

  /** Where a reader waits for records that the log does not have, waiting is in vain. */
  private void requireMore(long next) {
    long until = needed;
    if (until <= next) {
      return;
    }
    Long end;
    try {
      end = consumer.endOffsets(List.of(kafkas), Duration.ofSeconds(2)).get(kafkas);
    } catch (TimeoutException e) {
      failures.retried(reading(next), e);
      return;
    }
    if (end != null && end < until) {
      throw new LostRecords("the log ends at offset " + end);
    }
  }

  /** Says what went wrong while reading. */
  PipelineException failure(RuntimeException e) {
    return failures.of(
        "reading " + partition + " at offset " + Math.max(0, position()), e, patienceMillis);
  }

  @Override
  public void close() {
    closed = true;
    wake();
  }
}
