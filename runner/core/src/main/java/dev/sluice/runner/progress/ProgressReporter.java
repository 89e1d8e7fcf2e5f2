package dev.sluice.runner.progress;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Source;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.operator.EventTimeStats;
import dev.sluice.operators.operator.StateMetrics;
import dev.sluice.runner.plan.Progress;
import dev.sluice.runner.plan.RunEnvironment;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the progress of each batch: the keys of Spark's {@code StreamingQueryProgress}, in its
 * order.
 */
public final class ProgressReporter {
  /** How long nothing is told while nothing comes: Spark's {@code noDataProgressEventInterval}. */
  private static final long IDLE_NANOS = 10_000_000_000L;

  private final String queryId;
  private final String runId = UUID.randomUUID().toString();
  private final String name;
  private final List<Source> sources;
  private final List<Source> tables;
  private final List<Sink> sinks;
  private final RunEnvironment environment;
  private final Map<Object, Long> retriesTold = new IdentityHashMap<>();
  private long lastStartMillis = -1;
  private long lastToldNanos;

  /**
   * @param sources the streams
   * @param tables the static sources, of which only is told what had to be tried again
   */
  public ProgressReporter(
      String queryId,
      String name,
      List<Source> sources,
      List<Source> tables,
      List<Sink> sinks,
      RunEnvironment environment) {
    this.queryId = queryId;
    this.name = name;
    this.sources = sources;
    this.tables = tables;
    this.sinks = sinks;
    this.environment = environment;
    this.lastToldNanos = environment.clock().nanos();
  }

  /** A trigger found nothing to do. */
  public void idle() {
    // The next batch's input rate counts from its own trigger, as Spark's does.
    lastStartMillis = environment.clock().millis();
    long now = environment.clock().nanos();
    if (now - lastToldNanos >= IDLE_NANOS) {
      lastToldNanos = now;
      Map<String, @Nullable Object> json = named(lastStartMillis);
      json.put("idle", true);
      environment.progress().idle(json);
    }
  }

  private Map<String, @Nullable Object> named(long millis) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", queryId);
    json.put("runId", runId);
    json.put("name", name);
    json.put("timestamp", iso(millis));
    return json;
  }

  /** Tells the progress of a batch. */
  public void tell(Progress progress) {
    lastToldNanos = environment.clock().nanos();
    environment.progress().accept(progress);
  }

  /** What is to be told of a batch that is done. */
  public Progress batch(BatchDone batch) {
    BatchTimes times = batch.times();
    double sinceLast =
        lastStartMillis < 0
            ? Double.POSITIVE_INFINITY
            : (times.startMillis() - lastStartMillis) / 1000.0;
    double took = times.seconds();
    lastStartMillis = times.startMillis();
    long rows = batch.rowsRead().stream().mapToLong(Long::longValue).sum();
    Map<String, Object> durations = times.millis();
    Map<String, @Nullable Object> json = named(times.startMillis());
    json.put("batchId", batch.entry().batchId());
    json.put("batchDuration", durations.get("triggerExecution"));
    json.put("numInputRows", rows);
    putRates(json, rows, sinceLast, took);
    json.put("durationMs", durations);
    if (!batch.eventTimes().isEmpty()) {
      json.put("eventTime", eventTime(batch.eventTimes(), batch.entry().watermarkMillis()));
    }
    json.put("stateOperators", batch.states().stream().map(ProgressReporter::state).toList());
    List<String> told = new ArrayList<>(batch.warnings());
    json.put("sources", sourceParts(batch, sinceLast, took, told));
    List<Object> tableParts = tableParts(told);
    if (!tableParts.isEmpty()) {
      json.put("tables", tableParts);
    }
    List<Object> sinkParts = sinkParts(batch, told);
    json.put("sink", sinkParts.get(0));
    if (sinkParts.size() > 1) {
      json.put("sinks", sinkParts);
    }
    if (!told.isEmpty()) {
      json.put("warnings", told);
    }
    Map<String, Long> backlog = new LinkedHashMap<>();
    for (SourceReport report : batch.sources()) {
      report.backlog().ifPresent(left -> backlog.merge(left.unit(), left.count(), Long::sum));
    }
    double processedRate = took > 0 ? rows / took : 0;
    return new Progress(batch.entry().batchId(), rows, processedRate, backlog, told, json);
  }

  private List<Object> sourceParts(
      BatchDone batch, double sinceLast, double took, List<String> told) {
    List<Object> parts = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      SourceReport report = batch.sources().get(i);
      long rows = batch.rowsRead().get(i);
      Map<String, @Nullable Object> part = new LinkedHashMap<>();
      part.put("description", source.description());
      part.put("startOffset", offset(batch.starts().get(i)));
      part.put("endOffset", offset(batch.entry().ends().get(i)));
      Map<String, String> others = new LinkedHashMap<>(report.metrics());
      String latest = others.remove("latestOffset");
      part.put("latestOffset", latest == null ? null : offset(new Offset(latest)));
      part.put("numInputRows", rows);
      putRates(part, rows, sinceLast, took);
      if (!others.isEmpty()) {
        part.put("metrics", others);
      }
      putRetries(part, source, source.description(), report.retried(), told);
      parts.add(part);
    }
    return parts;
  }

  private List<Object> tableParts(List<String> told) {
    List<Object> parts = new ArrayList<>();
    for (Source table : tables) {
      Map<String, @Nullable Object> part = new LinkedHashMap<>();
      part.put("description", table.description());
      if (putRetries(part, table, table.description(), table.retried(), told)) {
        parts.add(part);
      }
    }
    return parts;
  }

  private List<Object> sinkParts(BatchDone batch, List<String> told) {
    List<Object> parts = new ArrayList<>();
    for (int i = 0; i < sinks.size(); i++) {
      Sink sink = sinks.get(i);
      Map<String, @Nullable Object> part = new LinkedHashMap<>();
      part.put("description", sink.description());
      part.put("numOutputRows", batch.rowsWritten().get(i));
      putRetries(part, sink, sink.description(), sink.retried(), told);
      parts.add(part);
    }
    return parts;
  }

  /** What was tried again since the last batch; false if nothing was. */
  private boolean putRetries(
      Map<String, @Nullable Object> part,
      Object component,
      String description,
      Retried retried,
      List<String> told) {
    long since = retried.count() - retriesTold.getOrDefault(component, 0L);
    if (since > 0) {
      retriesTold.put(component, retried.count());
      Map<String, Object> retries = new LinkedHashMap<>();
      retries.put("count", since);
      retries.put("lastReason", retried.lastReason());
      part.put("retries", retries);
      told.add(
          "retried: "
              + description
              + " needed "
              + since
              + (since == 1 ? " retry" : " retries")
              + ", the last because: "
              + retried.lastReason());
    }
    return since > 0;
  }

  /** Spark leaves out rates that are no number; the first batch's input rate is 0. */
  private static void putRates(
      Map<String, @Nullable Object> json, long rows, double sinceLast, double took) {
    if (sinceLast > 0) {
      json.put("inputRowsPerSecond", rate(rows / sinceLast));
    }
    if (took > 0) {
      json.put("processedRowsPerSecond", rate(rows / took));
    }
  }

  private static BigDecimal rate(double value) {
    return BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP);
  }

  private static @Nullable Object offset(Offset offset) {
    if (offset.isNone()) {
      return null;
    }
    try {
      return Json.parse(offset.json());
    } catch (IllegalArgumentException e) {
      return offset.json();
    }
  }

  static String iso(long millis) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
        .format(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
  }

  /** Of the first step that saw a time, as in Spark; only the watermark if none did. */
  private static Map<String, Object> eventTime(List<EventTimeStats> steps, long watermarkMillis) {
    Map<String, Object> part = new LinkedHashMap<>();
    steps.stream()
        .filter(stats -> stats.count() > 0)
        .findFirst()
        .ifPresent(
            stats -> {
              part.put("avg", iso((long) stats.average()));
              part.put("max", iso(stats.max()));
              part.put("min", iso(stats.min()));
            });
    part.put("watermark", iso(watermarkMillis));
    return part;
  }

  private static Map<String, Object> state(StateMetrics metrics) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("operatorName", metrics.operatorName());
    part.put("numRowsTotal", metrics.numRowsTotal());
    part.put("numRowsUpdated", metrics.numRowsUpdated());
    part.put("allUpdatesTimeMs", metrics.allUpdatesTimeMs());
    part.put("numRowsRemoved", metrics.numRowsRemoved());
    part.put("allRemovalsTimeMs", metrics.allRemovalsTimeMs());
    part.put("commitTimeMs", metrics.commitTimeMs());
    part.put("memoryUsedBytes", metrics.memoryUsedBytes());
    part.put("numRowsDroppedByWatermark", metrics.numRowsDroppedByWatermark());
    part.put("numShufflePartitions", metrics.numPartitions());
    part.put("numStateStoreInstances", metrics.numPartitions());
    if (!metrics.custom().isEmpty()) {
      part.put("customMetrics", new TreeMap<>(metrics.custom()));
    }
    return part;
  }
}
