package dev.sluice.connectors.rate;

import dev.sluice.connectors.ContinuousReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsContinuous;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Works in whole seconds since the query's first start, which its log keeps as {@code v1} and the
 * milliseconds. An offset is a number of seconds. Read continuously, it is for each partition the
 * last value and its time.
 */
final class RateSource implements Source, SupportsContinuous {
  private final long rowsPerSecond;
  private final long rampUpSeconds;
  private final Optional<Integer> partitions;
  private final SourceContext context;
  private long startMillis = -1;
  private long latestMillis = Long.MIN_VALUE;

  RateSource(
      long rowsPerSecond, long rampUpSeconds, Optional<Integer> partitions, SourceContext context) {
    this.rowsPerSecond = rowsPerSecond;
    this.rampUpSeconds = rampUpSeconds;
    this.partitions = partitions;
    this.context = context;
  }

  @Override
  public Schema schema() {
    return RateSplit.SCHEMA;
  }

  /** Spark's text, in which the closing bracket is missing. */
  @Override
  public String description() {
    return "RateStreamV2[rowsPerSecond="
        + rowsPerSecond
        + ", rampUpTimeSeconds="
        + rampUpSeconds
        + ", numPartitions="
        + partitions.map(String::valueOf).orElse("default");
  }

  @Override
  public Offset initialOffset() {
    return new Offset("0");
  }

  @Override
  public Offset latestOffset(Offset from, ReadLimit limit) {
    long start = startMillis();
    // A clock that is set back must not take rows back.
    latestMillis = Math.max(latestMillis, context.clock().millis());
    long seconds = Math.floorDiv(latestMillis - start, 1000L);
    return new Offset(Long.toString(Math.max(seconds, seconds(from))));
  }

  @Override
  public List<Split> splits(Offset from, Offset to) {
    long start = seconds(from);
    long end = seconds(to);
    long first = valueBefore(start, rowsPerSecond, rampUpSeconds);
    long last = valueBefore(end, rowsPerSecond, rampUpSeconds);
    if (last <= first) {
      return List.of();
    }
    double millisPerValue = (end - start) * 1000.0 / (last - first);
    return RateSplit.deal(
        first,
        last,
        partitions.orElse(context.parallelism()),
        startMillis() + start * 1000,
        millisPerValue);
  }

  @Override
  public List<ContinuousReader> readers(Offset from, ScanRequest request) {
    int count = partitions.orElse(context.parallelism());
    Map<String, ?> known = from.isNone() ? Map.of() : partitionsOf(from, count);
    long now = context.clock().millis();
    List<ContinuousReader> readers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // The first row of a partition has the partition's number.
      long value = i - count;
      long millis = now;
      if (known.get(Integer.toString(i)) instanceof Map<?, ?> last
          && last.get("value") instanceof Long lastValue
          && last.get("runTimeMs") instanceof Long lastMillis) {
        value = lastValue;
        millis = lastMillis;
      }
      readers.add(new RateReader(request, context.clock(), count, rowsPerSecond, value, millis));
    }
    return readers;
  }

  private static Map<String, ?> partitionsOf(Offset offset, int count) {
    Map<String, ?> known = Map.of();
    try {
      known = Json.parseObject(offset.json());
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    if (known.size() != count) {
      throw new PipelineException(
          "offset-invalid",
          "'"
              + offset.json()
              + "' is no offset of a rate source that is read continuously in "
              + count
              + " partitions; set 'numPartitions' and the trigger back to what they were, or start"
              + " with a new checkpointLocation");
    }
    return known;
  }

  @Override
  public Offset merge(List<String> positions) {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < positions.size(); i++) {
      json.append(i == 0 ? "\"" : ",\"").append(i).append("\":").append(positions.get(i));
    }
    return new Offset(json.append('}').toString());
  }

  @Override
  public boolean needsReconfiguration() {
    return false;
  }

  /**
   * How many rows come before a second. While the rate grows, each second brings {@code
   * rowsPerSecond / (rampUp + 1)} (whole division) more than the one before, as in Spark.
   */
  static long valueBefore(long second, long rowsPerSecond, long rampUpSeconds) {
    long growing = Math.min(second, rampUpSeconds);
    long delta = rowsPerSecond / (rampUpSeconds + 1);
    long ramp = delta * (growing * (growing + 1) / 2);
    return Math.addExact(ramp, Math.multiplyExact(second - growing, rowsPerSecond));
  }

  private static long seconds(Offset offset) {
    if (offset.isNone()) {
      return 0;
    }
    try {
      return Long.parseLong(offset.json().trim());
    } catch (NumberFormatException e) {
      throw new PipelineException(
          "offset-invalid",
          "'" + offset.json() + "' is no offset of a rate source; a number of seconds is expected");
    }
  }

  private long startMillis() {
    if (startMillis < 0) {
      startMillis = readOrWriteStart();
    }
    return startMillis;
  }

  private long readOrWriteStart() {
    String location = context.logDirectory() + "/0";
    FileStore files = context.files().of(location);
    try {
      return parse(location, new String(files.readAll(location), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return writeStart(files, location);
    } catch (IOException e) {
      throw failed(location, e);
    }
  }

  private long writeStart(FileStore files, String location) {
    long now = context.clock().millis();
    try {
      files.write(location, ("v1\n" + now).getBytes(StandardCharsets.UTF_8));
      return now;
    } catch (IOException e) {
      throw failed(location, e);
    }
  }

  private static long parse(String location, String text) {
    try {
      if (text.startsWith("v1\n")) {
        return Long.parseLong(text.substring(3).trim());
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new PipelineException(
        "log-damaged",
        "'"
            + location
            + "' does not hold the start of the rate source as 'v1' and milliseconds; put it back"
            + " from a copy, or start with a new checkpointLocation");
  }

  private static PipelineException failed(String location, IOException e) {
    return new PipelineException(
        "log-unusable", "cannot keep the start of the rate source in '" + location + "': " + e, e);
  }
}
