package dev.sluice.runner.checkpoint;

import dev.sluice.connectors.Offset;
import dev.sluice.operators.json.Json;
import dev.sluice.runner.plan.WatermarkPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code offsets/N}: the fixed facts of a batch. The form is Spark's {@code
 * OffsetSeqLog} v1: the version, a line of metadata, a line for each source.
 *
 * @param conf the settings that decide what state means; written with Spark's values, kept as found
 * @param ends the end offset of each source, in the order of the plan
 */
public record OffsetEntry(
    long batchId,
    long watermarkMillis,
    long timestampMillis,
    Map<String, String> conf,
    List<Offset> ends) {
  /** Which of several watermarks counts, for as long as the checkpoint lives. */
  private static final String WATERMARK_POLICY = "spark.sql.streaming.multipleWatermarkPolicy";

  private static final String STATE_STORE = "spark.sql.streaming.stateStore.";

  public OffsetEntry {
    conf = new LinkedHashMap<>(conf);
    ends = List.copyOf(ends);
  }

  /** The policy that settings of a checkpoint name. */
  public static WatermarkPolicy watermarkPolicy(Map<String, String> conf) {
    return WatermarkPolicy.of(conf.getOrDefault(WATERMARK_POLICY, ""));
  }

  /** The same batch, of another range. */
  public OffsetEntry endingAt(List<Offset> others) {
    return new OffsetEntry(batchId, watermarkMillis, timestampMillis, conf, others);
  }

  /** What Spark 4.1 writes: a missing key would mean its oldest behaviour. */
  public static Map<String, String> sparkConf(WatermarkPolicy watermarkPolicy) {
    Map<String, String> conf = new LinkedHashMap<>();
    conf.put(
        STATE_STORE + "providerClass",
        "org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider");
    conf.put(STATE_STORE + "rocksdb.formatVersion", "5");
    conf.put(STATE_STORE + "encodingFormat", "unsaferow");
    conf.put("spark.sql.streaming.statefulOperator.useStrictDistribution", "true");
    conf.put("spark.sql.streaming.flatMapGroupsWithState.stateFormatVersion", "2");
    conf.put(WATERMARK_POLICY, watermarkPolicy.word());
    conf.put("spark.sql.streaming.aggregation.stateFormatVersion", "2");
    conf.put("spark.sql.shuffle.partitions", "200");
    conf.put("spark.sql.streaming.join.stateFormatVersion", "2");
    conf.put(STATE_STORE + "compression.codec", "lz4");
    conf.put("spark.sql.optimizer.pruneFiltersCanPruneStreamingSubplan", "false");
    return conf;
  }

  String text() {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("batchWatermarkMs", watermarkMillis);
    metadata.put("batchTimestampMs", timestampMillis);
    metadata.put("conf", conf);
    StringBuilder text = new StringBuilder("v1\n").append(Json.write(metadata));
    for (Offset end : ends) {
      text.append('\n').append(end.json());
    }
    return text.toString();
  }

  /** A text of version v1. Throws {@link IllegalArgumentException} saying what is wrong. */
  static OffsetEntry parse(long batchId, String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() < 3) {
      throw new IllegalArgumentException("it ends after " + lines.size() + " lines");
    }
    if (lines.get(1).isBlank()) {
      // Spark's continuous processing has nothing to say there.
      return new OffsetEntry(batchId, 0, 0, Map.of(), ends(lines));
    }
    Map<String, @Nullable Object> metadata = Json.parseObject(lines.get(1));
    Map<String, String> conf = new LinkedHashMap<>();
    if (metadata.get("conf") instanceof Map<?, ?> found) {
      found.forEach((key, value) -> conf.put(String.valueOf(key), String.valueOf(value)));
    }
    List<Offset> ends = ends(lines);
    return new OffsetEntry(
        batchId,
        number(metadata, "batchWatermarkMs"),
        number(metadata, "batchTimestampMs"),
        conf,
        ends);
  }

  private static List<Offset> ends(List<String> lines) {
    List<Offset> ends = new ArrayList<>();
    for (String line : lines.subList(2, lines.size())) {
      if (!line.equals("-")) {
        Json.parse(line);
      }
      ends.add(new Offset(line));
    }
    return ends;
  }

  private static long number(Map<String, @Nullable Object> metadata, String key) {
    if (metadata.get(key) instanceof Long value) {
      return value;
    }
    throw new IllegalArgumentException("it has no number " + key);
  }
}
