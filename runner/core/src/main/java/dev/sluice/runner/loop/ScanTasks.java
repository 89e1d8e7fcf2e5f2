package dev.sluice.runner.loop;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Split;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.operator.Dataflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is to be read in a batch, of the sources that the dataflow reads at all. */
final class ScanTasks {
  private final List<StreamState> streams;
  private final StaticTables tables;
  private final Map<String, Dataflow.Scan> scans;

  ScanTasks(List<StreamState> streams, StaticTables tables, Map<String, Dataflow.Scan> scans) {
    this.streams = streams;
    this.tables = tables;
    this.scans = scans;
  }

  /**
   * Streams are read from offset to offset.
   *
   * @param index of the first split of each, which goes on counting in a batch that stays open
   */
  List<BatchReading.Task> ofStreams(List<Offset> from, List<Offset> to, int index) {
    List<BatchReading.Task> tasks = new ArrayList<>();
    for (int i = 0; i < streams.size(); i++) {
      StreamState stream = streams.get(i);
      add(stream.name(), i, stream.splits(from.get(i), to.get(i)), index, tasks);
    }
    return tasks;
  }

  /** Static sources are read whole. */
  List<BatchReading.Task> ofTables() {
    List<BatchReading.Task> tasks = new ArrayList<>();
    for (int i = 0; i < tables.count(); i++) {
      add(tables.name(i), streams.size() + i, tables.splits(i), 0, tasks);
    }
    return tasks;
  }

  private void add(
      String source, int ordinal, List<Split> splits, int first, List<BatchReading.Task> tasks) {
    Dataflow.Scan scan = scans.get(source);
    if (scan == null) {
      return;
    }
    ScanRequest request = new ScanRequest(scan.schema(), scan.filters(), Batch.TARGET_ROWS);
    int index = first;
    for (Split split : splits) {
      tasks.add(new BatchReading.Task(source, ordinal, index++, split, request));
    }
  }
}
