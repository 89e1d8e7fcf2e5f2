package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.ContinuousReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.connectors.SupportsContinuous;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.Partition;
import dev.sluice.connectors.kafka.PartitionOffsets;
import dev.sluice.connectors.kafka.RecordSchema;
import dev.sluice.connectors.kafka.Subscription;
import dev.sluice.connectors.message.ValueReading;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.Retried;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** The records of some partitions, in Spark's offsets. */
final class KafkaSource implements Source, SupportsAvailableNow, SupportsContinuous {
  private final ValueReading values;
  private final Options options;
  private final SourceContext context;
  private final String description;
  private final Subscription subscription;
  private final Cluster cluster;
  private final KnownTopics topics;
  private final FetcherPool pool;
  private final Positions positions;
  private final DataLoss losses;
  private final Changes changes;
  private final KafkaFailures failures;
  private final Optional<ShownOffsets> shown;
  private @Nullable Offset initial;
  private SortedSet<Partition> partitions = new TreeSet<>();
  private @Nullable PartitionOffsets frozen;
  private long lastTriggerMillis;
  private PartitionOffsets latest = PartitionOffsets.NONE;
  private PartitionOffsets consumed = PartitionOffsets.NONE;
  private List<EndlessReader> endless = List.of();
  // Topics that were last asked about, and those of which ends were seen since.
  private Set<String> asked = Set.of();
  private final Set<String> unconfirmed = new TreeSet<>();
  // The range by which the batch has grown last.
  private Offset grownFrom = Offset.NONE;
  private Offset grown = Offset.NONE;

  private KafkaSource(
      ValueReading values,
      Options options,
      SourceContext context,
      Subscription subscription,
      Cluster cluster,
      FetcherPool pool,
      KafkaFailures failures) {
    this.values = values;
    this.options = options;
    this.context = context;
    this.subscription = subscription;
    this.description = "KafkaV2[" + subscription.description() + "]";
    this.cluster = cluster;
    this.failures = failures;
    this.pool = pool;
    this.topics =
        new KnownTopics(
            cluster,
            subscription,
            context.clock(),
            failures,
            options.number("kafkaConsumer.pollTimeoutMs"),
            context.streaming() ? Optional.of(new TopicLog(context)) : Optional.empty());
    this.positions = new Positions(cluster, failures, options);
    this.losses = new DataLoss(options.flag("failOnDataLoss"), failures, cluster, topics);
    this.changes = new Changes(cluster, topics, losses, context.streaming(), pool::forget);
    this.shown = options.find("offsetsGroup").map(cluster::showingIn);
  }

  /** The consumers' own options. */
  static Map<String, Object> properties(Options options) {
    Map<String, Object> properties = ClientConfig.properties(options);
    properties.put("auto.offset.reset", "none");
    properties.put("enable.auto.commit", "false");
    properties.putIfAbsent("max.poll.records", Batch.TARGET_ROWS);
    properties.putIfAbsent("group.id", options.text("groupIdPrefix") + "-" + UUID.randomUUID());
    return properties;
  }

  static KafkaSource open(Options options, Optional<Schema> declared, SourceContext context) {
    KafkaFailures failures = new KafkaFailures("source '" + context.name() + "'", options);
    Map<String, Object> properties = properties(options);
    long patience = options.number("kafkaConsumer.pollTimeoutMs");
    Cluster cluster =
        Cluster.connect(
            properties,
            failures,
            patience,
            options.number("fetchOffset.retryIntervalMs"),
            options.findNumber("fetchOffset.numRetries").orElse(Long.MAX_VALUE));
    ValueReading values =
        ValueReading.of(
            options, declared, RecordSchema.raw(options.flag("includeHeaders")), context.session());
    boolean cuts = options.isGiven("minPartitions") || options.isGiven("maxRecordsPerPartition");
    FetcherPool pool =
        new FetcherPool(properties, failures, patience, cuts ? context.parallelism() : 1);
    try {
      return new KafkaSource(
          values, options, context, Subscription.of(options), cluster, pool, failures);
    } catch (RuntimeException e) {
      cluster.close();
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
  public Retried retried() {
    return failures.retried().and(values.retried());
  }

  @Override
  public String description() {
    return description;
  }

  /** From the checkpoint, if the query has begun there. */
  @Override
  public Offset initialOffset() {
    Offset known = initial;
    if (known == null) {
      known = start().asOffset();
      initial = known;
    }
    return known;
  }

  private PartitionOffsets start() {
    if (!context.streaming()) {
      return positions.start(topics(true), false);
    }
    StartLog log = new StartLog(context);
    Optional<PartitionOffsets> before = log.read();
    if (before.isPresent()) {
      return before.get();
    }
    PartitionOffsets start = positions.start(topics(true), true);
    log.write(start);
    return start;
  }

  /** The partitions there are; a running query does not wait for the answer. */
  private SortedSet<Partition> topics(boolean now) {
    SortedSet<Partition> there = now ? topics.now() : topics.lately();
    if (!there.equals(partitions)) {
      pool.retain(there);
      partitions = there;
    }
    return there;
  }

  @Override
  public void prepareForAvailableNow() {
    frozen = newest(true);
  }

  private PartitionOffsets newest(boolean now) {
    SortedSet<Partition> asked = topics(now);
    try {
      return cluster.latestIfThere(asked);
    } catch (UnknownTopicOrPartitionException e) {
      // A topic has been deleted since.
      return cluster.latest(topics(true));
    }
  }

  @Override
  public Offset latestOffset(Offset from, ReadLimit limit) {
    if (!context.streaming()) {
      return positions.end(topics(true)).asOffset();
    }
    PartitionOffsets begin = PartitionOffsets.of(from);
    requireSubscribed(begin);
    PartitionOffsets end = frozen;
    if (end == null) {
      SortedSet<Partition> there = topics(false);
      end = limit == ReadLimit.CONFIGURED ? fetched(begin, there, true).orElse(null) : null;
    }
    if (end == null) {
      end = newest(false);
    }
    latest = end;
    if (consumed.isEmpty()) {
      // Of a run before, or where the query begins.
      consumed = begin;
    }
    changes.requireSame(begin);
    if (limit == ReadLimit.CONFIGURED && delays(begin, end)) {
      return from;
    }
    asked = moved(begin, end);
    topics.confirm(asked);
    if (limit == ReadLimit.CONFIGURED) {
      Optional<Long> most = options.findNumber("maxOffsetsPerTrigger");
      if (most.isPresent()) {
        end = OffsetLimits.cut(begin.orElse(changes.beginOfNew(begin, end)), end, most.get());
      }
    }
    // A log that Spark wrote may name the same offsets in another order.
    return end.equals(begin) ? from : end.asOffset();
  }

  /** Topics may come and go; of others than it was, the checkpoint says nothing. */
  private void requireSubscribed(PartitionOffsets begin) {
    Set<String> read = new TreeSet<>();
    begin.partitions().forEach(partition -> read.add(partition.topic()));
    if (!read.isEmpty() && read.stream().noneMatch(subscription::covers)) {
      throw new CheckpointException(
          "source-changed",
          "the checkpoint's offsets in source '"
              + context.name()
              + "' are of the topics "
              + read
              + ", and now it reads "
              + subscription.description()
              + ", which has none of them; name one of them too, or start with a new"
              + " checkpointLocation");
    }
  }

  /** Not where a batch has limits, nor where a topic that is made anew is begun again. */
  @Override
  public boolean extendsRanges() {
    return losses.fail()
        && options.find("maxOffsetsPerTrigger").isEmpty()
        && options.find("minOffsetsPerTrigger").isEmpty();
  }

  @Override
  public Offset extend(Offset to) {
    PartitionOffsets known = PartitionOffsets.of(to);
    Optional<PartitionOffsets> more = fetched(known, partitions, false);
    if (more.isEmpty() || more.get().equals(known)) {
      return to;
    }
    latest = more.get();
    unconfirmed.addAll(moved(known, latest));
    grownFrom = to;
    grown = latest.asOffset();
    return grown;
  }

  @Override
  public void onArrival(Runnable arrival) {
    pool.onArrival(arrival);
  }

  /** Where losses are errors, one is time enough before the commit. */
  @Override
  public void confirm() {
    if (!unconfirmed.isEmpty()) {
      // The answer about these stands for that about the beginning of the batch, too.
      unconfirmed.addAll(asked);
      topics.confirm(unconfirmed);
      unconfirmed.clear();
    }
    changes.confirm(consumed);
  }

  private static Set<String> moved(PartitionOffsets begin, PartitionOffsets end) {
    Set<String> topics = new TreeSet<>();
    end.asMap()
        .forEach(
            (partition, offset) -> {
              if (!offset.equals(begin.find(partition).orElse(offset))) {
                topics.add(partition.topic());
              }
            });
    return topics;
  }

  /**
   * What the fetchers know, which costs no question; empty if they do not know it all, or things
   * are not as they were: then the brokers are asked what there is, if {@code asks}.
   */
  private Optional<PartitionOffsets> fetched(
      PartitionOffsets begin, Set<Partition> there, boolean asks) {
    if (topics.someAnew() || !begin.partitions().equals(there)) {
      return Optional.empty();
    }
    Map<Partition, Long> ends = new TreeMap<>();
    boolean failed = false;
    for (Map.Entry<Partition, Long> one : begin.asMap().entrySet()) {
      long end = pool.end(one.getKey(), one.getValue());
      failed |= end == Fetcher.FAILED;
      if (end >= one.getValue()) {
        ends.put(one.getKey(), end);
      }
    }
    if (failed && asks) {
      // It may be another topic than it was.
      pool.dropFailed(there);
      topics(true);
    }
    return ends.size() == there.size() ? Optional.of(new PartitionOffsets(ends)) : Optional.empty();
  }

  private boolean delays(PartitionOffsets begin, PartitionOffsets end) {
    Optional<Long> least = options.findNumber("minOffsetsPerTrigger");
    if (least.isEmpty()) {
      return false;
    }
    long now = context.clock().millis();
    long waiting = OffsetLimits.waiting(begin.orElse(changes.beginOfNew(begin, end)), end);
    if (now - lastTriggerMillis < options.millis("maxTriggerDelay") && waiting < least.get()) {
      return true;
    }
    lastTriggerMillis = now;
    return false;
  }

  @Override
  public List<Split> splits(Offset from, Offset to) {
    PartitionOffsets begin = PartitionOffsets.of(from);
    PartitionOffsets end = PartitionOffsets.of(to);
    // A batch that grows has begun, and nothing came or went.
    boolean grows = from.equals(grownFrom) && to.equals(grown);
    Map<Partition, Long> starts = grows ? begin.asMap() : changes.starts(begin, end);
    List<OffsetRange> ranges = new ArrayList<>();
    end.asMap()
        .forEach(
            (partition, until) -> {
              long start = starts.getOrDefault(partition, until);
              if (until > start) {
                ranges.add(new OffsetRange(partition, start, until));
              }
            });
    consumed = end;
    if (latest.isEmpty()) {
      latest = end;
    }
    pool.expect(end.partitions().size());
    List<Split> splits = new ArrayList<>();
    for (OffsetRange range :
        OffsetRange.cut(
            ranges,
            options.findNumber("minPartitions").orElse(0L),
            options.findNumber("maxRecordsPerPartition").orElse(0L))) {
      splits.add(new KafkaSplit(range, this::reader));
    }
    return splits;
  }

  private KafkaBatchReader reader(OffsetRange range, ScanRequest request) {
    // A small range needs no room for a large one.
    int batchRows = (int) Math.max(1, Math.min(request.batchRows(), range.until() - range.from()));
    return new KafkaBatchReader(
        range,
        pool,
        losses,
        batchRows,
        values.rows(request.schema(), RecordSchema.HIDDEN.field(0), batchRows));
  }

  @Override
  public List<ContinuousReader> readers(Offset from, ScanRequest request) {
    PartitionOffsets begin = PartitionOffsets.of(from.isNone() ? initialOffset() : from);
    PartitionOffsets end = cluster.latest(topics(true));
    // Those of partitions that are gone were in use when that was found.
    pool.retain(partitions);
    topics.confirm(end.partitions().stream().map(Partition::topic).collect(Collectors.toSet()));
    Map<Partition, Long> starts = changes.starts(begin, end);
    changes.confirm(new PartitionOffsets(starts));
    List<EndlessReader> readers = new ArrayList<>();
    for (Partition partition : end.partitions()) {
      long start = Objects.requireNonNull(starts.get(partition));
      OffsetRange range = new OffsetRange(partition, start, Long.MAX_VALUE);
      readers.add(new EndlessReader(partition, reader(range, request)));
    }
    endless = readers;
    return List.copyOf(readers);
  }

  @Override
  public Offset merge(List<String> positions) {
    Map<Partition, Long> offsets = new TreeMap<>();
    Map<Partition, Long> ends = new TreeMap<>();
    for (int i = 0; i < endless.size(); i++) {
      EndlessReader reader = endless.get(i);
      long position = Long.parseLong(positions.get(i));
      offsets.put(reader.partition(), position);
      ends.put(reader.partition(), Math.max(position, reader.end()));
    }
    consumed = new PartitionOffsets(offsets);
    latest = new PartitionOffsets(ends);
    return consumed.asOffset();
  }

  @Override
  public boolean needsReconfiguration() {
    SortedSet<Partition> there = topics(false);
    return topics.someAnew()
        || there.size() != endless.size()
        || endless.stream().anyMatch(reader -> !there.contains(reader.partition()));
  }

  @Override
  public void completed(Offset end) {
    shown.ifPresent(group -> group.show(PartitionOffsets.of(end)));
  }

  /** Spark's numbers: how far the query is behind, by partition. */
  @Override
  public Map<String, String> metrics() {
    Map<String, String> metrics = new LinkedHashMap<>();
    metrics.put("latestOffset", latest.json());
    if (!latest.isEmpty()) {
      List<Long> behind = behind();
      long sum = behind.stream().mapToLong(Long::longValue).sum();
      metrics.put("avgOffsetsBehindLatest", Double.toString(sum / (double) behind.size()));
      metrics.put(
          "maxOffsetsBehindLatest",
          Long.toString(behind.stream().mapToLong(Long::longValue).max().orElse(0)));
      metrics.put(
          "minOffsetsBehindLatest",
          Long.toString(behind.stream().mapToLong(Long::longValue).min().orElse(0)));
    }
    if (losses.losses() > 0) {
      metrics.put("dataLoss", Long.toString(losses.losses()));
      metrics.put("offsetOutOfRange", Long.toString(losses.outOfRange()));
    }
    return metrics;
  }

  private List<Long> behind() {
    List<Long> behind = new ArrayList<>();
    latest
        .asMap()
        .forEach(
            (partition, end) -> behind.add(Math.max(0, end - consumed.find(partition).orElse(0L))));
    return behind;
  }

  @Override
  public Optional<Backlog> backlog() {
    return Optional.of(new Backlog(behind().stream().mapToLong(Long::longValue).sum(), "offsets"));
  }

  @Override
  public void close() {
    Closing.all(() -> shown.ifPresent(ShownOffsets::close), pool::close, cluster::close);
  }
}
