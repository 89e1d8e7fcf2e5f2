package dev.sluice.runner.loop;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ContinuousReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsContinuous;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that count up to a limit, in rows of partition and number. An offset is the list of
 * how many rows there have been of each.
 */
final class CountingSource implements Source, SupportsContinuous {
  private static final int BATCH = 7;

  volatile int partitions = 2;
  volatile long limit = 50;

  /** The partition that breaks at its limit, -1 for none. */
  volatile int broken = -1;

  /** What is to be done when the end of an epoch is told. */
  volatile Consumer<String> told = end -> {};

  volatile String lastTold = "";
  private int read;

  @Override
  public Schema schema() {
    return LoopHarness.SCHEMA;
  }

  @Override
  public String description() {
    return "Counting";
  }

  @Override
  public Offset initialOffset() {
    return new Offset("[]");
  }

  private Offset offset(List<Long> counts) {
    return new Offset(
        counts.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]")));
  }

  private static long count(Offset offset, int partition) {
    String text = offset.isNone() ? "" : offset.json().replaceAll("[\\[\\]]", "");
    List<String> counts = text.isEmpty() ? List.of() : Arrays.asList(text.split(","));
    return partition < counts.size() ? Long.parseLong(counts.get(partition)) : 0;
  }

  /** All that there is. */
  Offset end() {
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      counts.add(limit);
    }
    return offset(counts);
  }

  @Override
  public Offset latestOffset(Offset from, ReadLimit readLimit) {
    return end();
  }

  @Override
  public List<Split> splits(Offset from, Offset to) {
    List<Split> splits = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      int partition = i;
      splits.add(
          request -> {
            Batch all = rows(partition, count(from, partition), count(to, partition));
            List<Batch> left = new ArrayList<>(List.of(all));
            return (BatchReader) () -> left.isEmpty() ? null : left.remove(0);
          });
    }
    return splits;
  }

  private static Batch rows(int partition, long from, long to) {
    int count = (int) (to - from);
    ColumnBuilder keys = ColumnBuilder.of(AtomicType.STRING, Math.max(1, count));
    ColumnBuilder values = ColumnBuilder.of(AtomicType.BIGINT, Math.max(1, count));
    for (long value = from; value < to; value++) {
      keys.appendValue("p" + partition);
      values.appendValue(value);
    }
    List<Column> columns = List.of(keys.build(), values.build());
    return new Batch(LoopHarness.SCHEMA, columns, count);
  }

  @Override
  public List<ContinuousReader> readers(Offset from, ScanRequest request) {
    read = partitions;
    List<ContinuousReader> readers = new ArrayList<>();
    for (int i = 0; i < read; i++) {
      readers.add(new Reader(i, count(from, i)));
    }
    return readers;
  }

  private final class Reader implements ContinuousReader {
    private final int partition;
    private long next;

    Reader(int partition, long next) {
      this.partition = partition;
      this.next = next;
    }

    @Override
    public @Nullable Batch next(long waitMillis) {
      long to = Math.min(limit, next + BATCH);
      if (to <= next) {
        if (broken == partition) {
          throw new IllegalStateException("partition " + partition + " broke");
        }
        Thread.yield();
        return null;
      }
      Batch batch = rows(partition, next, to);
      next = to;
      return batch;
    }

    @Override
    public String position() {
      return Long.toString(next);
    }
  }

  @Override
  public Offset merge(List<String> positions) {
    return offset(positions.stream().map(Long::valueOf).toList());
  }

  @Override
  public void completed(Offset end) {
    lastTold = end.json();
    told.accept(end.json());
  }

  @Override
  public boolean needsReconfiguration() {
    return read != partitions;
  }
}
