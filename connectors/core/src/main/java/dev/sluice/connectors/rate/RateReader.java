package dev.sluice.connectors.rate;

import dev.sluice.connectors.ContinuousReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.io.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a rate source that is read continuously: every n-th value, each at its time.
 * Spark gives its rows the same values and times.
 */
final class RateReader implements ContinuousReader {
  private final ScanRequest request;
  private final Clock clock;
  private final int step;
  private final double millisPerRow;
  private final long startMillis;
  private long value;
  private long given;

  /**
   * Goes on after a value and its time.
   *
   * @param step how many partitions there are
   * @param rowsPerSecond of all partitions together
   */
  RateReader(
      ScanRequest request, Clock clock, int step, long rowsPerSecond, long value, long millis) {
    this.request = request;
    this.clock = clock;
    this.step = step;
    this.millisPerRow = 1000.0 * step / rowsPerSecond;
    this.startMillis = millis;
    this.value = value;
  }

  private long timeOf(long row) {
    return startMillis + (long) (row * millisPerRow);
  }

  @Override
  public @Nullable Batch next(long waitMillis) {
    long now = clock.millis();
    long wait = timeOf(given + 1) - now;
    if (wait > 0) {
      try {
        clock.sleep(Math.min(wait, waitMillis));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
      now = clock.millis();
    }
    long[] times = new long[request.batchRows()];
    long[] values = new long[request.batchRows()];
    int rows = 0;
    for (; rows < times.length && timeOf(given + 1) <= now; rows++) {
      given++;
      value += step;
      times[rows] = timeOf(given) * 1000;
      values[rows] = value;
    }
    return rows == 0 ? null : batch(Arrays.copyOf(times, rows), Arrays.copyOf(values, rows));
  }

  private Batch batch(long[] times, long[] values) {
    List<Column> columns = new ArrayList<>();
    for (Field field : request.schema().fields()) {
      columns.add(
          field.name().equals("timestamp")
              ? new LongColumn(AtomicType.TIMESTAMP, times, Validity.ALL, times.length)
              : new LongColumn(AtomicType.BIGINT, values, Validity.ALL, values.length));
    }
    return new Batch(request.schema(), columns, times.length);
  }

  /** As the source's offset says it of a partition. */
  @Override
  public String position() {
    return "{\"value\":" + value + ",\"runTimeMs\":" + timeOf(given) + "}";
  }
}
