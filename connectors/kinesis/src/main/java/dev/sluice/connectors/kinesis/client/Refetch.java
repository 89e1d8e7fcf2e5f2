package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.kinesis.Position;
import dev.sluice.operators.io.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;

/** The records of a range, fetched when they are read: those that are not held. */
final class Refetch implements Iterator<Fetched> {
  private final StreamClient client;
  private final ShardRange range;
  private final ShardReader.FetchLimits limits;
  private final Failures failures;
  private final DataLoss losses;
  private final Clock clock;
  private final Patience patience;
  private final Deque<Fetched> fetched = new ArrayDeque<>();
  private Position at;
  private @Nullable String iterator;
  private boolean done;

  Refetch(
      StreamClient client,
      ShardRange range,
      ShardReader.FetchLimits limits,
      Failures failures,
      DataLoss losses,
      Clock clock) {
    this.client = client;
    this.range = range;
    this.limits = limits;
    this.failures = failures;
    this.losses = losses;
    this.clock = clock;
    this.at = range.from();
    this.patience = client.patience("reading " + range + " again");
  }

  @Override
  public boolean hasNext() {
    while (fetched.isEmpty() && !done) {
      fetch();
    }
    return !fetched.isEmpty();
  }

  @Override
  public Fetched next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return fetched.removeFirst();
  }

  private void fetch() {
    GetRecordsResponse answer;
    try {
      String current = iterator;
      if (current == null) {
        current = client.iterator(range.shard().id(), at);
      }
      answer = client.records(current, limits.records());
    } catch (ExpiredIteratorException e) {
      iterator = null;
      return;
    } catch (SdkException e) {
      pause(patience.failed(e));
      return;
    }
    patience.succeeded();
    iterator = answer.nextShardIterator();
    for (Record record : answer.records()) {
      if (!range.to().reaches(record.sequenceNumber())) {
        lost();
        return;
      }
      fetched.add(Fetched.of(record, range.shard()));
      at = Position.after(record.sequenceNumber(), 0);
      if (range.to().isSamePlace(at)) {
        done = true;
        return;
      }
    }
    if (iterator == null) {
      done = true;
      if (!range.to().isEnd()) {
        lost();
      }
      return;
    }
    boolean atTip = answer.millisBehindLatest() != null && answer.millisBehindLatest() == 0;
    if (answer.records().isEmpty() && atTip && !range.to().isEnd()) {
      lost();
      return;
    }
    pause(limits.periodMillis());
  }

  /** The range's last record is not there any more. */
  private void lost() {
    done = true;
    losses.report(
        "records of "
            + range
            + " are lost: the last one of an unfinished batch, "
            + range.to().number()
            + ", is not there any more");
  }

  private void pause(long millis) {
    try {
      clock.sleep(millis);
    } catch (InterruptedException e) {
      throw failures.interrupted();
    }
  }
}
