package dev.sluice.runner.checkpoint;

import dev.sluice.operators.json.Json;
import java.util.List;

/**
 * An entry of {@code commits/N}: batch N is in the sinks. Spark's {@code CommitLog}; both its
 * versions are read, v1 is written.
 */
public record CommitEntry(long batchId, long nextWatermarkMillis) {
  String text() {
    return "v1\n{\"nextBatchWatermarkMs\":" + nextWatermarkMillis + "}";
  }

  /** Throws {@link IllegalArgumentException} saying what is wrong. */
  static CommitEntry parse(long batchId, String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !(lines.get(0).equals("v1") || lines.get(0).equals("v2"))) {
      throw new IllegalArgumentException("its first line is neither 'v1' nor 'v2'");
    }
    // The oldest Sparks wrote nothing but the version and braces.
    if (lines.size() < 2) {
      throw new IllegalArgumentException("it ends after its first line");
    }
    Object watermark = Json.parseObject(lines.get(1)).get("nextBatchWatermarkMs");
    return new CommitEntry(batchId, watermark instanceof Long value ? value : 0L);
  }
}
