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

  /** A text of either version. Throws {@link IllegalArgumentException} saying what is wrong. */
  static CommitEntry parse(long batchId, String text) {
    List<String> lines = text.lines().toList();
    // The oldest Sparks wrote nothing but the version and braces.
    if (lines.size() < 2) {
      throw new IllegalArgumentException("it ends after its first line");
    }
    Object watermark = Json.parseObject(lines.get(1)).get("nextBatchWatermarkMs");
    return new CommitEntry(batchId, watermark instanceof Long value ? value : 0L);
  }
}
