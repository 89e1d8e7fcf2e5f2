package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.Partition;
import dev.sluice.connectors.kafka.PartitionOffsets;
import dev.sluice.connectors.kafka.Subscription;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Daemons;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The topics and partitions there are, and whether they are those that were read before: a topic
 * that is made anew has another id, and its offsets mean other records. For the loop's thread,
 * unless said otherwise.
 */
final class KnownTopics {
  /** How often it is asked which topics and partitions there are. */
  private static final long PERIOD_MILLIS = 1000;

  private final Cluster cluster;
  private final Subscription subscription;
  private final Clock clock;
  private final KafkaFailures failures;
  private final long patienceMillis;
  private final Optional<TopicLog> log;
  private final Map<String, String> ids = new HashMap<>();
  private final Map<String, String> unresolved = new HashMap<>();
  private final Set<String> formerIds = new HashSet<>();
  private final Set<Partition> anew = ConcurrentHashMap.newKeySet();
  private SortedSet<Partition> partitions = new TreeSet<>();
  private TopicLog.Entry kept = TopicLog.Entry.NONE;
  private boolean everAsked;
  private long askedNanos;
  private @Nullable FutureTask<Cluster.Topics> answer;
  private @Nullable Supplier<Cluster.Topics> confirmation;

  /**
   * @param log what earlier runs knew; empty if there are none to know of
   */
  KnownTopics(
      Cluster cluster,
      Subscription subscription,
      Clock clock,
      KafkaFailures failures,
      long patienceMillis,
      Optional<TopicLog> log) {
    this.cluster = cluster;
    this.subscription = subscription;
    this.clock = clock;
    this.failures = failures;
    this.patienceMillis = patienceMillis;
    this.log = log;
  }

  /** What is subscribed to and there now. */
  SortedSet<Partition> now() {
    boolean starting = !everAsked;
    if (starting) {
      everAsked = true;
      log.ifPresent(this::recall);
    }
    // An answer on its way is older than the one to come.
    answer = null;
    askedNanos = clock.nanos();
    adopt(cluster.topics(subscription, starting));
    return partitions;
  }

  private void recall(TopicLog before) {
    kept = before.read();
    ids.putAll(kept.ids());
  }

  /** What was there a moment ago: asked for once a second, and not waited for. */
  SortedSet<Partition> lately() {
    if (!everAsked) {
      return now();
    }
    FutureTask<Cluster.Topics> asked = answer;
    if (asked != null && asked.isDone()) {
      answer = null;
      adopt(answerOf(asked));
    } else if (asked == null && clock.nanos() - askedNanos >= PERIOD_MILLIS * 1_000_000) {
      askedNanos = clock.nanos();
      FutureTask<Cluster.Topics> question =
          new FutureTask<>(() -> cluster.topics(subscription, false));
      answer = question;
      Daemons.thread("kafka-topics", question).start();
    }
    return partitions;
  }

  private Cluster.Topics answerOf(FutureTask<Cluster.Topics> asked) {
    try {
      return asked.get();
    } catch (InterruptedException e) {
      throw Cluster.interrupted(failures);
    } catch (ExecutionException e) {
      throw failures.of("asking for the topics", e, patienceMillis);
    }
  }

  private void adopt(Cluster.Topics found) {
    partitions = found.partitions();
    adoptIds(found);
    // The new topic has fewer, or one that was asked about is not read.
    anew.removeIf(p -> found.ids().containsKey(p.topic()) && !partitions.contains(p));
  }

  /** A topic that is not found is not forgotten: it may come again as another one. */
  private void adoptIds(Cluster.Topics found) {
    Set<String> changed = new HashSet<>();
    found
        .ids()
        .forEach(
            (topic, id) -> {
              // A broker that is behind may still tell the id of before.
              if (!formerIds.contains(id)) {
                String before = ids.put(topic, id);
                if (before != null && !before.equals(id)) {
                  formerIds.add(before);
                  unresolved.putIfAbsent(topic, before);
                  changed.add(topic);
                }
              }
            });
    // A question about a topic is answered with all of its partitions.
    for (Partition partition : partitions) {
      if (changed.contains(partition.topic())) {
        anew.add(partition);
      }
    }
  }

  /**
   * Asks whether the topics are still those that they were, without waiting. To be called once the
   * ends of a range are known: offsets that were seen before this question are of the topics that
   * it tells of, or of older ones.
   */
  void confirm(Set<String> topics) {
    confirmation = topics.isEmpty() ? null : cluster.asking(topics);
  }

  /** A batch of the log comes before the first question. */
  void requireAsked() {
    if (!everAsked) {
      now();
    }
  }

  /** Waits for the answer to the last {@link #confirm}, if it has not been taken yet. */
  void awaitConfirmation() {
    requireAsked();
    Supplier<Cluster.Topics> asked = confirmation;
    confirmation = null;
    if (asked != null) {
      adoptIds(asked.get());
    }
  }

  /** Whether some partition is of a topic made anew and {@link #takeAnew} has not told so yet. */
  boolean someAnew() {
    return !anew.isEmpty();
  }

  /** The partition is to be begun again. For any thread. */
  void addAnew(Partition partition) {
    anew.add(partition);
  }

  /** Whether the partition's topic has been made anew since; says so once. */
  boolean takeAnew(Partition partition) {
    return anew.remove(partition);
  }

  /** Whether this batch, or one that it repeats, found the partition made anew. */
  boolean wasAnew(PartitionOffsets from, PartitionOffsets to, Partition partition) {
    return kept.isLeft(partition, from, to);
  }

  /**
   * Keeps for later runs what is known now.
   *
   * @param from where the batch about to be read starts
   * @param left its partitions that start anew, and where they had been read up to
   */
  void keep(PartitionOffsets from, PartitionOffsets left) {
    if (log.isEmpty()) {
      return;
    }
    unresolved.keySet().removeIf(topic -> anew.stream().noneMatch(p -> p.topic().equals(topic)));
    Map<String, String> known = new HashMap<>(ids);
    // A change that no batch has dealt with yet is found again.
    known.putAll(unresolved);
    TopicLog.Entry entry =
        left.isEmpty()
            ? kept.followed(known, from)
            : new TopicLog.Entry(known, from, left, PartitionOffsets.NONE);
    if (!entry.equals(kept)) {
      log.get().write(entry);
      kept = entry;
    }
  }
}
