package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.kinesis.Position;
import dev.sluice.operators.io.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * Reads one shard ahead of the query, and holds what came until its batch is done. One thread
 * fetches at a time; the loop's thread looks at what is held.
 */
final class ShardReader {
  /** Our clock and that of Kinesis differ by less: it refuses requests that are further off. */
  static final long SKEW_MILLIS = 600_000;

  private final StreamClient client;
  private final StreamClient.ShardInfo shard;
  private final FetchLimits limits;
  private final Clock clock;
  private final Patience patience;

  // The fetching thread's side.
  private @Nullable String iterator;
  private Position next;

  // What both sides see, under this lock.
  private final Deque<Fetched> held = new ArrayDeque<>();
  private Position beforeHeld;
  private Position newest;
  private long heldBytes;
  private long lastBytes;
  private boolean ended;
  private boolean settled;
  private long behindMillis = -1;

  /**
   * What has come.
   *
   * @param waiting records behind the place that was asked about
   * @param newest the place behind the last of them
   */
  record Tip(long waiting, Position newest) {}

  /** How much is asked for at once, how fast, and how often. */
  record FetchLimits(int records, double bytesPerMilli, long periodMillis) {}

  ShardReader(
      StreamClient client,
      StreamClient.ShardInfo shard,
      Position from,
      FetchLimits limits,
      Clock clock) {
    this.client = client;
    this.shard = shard;
    this.next = from;
    this.beforeHeld = from;
    this.newest = from;
    this.limits = limits;
    this.clock = clock;
    this.patience = client.patience("reading " + shard.id());
  }

  StreamClient.ShardInfo shard() {
    return shard;
  }

  /**
   * Asks once.
   *
   * @param keep whether what comes is held; otherwise only the place is moved on
   * @param until what came later, in milliseconds since 1970, is left
   * @return how many milliseconds to wait before the next time; -1 after the shard's end
   */
  long fetch(boolean keep, long until) {
    long now = clock.millis();
    GetRecordsResponse answer;
    try {
      String current = iterator;
      if (current == null) {
        current = client.iterator(shard.id(), next);
        iterator = current;
      }
      answer = client.records(current, limits.records());
    } catch (ExpiredIteratorException e) {
      iterator = null;
      return 0;
    } catch (SdkException e) {
      return patience.failed(e);
    }
    patience.succeeded();
    iterator = answer.nextShardIterator();
    long behind = answer.millisBehindLatest() == null ? 0 : answer.millisBehindLatest();
    List<Fetched> fetched = new ArrayList<>(answer.records().size());
    boolean later = false;
    for (Record record : answer.records()) {
      Fetched one = Fetched.of(record, shard);
      later = later || one.arrivalMicros() / 1000 > until;
      if (!later) {
        fetched.add(one);
      }
    }
    if (later) {
      // The shard may have ended, but not what is left of it.
      iterator = "";
    }
    // What is left lies behind the last record that is not, or behind the place that was asked for.
    OptionalLong readUntil =
        !later
            ? OptionalLong.of(now - behind)
            : fetched.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(fetched.get(fetched.size() - 1).arrivalMicros() / 1000);
    long bytes = add(fetched, readUntil, behind, keep);
    if (later) {
      return leave();
    }
    if (iterator == null) {
      return -1;
    }
    long byRate = (long) (bytes / limits.bytesPerMilli());
    return Math.max(limits.periodMillis(), byRate);
  }

  /** What follows is not wanted any more. */
  private synchronized long leave() {
    iterator = null;
    settled = true;
    notifyAll();
    return limits.periodMillis();
  }

  /**
   * @param until up to when the shard is known to be read, in milliseconds since 1970, if anew
   */
  private synchronized long add(
      List<Fetched> fetched, OptionalLong until, long behind, boolean keep) {
    long bytes = 0;
    for (Fetched record : fetched) {
      bytes += record.bytes();
      newest = Position.after(record.number(), until.orElse(0));
      if (keep) {
        held.add(record);
        heldBytes += record.bytes();
      }
    }
    if (!keep) {
      held.clear();
      heldBytes = 0;
      beforeHeld = newest;
    }
    if (until.isPresent() && newest.kind() == Position.Kind.AFTER_SEQUENCE_NUMBER) {
      newest = Position.after(newest.number(), until.getAsLong());
    } else if (until.isPresent() && newest.kind() == Position.Kind.AT_TIMESTAMP) {
      // Nothing lies between the two, as nothing has come.
      newest = Position.at(Math.max(newest.millis(), until.getAsLong() - SKEW_MILLIS));
    }
    next = newest;
    behindMillis = behind;
    lastBytes = bytes;
    ended = iterator == null;
    boolean atTip = behind == 0 && fetched.size() < limits.records();
    settled = settled || ended || atTip && !shard.closed();
    notifyAll();
    return bytes;
  }

  /** Fetched up to here; {@link Position#SHARD_END} after the last record. */
  synchronized Position newest() {
    return ended ? Position.SHARD_END : newest;
  }

  /** True if the shard's tip was reached since the reader began. */
  synchronized boolean isSettled() {
    return settled;
  }

  synchronized boolean isEnded() {
    return ended;
  }

  synchronized long heldBytes() {
    return heldBytes;
  }

  /** What the next answer may bring, by the last one. */
  synchronized long expectedBytes() {
    return lastBytes;
  }

  /** By how much the last answer was behind, or -1 before the first. */
  synchronized long behindMillis() {
    return behindMillis;
  }

  /** How many records that are held lie behind a place. */
  synchronized long waiting(Position from) {
    long count = 0;
    for (Fetched record : held) {
      if (!from.reaches(record.number())) {
        count += record.users().size();
      }
    }
    return count;
  }

  /** Both as of one moment: records may come between two questions. */
  synchronized Tip tip(Position from) {
    return new Tip(waiting(from), newest());
  }

  /** The place behind about so many records that are held, at least behind one. */
  synchronized Position cut(Position from, long most) {
    long count = 0;
    Position place = from;
    boolean some = false;
    for (Fetched record : held) {
      if (!from.reaches(record.number())) {
        count += record.users().size();
        if (some && count > most) {
          return place;
        }
        some = true;
        long millis = record.arrivalMicros() / 1000;
        place = Position.after(record.number(), Math.max(0, millis));
      }
    }
    return newest();
  }

  /** What is held of a range; empty if not all of it is. */
  synchronized Optional<List<Fetched>> range(Position from, Position to) {
    boolean begins =
        from.isSamePlace(beforeHeld)
            || beforeHeld.kind() == Position.Kind.AT_TIMESTAMP
                && from.kind() == Position.Kind.AT_TIMESTAMP
                && from.millis() >= beforeHeld.millis()
            || held.stream().anyMatch(record -> record.number().equals(from.number()));
    boolean ends =
        to.isEnd()
            ? ended
            : to.kind() == Position.Kind.AFTER_SEQUENCE_NUMBER && newest.reaches(to.number());
    if (!begins || !ends) {
      return Optional.empty();
    }
    return Optional.of(
        held.stream()
            .filter(record -> !from.reaches(record.number()) && to.reaches(record.number()))
            .toList());
  }

  /** What lies up to here is not asked for any more. */
  synchronized void forget(Position upTo) {
    while (!held.isEmpty() && upTo.reaches(held.getFirst().number())) {
      Fetched done = held.removeFirst();
      heldBytes -= done.bytes();
      beforeHeld = Position.after(done.number(), 0);
    }
  }
}
