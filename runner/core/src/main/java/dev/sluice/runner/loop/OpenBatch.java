package dev.sluice.runner.loop;

import dev.sluice.connectors.Offset;
import dev.sluice.runner.progress.BatchTimes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch that stays open for a while: what comes in the meantime belongs to it, and goes through
 * at once. Small batches cost the log as much as large ones, and here no row waits for the log.
 */
final class OpenBatch {
  private final List<StreamState> streams;
  private final ScanTasks tasks;
  private final Pace pace;
  private final LogWriter log;
  private final Workers workers;

  OpenBatch(List<StreamState> streams, ScanTasks tasks, Pace pace, LogWriter log, Workers workers) {
    this.streams = streams;
    this.tasks = tasks;
    this.pace = pace;
    this.log = log;
    this.workers = workers;
  }

  /**
   * Reads until the time is over; gives where the batch ends.
   *
   * @param ends up to where it has been read, in {@code before} splits
   * @param times gets what was reading, and what was waiting
   */
  List<Offset> readOn(
      List<Offset> ends, int before, BatchReading reading, BatchWrite write, BatchTimes times)
      throws Exception {
    List<Offset> read = ends;
    int index = before;
    Pace.Opening opening = pace.open(log);
    write.flush();
    while (awaitRows(opening, times)) {
      List<Offset> more = extended(read);
      List<BatchReading.Task> next = tasks.ofStreams(read, more, index);
      if (!next.isEmpty()) {
        reading.run(next, workers);
        write.flush();
        index += next.size();
      }
      read = more;
    }
    return read;
  }

  private static boolean awaitRows(Pace.Opening opening, BatchTimes times)
      throws IOException, InterruptedException {
    times.mark("addBatch");
    boolean more = opening.awaitRows();
    times.markWaiting();
    return more;
  }

  private List<Offset> extended(List<Offset> ends) {
    List<Offset> more = new ArrayList<>(ends.size());
    for (int i = 0; i < ends.size(); i++) {
      more.add(streams.get(i).extend(ends.get(i)));
    }
    return more;
  }
}
