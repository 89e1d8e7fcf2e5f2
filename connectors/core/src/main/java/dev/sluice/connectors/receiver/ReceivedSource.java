package dev.sluice.connectors.receiver;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.connectors.message.MessageRows;
import dev.sluice.connectors.message.ValueReading;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.Retried;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A source of what a {@link Receiver} takes in and the log keeps. An offset is how many records
 * there were: {@code 17}. The receiver connects when the first batch is asked for.
 */
public final class ReceivedSource implements Source, SupportsAvailableNow {
  private static final long POLL_MILLIS = 20;

  /** However short a quiet moment is, what has come is waited for to be kept. */
  private static final long LEAST_WAIT_MILLIS = 500;

  /** So many times as long as a quiet moment {@code availableNow} waits for one. */
  private static final int MOST_SETTLES = 10;

  private final Receiver receiver;
  private final RecordShape shape;
  private final ValueReading values;
  private final long mostRecords;
  private final long settleMillis;
  private final int parallelism;
  private final Clock clock;
  private final ReceiverLog log;
  private final Keeper keeper;
  private boolean started;
  private boolean freezes;
  private long frozen = Long.MAX_VALUE;
  private long left;

  private ReceivedSource(
      Receiver receiver,
      RecordShape shape,
      ValueReading values,
      long mostRecords,
      long settleMillis,
      SourceContext context,
      ReceiverLog log) {
    this.receiver = receiver;
    this.shape = shape;
    this.values = values;
    this.mostRecords = mostRecords;
    this.settleMillis = settleMillis;
    this.parallelism = context.parallelism();
    this.clock = context.clock();
    this.log = log;
    this.keeper = new Keeper(log, context.name());
  }

  /**
   * Opens the log that an earlier run left.
   *
   * @param options with {@code maxRecordsPerTrigger}, {@code settle} and those of {@link
   *     ReceiverOptions}
   * @param declared the columns in a value, if any are declared
   */
  public static ReceivedSource open(
      Receiver receiver,
      RecordShape shape,
      Options options,
      Optional<Schema> declared,
      SourceContext context) {
    FileStore files = context.files().of(context.logDirectory());
    try {
      return new ReceivedSource(
          receiver,
          shape,
          ValueReading.of(options, declared, shape.raw(), context.session()),
          options.findNumber(ReceiverOptions.MOST_RECORDS).orElse(Long.MAX_VALUE),
          options.millis(ReceiverOptions.SETTLE),
          context,
          ReceiverLog.open(files, context.logDirectory() + "/received"));
    } catch (IOException e) {
      throw new PipelineException(
          "receiver-log-failed", "what was received before cannot be read: " + e.getMessage(), e);
    }
  }

  /** The column that is there beside those of values. */
  public static Schema hidden(RecordShape shape) {
    return Schema.of(new Field(MessageRows.METADATA, shape.metadata(), false));
  }

  @Override
  public Schema schema() {
    return values.schema();
  }

  @Override
  public Schema hiddenColumns() {
    return values.decodes() ? hidden(shape) : Schema.EMPTY;
  }

  @Override
  public String description() {
    return receiver.description();
  }

  @Override
  public Retried retried() {
    return receiver.retried().and(values.retried());
  }

  @Override
  public Offset initialOffset() {
    return offset(0);
  }

  private Offset offset(long number) {
    return new Offset(Long.toString(number + shape.beforeFirst()));
  }

  /** How many records there were up to it. */
  private long number(Offset offset) {
    if (offset.isNone()) {
      return 0;
    }
    try {
      return Long.parseLong(offset.json().trim()) - shape.beforeFirst();
    } catch (NumberFormatException e) {
      throw new PipelineException(
          "offset-invalid",
          "'" + offset.json() + "' is no offset of a receiver; a number is expected");
    }
  }

  private void start() {
    if (!started) {
      started = true;
      keeper.start();
      receiver.start(keeper);
    }
  }

  /** Where counting goes on is known with the first offset, unless the log says it. */
  @Override
  public void prepareForAvailableNow() {
    if (log.isEmpty()) {
      freezes = true;
    } else {
      freeze();
    }
  }

  private void freeze() {
    freezes = false;
    start();
    long seen = -1;
    long begun = clock.nanos();
    long quietSince = begun;
    long most = Math.max(LEAST_WAIT_MILLIS, settleMillis * MOST_SETTLES) * 1_000_000L;
    try {
      // What a server has kept for us comes after the connection, with nothing to say that it ends.
      // One that never pauses has had its time after some such waits: the next run goes on.
      while (clock.nanos() - quietSince < settleMillis * 1_000_000L || !keeper.isIdle()) {
        keeper.check();
        if (clock.nanos() - begun > most) {
          break;
        }
        if (keeper.arrivals() != seen) {
          seen = keeper.arrivals();
          quietSince = clock.nanos();
        }
        clock.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    frozen = log.end();
  }

  @Override
  public Offset latestOffset(Offset from, ReadLimit limit) {
    long start = number(from);
    log.startAt(start);
    if (freezes) {
      freeze();
    }
    // The batch that connects has what is kept already, and nothing of what comes.
    long kept = log.end();
    boolean connects = !started;
    start();
    keeper.check();
    long there = Math.max(start, Math.min(frozen, connects ? kept : log.end()));
    long end = there;
    if (limit == ReadLimit.CONFIGURED && end - start > mostRecords) {
      end = start + mostRecords;
    }
    left = there - end;
    return offset(end);
  }

  /** What the limit of a batch left; what has come since is not known yet. */
  @Override
  public Optional<Backlog> backlog() {
    return Optional.of(new Backlog(left, "records"));
  }

  @Override
  public List<Split> splits(Offset from, Offset to) {
    List<ReceiverLog.Piece> pieces = log.pieces(number(from), number(to));
    List<Split> splits = new ArrayList<>();
    int each = Math.max(1, (pieces.size() + parallelism - 1) / parallelism);
    for (int i = 0; i < pieces.size(); i += each) {
      List<ReceiverLog.Piece> own = pieces.subList(i, Math.min(pieces.size(), i + each));
      splits.add(
          request ->
              new ReceivedReader(
                  log,
                  shape,
                  own,
                  request.batchRows(),
                  values.rows(request.schema(), hidden(shape).field(0), request.batchRows())));
    }
    return splits;
  }

  @Override
  public void commit(Offset upTo) {
    try {
      log.forgetBelow(number(upTo));
    } catch (IOException e) {
      // What could not be deleted is tried again after the next batch.
    }
  }

  @Override
  public Map<String, String> metrics() {
    return Map.of("received", Long.toString(log.end()));
  }

  /** What is in the log is told to its senders before their connections end: it comes once. */
  @Override
  public void close() {
    keeper.close();
    receiver.close();
    keeper.close();
  }
}
