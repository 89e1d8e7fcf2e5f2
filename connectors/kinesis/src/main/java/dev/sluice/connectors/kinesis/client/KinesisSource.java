package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.connectors.kinesis.InitialPosition;
import dev.sluice.connectors.kinesis.KinesisSourceType;
import dev.sluice.connectors.kinesis.Position;
import dev.sluice.connectors.kinesis.RecordSchema;
import dev.sluice.connectors.kinesis.ShardOffsets;
import dev.sluice.connectors.message.ValueReading;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.Retried;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of a stream. Kinesis does not tell where a shard ends, so shards are read ahead, and
 * a batch ends with what has come by then. A shard begins when those it came from are done.
 */
final class KinesisSource implements Source, SupportsAvailableNow {
  private final ValueReading values;
  private final Options options;
  private final SourceContext context;
  private final StreamClient client;
  private final Failures failures;
  private final DataLoss losses;
  private final Optional<Duration> retention;
  private final ShardReader.FetchLimits limits;
  private final ShardReaders readers;
  private final SortedMap<String, StreamClient.ShardInfo> shards = new TreeMap<>();
  private final Set<String> vanished = new HashSet<>();
  private @Nullable Offset initial;
  private boolean everListed;
  private long listed;
  private boolean stopsAtTip;
  private long leftOver;

  private KinesisSource(
      ValueReading values,
      Options options,
      SourceContext context,
      StreamClient client,
      Failures failures) {
    this.values = values;
    this.options = options;
    this.context = context;
    this.client = client;
    this.failures = failures;
    this.losses = new DataLoss(options.flag(KinesisSourceType.FAIL), failures);
    this.retention = client.retention();
    this.limits =
        new ShardReader.FetchLimits(
            Math.toIntExact(options.number(KinesisSourceType.PER_FETCH)),
            Double.parseDouble(options.text(KinesisSourceType.RATE).trim()) * (1 << 20) / 1000,
            options.millis(KinesisSourceType.PERIOD));
    this.readers =
        new ShardReaders(client, limits, options.number(KinesisSourceType.BUFFER), context.clock());
  }

  static KinesisSource open(Options options, Optional<Schema> declared, SourceContext context) {
    Failures failures = new Failures(options);
    ValueReading values = ValueReading.of(options, declared, RecordSchema.RAW, context.session());
    StreamClient client = StreamClient.connect(options, failures, context.clock());
    try {
      return new KinesisSource(values, options, context, client, failures);
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  @Override
  public Schema schema() {
    return values.schema();
  }

  @Override
  public Schema hiddenColumns() {
    return RecordSchema.HIDDEN;
  }

  @Override
  public String description() {
    return "KinesisSource[" + failures.stream() + "]";
  }

  /** All shards that are there; those that are closed are done with if only what comes is read. */
  @Override
  public Offset initialOffset() {
    Offset known = initial;
    if (known == null) {
      InitialPosition start =
          InitialPosition.parse(
              options
                  .find(KinesisSourceType.INITIAL)
                  .orElse(context.streaming() ? "latest" : "earliest"));
      long now = context.clock().millis();
      list();
      SortedMap<String, Position> positions = new TreeMap<>();
      for (StreamClient.ShardInfo shard : shards.values()) {
        positions.put(
            shard.id(),
            start.earliest()
                ? Position.TRIM_HORIZON
                : start.millis().isPresent()
                    ? Position.at(start.millis().getAsLong())
                    : shard.closed() ? Position.SHARD_END : Position.at(now));
      }
      known = new ShardOffsets(failures.stream(), positions).asOffset();
      initial = known;
    }
    return known;
  }

  private void list() {
    shards.clear();
    client.shards().forEach(shard -> shards.put(shard.id(), shard));
    everListed = true;
    listed = context.clock().nanos();
  }

  private void listIfDue() {
    long age = context.clock().nanos() - listed;
    if (!everListed || age >= options.millis(KinesisSourceType.SHARDS) * 1_000_000) {
      list();
    }
  }

  @Override
  public void prepareForAvailableNow() {
    if (!stopsAtTip) {
      stopsAtTip = true;
      readers.stopAtTip(context.clock().millis());
    }
  }

  @Override
  public Offset latestOffset(Offset from, ReadLimit limit) {
    ShardOffsets begin = ShardOffsets.of(from, failures.stream());
    boolean all = limit == ReadLimit.ALL;
    if (all || !context.streaming()) {
      // There is no later batch for what a clock that is ahead would leave.
      stopsAtTip = true;
      readers.stopAtTip(Long.MAX_VALUE);
      readers.passOver();
    }
    readers.check();
    listIfDue();
    if (readers.all().stream().anyMatch(ShardReader::isEnded)) {
      // Others go on from a shard that has ended.
      list();
    }
    beginShards(begin, all);
    forget(begin);
    if (stopsAtTip) {
      awaitTip(begin, all);
    }
    ShardOffsets end = end(begin, all ? Long.MAX_VALUE : mostRecords());
    return isWorthABatch(begin, end) ? end.asOffset() : from;
  }

  private long mostRecords() {
    return options.findNumber(KinesisSourceType.PER_TRIGGER).orElse(Long.MAX_VALUE);
  }

  /**
   * Begins each shard whose parents are done.
   *
   * @param atOnce whether parents need not have been in an earlier batch
   */
  private boolean beginShards(ShardOffsets from, boolean atOnce) {
    vanished.clear();
    from.shards()
        .forEach(
            (shard, position) -> {
              boolean read = readers.find(shard).map(ShardReader::isEnded).orElse(false);
              if (!position.isEnd() && !read && !shards.containsKey(shard)) {
                vanished.add(shard);
                readers.remove(shard);
              }
            });
    if (!vanished.isEmpty()) {
      losses.report("the shards " + vanished + " are gone, and were not read to their end");
    }
    boolean some = false;
    for (StreamClient.ShardInfo shard : shards.values()) {
      Position position = from.find(shard.id()).orElse(Position.TRIM_HORIZON);
      boolean free = shard.parents().stream().allMatch(parent -> isDone(parent, from, atOnce));
      if (!position.isEnd() && free && readers.find(shard.id()).isEmpty()) {
        checkAge(shard.id(), position);
        readers.begin(shard, position);
        some = true;
      }
    }
    return some;
  }

  private boolean isDone(String shard, ShardOffsets from, boolean atOnce) {
    return !shards.containsKey(shard)
        || from.find(shard).map(Position::isEnd).orElse(false)
        || atOnce && readers.find(shard).map(ShardReader::isEnded).orElse(false);
  }

  /** Behind a place that was read longer ago than records are kept, some may be gone. */
  private void checkAge(String shard, Position position) {
    if (initial == null && retention.isPresent() && position.readUntil().isPresent()) {
      long age = context.clock().millis() - position.readUntil().get();
      if (age > retention.get().toMillis()) {
        losses.report(
            "records of "
                + shard
                + " may be lost: it was read "
                + age / 3_600_000
                + " hours ago, and the stream keeps records for "
                + retention.get().toHours()
                + " hours");
      }
    }
  }

  private void forget(ShardOffsets done) {
    done.shards()
        .forEach(
            (shard, position) -> {
              if (position.isEnd()) {
                readers.remove(shard);
              } else {
                readers.find(shard).ifPresent(reader -> reader.forget(position));
              }
            });
  }

  /** Waits until all that was there has been read, or enough for a batch. */
  private void awaitTip(ShardOffsets from, boolean all) {
    try {
      while (true) {
        boolean settled = readers.all().stream().allMatch(ShardReader::isSettled);
        if (settled && readers.all().stream().anyMatch(ShardReader::isEnded)) {
          list();
        }
        if (settled && !(all && beginShards(from, true))) {
          return;
        }
        if (!all && (readers.isFull() || waiting(from) >= mostRecords())) {
          return;
        }
        readers.await();
      }
    } catch (InterruptedException e) {
      throw failures.interrupted();
    }
  }

  private long waiting(ShardOffsets from) {
    return readers.all().stream().mapToLong(reader -> reader.waiting(begin(from, reader))).sum();
  }

  private static Position begin(ShardOffsets from, ShardReader reader) {
    return from.find(reader.shard().id()).orElse(Position.TRIM_HORIZON);
  }

  /** What has come, or each shard's share of what a batch may hold. */
  private ShardOffsets end(ShardOffsets from, long most) {
    SortedMap<String, Position> end = new TreeMap<>(from.shards());
    Map<ShardReader, ShardReader.Tip> tips = new LinkedHashMap<>();
    for (ShardReader reader : readers.all()) {
      tips.put(reader, reader.tip(begin(from, reader)));
    }
    long waiting = tips.values().stream().mapToLong(ShardReader.Tip::waiting).sum();
    leftOver = Math.max(0, waiting - most);
    long left = most;
    for (Map.Entry<ShardReader, ShardReader.Tip> entry : tips.entrySet()) {
      ShardReader reader = entry.getKey();
      long own = entry.getValue().waiting();
      if (own == 0 || waiting <= most) {
        end.put(reader.shard().id(), entry.getValue().newest());
      } else {
        long share = Math.min(left, (own * most + waiting - 1) / waiting);
        if (share > 0) {
          end.put(reader.shard().id(), reader.cut(begin(from, reader), share));
          left -= share;
        }
      }
    }
    vanished.forEach(end::remove);
    // A shard that is done, and that Kinesis does not know any more, need not be remembered.
    end.entrySet()
        .removeIf(entry -> entry.getValue().isEnd() && !shards.containsKey(entry.getKey()));
    return new ShardOffsets(from.stream(), end);
  }

  /**
   * True if there are records, or a shard has ended. Else a batch is only worth it when it has been
   * long that the checkpoint said when shards were read: a later run must see that nothing is lost.
   */
  private boolean isWorthABatch(ShardOffsets from, ShardOffsets end) {
    long stale = retention.map(Duration::toMillis).orElse(Long.MAX_VALUE) / 4;
    for (Map.Entry<String, Position> entry : end.shards().entrySet()) {
      Position position = entry.getValue();
      Position before = from.find(entry.getKey()).orElse(Position.TRIM_HORIZON);
      boolean reread =
          position.readUntil().isPresent()
              && before.readUntil().isPresent()
              && position.readUntil().get() - before.readUntil().get() > stale;
      boolean moved =
          position.kind() != Position.Kind.AT_TIMESTAMP && !position.isSamePlace(before);
      if (moved || reread) {
        return true;
      }
    }
    return !vanished.isEmpty();
  }

  @Override
  public List<Split> splits(Offset from, Offset to) {
    ShardOffsets begin = ShardOffsets.of(from, failures.stream());
    ShardOffsets end = ShardOffsets.of(to, failures.stream());
    if (!everListed) {
      list();
    }
    List<Split> splits = new ArrayList<>();
    // By name is by age: shards come before those that go on from them.
    end.shards()
        .forEach(
            (id, until) -> {
              StreamClient.ShardInfo shard = shards.get(id);
              Position start = begin.find(id).orElse(Position.TRIM_HORIZON);
              if (shard == null && !start.isSamePlace(until)) {
                losses.report("the shard " + id + " is gone, and a batch of it was not done");
              } else if (shard != null) {
                ShardRange range = new ShardRange(shard, start, until);
                if (!range.isEmpty() && !held(range).map(List::isEmpty).orElse(false)) {
                  splits.add(split(range));
                }
              }
            });
    return splits;
  }

  private Optional<List<Fetched>> held(ShardRange range) {
    return readers
        .find(range.shard().id())
        .flatMap(reader -> reader.range(range.from(), range.to()));
  }

  private Split split(ShardRange range) {
    return new Split() {
      @Override
      public BatchReader open(ScanRequest request) {
        Iterator<Fetched> records =
            held(range)
                .map(List::iterator)
                .orElseGet(
                    () -> new Refetch(client, range, limits, failures, losses, context.clock()));
        return new KinesisBatchReader(
            failures.stream(),
            range.shard().id(),
            records,
            request.batchRows(),
            values.rows(request.schema(), RecordSchema.HIDDEN.field(0), request.batchRows()));
      }
    };
  }

  @Override
  public void commit(Offset upTo) {
    forget(ShardOffsets.of(upTo, failures.stream()));
  }

  /** How far the query is behind, by shard, in the words of other connectors of Kinesis. */
  @Override
  public Map<String, String> metrics() {
    List<Long> behind =
        readers.all().stream().map(ShardReader::behindMillis).filter(ms -> ms >= 0).toList();
    Map<String, String> metrics = new LinkedHashMap<>();
    if (!behind.isEmpty()) {
      long sum = behind.stream().mapToLong(Long::longValue).sum();
      metrics.put("avgMsBehindLatest", Double.toString(sum / (double) behind.size()));
      metrics.put(
          "maxMsBehindLatest",
          Long.toString(behind.stream().mapToLong(Long::longValue).max().orElse(0)));
      metrics.put(
          "minMsBehindLatest",
          Long.toString(behind.stream().mapToLong(Long::longValue).min().orElse(0)));
    }
    metrics.put("openShards", Integer.toString(readers.all().size()));
    metrics.put("totalPrefetchedBytes", Long.toString(readers.heldBytes()));
    if (losses.losses() > 0) {
      metrics.put("dataLoss", Long.toString(losses.losses()));
    }
    return metrics;
  }

  /** What has come and the limit of a batch left; what a shard holds beyond it is not known. */
  @Override
  public Optional<Backlog> backlog() {
    return Optional.of(new Backlog(leftOver, "records"));
  }

  @Override
  public Retried retried() {
    return client.retried().and(values.retried());
  }

  @Override
  public void close() {
    readers.close();
    client.close();
  }
}
