package dev.sluice.connectors.rate;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Split;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values {@code first, first + step, ...} below {@code end}, each with a time that grows evenly
 * over the range.
 *
 * @param rangeStart the value at which time is {@code startMillis}
 * @param millisPerValue how far apart in time neighbouring values are
 */
record RateSplit(
    long first, long step, long end, long rangeStart, long startMillis, double millisPerValue)
    implements Split {
  /** What both rate sources deliver. */
  static final Schema SCHEMA =
      Schema.of(
          new Field("timestamp", AtomicType.TIMESTAMP), new Field("value", AtomicType.BIGINT));

  /** A range dealt out to so many splits, one value each in turn. */
  static List<Split> deal(
      long rangeStart, long rangeEnd, int partitions, long startMillis, double millisPerValue) {
    List<Split> splits = new ArrayList<>(partitions);
    for (int p = 0; p < partitions && rangeStart + p < rangeEnd; p++) {
      splits.add(
          new RateSplit(
              rangeStart + p, partitions, rangeEnd, rangeStart, startMillis, millisPerValue));
    }
    return splits;
  }

  @Override
  public BatchReader open(ScanRequest request) {
    return new Reader(this, request);
  }

  private static final class Reader implements BatchReader {
    private final RateSplit split;
    private final ScanRequest request;
    private long next;

    Reader(RateSplit split, ScanRequest request) {
      this.split = split;
      this.request = request;
      this.next = split.first;
    }

    @Override
    public @Nullable Batch next() {
      if (next >= split.end) {
        return null;
      }
      long left = (split.end - next + split.step - 1) / split.step;
      int rows = (int) Math.min(left, request.batchRows());
      List<Column> columns = new ArrayList<>(request.schema().size());
      for (Field field : request.schema().fields()) {
        long[] values = new long[rows];
        if (field.type() == AtomicType.TIMESTAMP) {
          times(values);
        } else {
          for (int i = 0; i < rows; i++) {
            values[i] = next + i * split.step;
          }
        }
        columns.add(new LongColumn(field.type(), values, Validity.ALL, rows));
      }
      next += rows * split.step;
      return new Batch(request.schema(), columns, rows);
    }

    private void times(long[] micros) {
      for (int i = 0; i < micros.length; i++) {
        long value = next + i * split.step;
        long millis =
            split.startMillis + Math.round((value - split.rangeStart) * split.millisPerValue);
        micros[i] = millis * 1000;
      }
    }
  }
}
