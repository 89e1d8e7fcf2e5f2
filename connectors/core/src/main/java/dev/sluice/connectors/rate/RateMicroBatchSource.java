package dev.sluice.connectors.rate;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Each batch is the next so many values, all with the batch's own time. An offset is {@code
 * {"offset":6,"timestamp":2000}}. With {@code availableNow} a run is one batch.
 */
final class RateMicroBatchSource implements Source, SupportsAvailableNow {
  private final long rowsPerBatch;
  private final int partitions;
  private final long startMillis;
  private final long advanceMillis;
  private boolean frozen;
  private @Nullable Offset last;

  RateMicroBatchSource(long rowsPerBatch, int partitions, long startMillis, long advanceMillis) {
    this.rowsPerBatch = rowsPerBatch;
    this.partitions = partitions;
    this.startMillis = startMillis;
    this.advanceMillis = advanceMillis;
  }

  /** The numbers in an offset. */
  private record Position(long value, long millis) {
    Offset offset() {
      return new Offset("{\"offset\":" + value + ",\"timestamp\":" + millis + "}");
    }

    static Position of(Offset offset) {
      try {
        Map<String, @Nullable Object> json = Json.parseObject(offset.json());
        if (json.get("offset") instanceof Long value
            && json.get("timestamp") instanceof Long millis) {
          return new Position(value, millis);
        }
      } catch (IllegalArgumentException e) {
        // Said below.
      }
      throw new PipelineException(
          "offset-invalid",
          "'"
              + offset.json()
              + "' is no offset of a rate-micro-batch source; {\"offset\":N,\"timestamp\":MS} is"
              + " expected");
    }
  }

  @Override
  public Schema schema() {
    return RateSplit.SCHEMA;
  }

  @Override
  public String description() {
    return "RatePerMicroBatchStream[rowsPerBatch="
        + rowsPerBatch
        + ", numPartitions="
        + partitions
        + ", startTimestamp="
        + startMillis
        + ", advanceMsPerBatch="
        + advanceMillis
        + "]";
  }

  @Override
  public Offset initialOffset() {
    return new Position(0, startMillis).offset();
  }

  @Override
  public void prepareForAvailableNow() {
    frozen = true;
  }

  @Override
  public Offset latestOffset(Offset from, ReadLimit limit) {
    Offset end = last;
    if (frozen && end != null) {
      return end;
    }
    Position start = Position.of(from);
    end =
        new Position(
                Math.addExact(start.value(), rowsPerBatch),
                Math.addExact(start.millis(), advanceMillis))
            .offset();
    last = end;
    return end;
  }

  /** The next batch is there, whenever it is asked for. */
  @Override
  public Optional<Backlog> backlog() {
    return Optional.of(new Backlog(frozen ? 0 : rowsPerBatch, "rows"));
  }

  @Override
  public List<Split> splits(Offset from, Offset to) {
    Position start = Position.of(from);
    Position end = Position.of(to);
    return RateSplit.deal(start.value(), end.value(), partitions, start.millis(), 0);
  }
}
