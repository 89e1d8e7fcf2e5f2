package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.ContinuousReader;
import dev.sluice.connectors.kafka.Partition;
import dev.sluice.operators.data.Batch;
import org.jspecify.annotations.Nullable;

/** The records of a partition as they come. Its position is the next offset. */
final class EndlessReader implements ContinuousReader {
  private final Partition partition;
  private final KafkaBatchReader records;

  EndlessReader(Partition partition, KafkaBatchReader records) {
    this.partition = partition;
    this.records = records;
  }

  Partition partition() {
    return partition;
  }

  /** As that of {@link KafkaBatchReader}. */
  long end() {
    return records.end();
  }

  @Override
  public @Nullable Batch next(long waitMillis) {
    return records.available(waitMillis);
  }

  @Override
  public String position() {
    return Long.toString(records.position());
  }

  @Override
  public void close() {
    records.close();
  }
}
