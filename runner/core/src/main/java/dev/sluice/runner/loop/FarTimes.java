package dev.sluice.runner.loop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.operators.operator.Dataflow;
import dev.sluice.operators.time.DateTimes;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * What a batch tells of event times far in the future: one such row moves the watermark there, and
 * all that follows is late, which nobody would notice otherwise.
 */
final class FarTimes {
  private final ZoneId zone;
  private final List<String> warnings = new ArrayList<>();

  FarTimes(ZoneId zone) {
    this.zone = zone;
  }

  /**
   * Tells of a row of a source.
   *
   * @param before how many rows of the split came before the batch
   */
  synchronized void add(BatchReading.Task task, long before, Dataflow.FarTime far) {
    String place = "";
    if (far.row() >= 0) {
      try {
        place = task.split().place(task.request(), before + far.row()).orElse("");
      } catch (IOException | RuntimeException e) {
        // It would only have been a help.
        place = "";
      }
    }
    String source = "source '" + task.source() + "'";
    add(far, place.isEmpty() ? source : source + " at " + place);
  }

  /** Tells of rows that a step made. */
  synchronized void add(List<Dataflow.FarTime> made) {
    made.forEach(far -> add(far, "rows made by an earlier step"));
  }

  private void add(Dataflow.FarTime far, String from) {
    warnings.add(
        "far-future-event-time: column '"
            + far.column()
            + "' is "
            + text(far.millis())
            + " in "
            + from
            + ": the watermark follows it, and rows of today will be late; keep such rows out with"
            + " 'where' before the 'watermark' step");
  }

  private String text(long millis) {
    byte[] text = new byte[DateTimes.MAX_LENGTH];
    return new String(text, 0, DateTimes.formatTimestamp(millis * 1000, zone, text, 0), US_ASCII);
  }

  synchronized List<String> warnings() {
    return List.copyOf(warnings);
  }
}
