package dev.sluice.runner.loop;

import dev.sluice.connectors.Offset;
import dev.sluice.operators.operator.Epoch;
import dev.sluice.operators.operator.EventTimeStats;
import dev.sluice.runner.checkpoint.CommitEntry;
import dev.sluice.runner.checkpoint.OffsetEntry;
import dev.sluice.runner.plan.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Between which batches a query stands: the number of the next, what the last left to it, and where
 * each stream has come to.
 */
final class BatchCursor {
  private final Settings settings;
  private final List<StreamState> streams;
  private final RunNotes notes;
  private final int eventTimes;
  private final long salt;
  private long nextBatchId;
  private long lateWatermarkMillis;
  private WatermarkTracker watermark;
  private Map<String, String> conf;

  /**
   * Before the first batch.
   *
   * @param eventTimes how many steps have a watermark
   */
  BatchCursor(
      String queryId,
      Settings settings,
      List<StreamState> streams,
      RunNotes notes,
      int eventTimes) {
    this.settings = settings;
    this.streams = streams;
    this.notes = notes;
    this.eventTimes = eventTimes;
    this.salt = salt(queryId);
    this.conf = OffsetEntry.sparkConf(settings.watermarkPolicy());
    this.watermark = tracker();
  }

  /** A number of the query, as its id is one: what random expressions start from. */
  private static long salt(String queryId) {
    long number = 0;
    for (int i = 0; i < queryId.length(); i++) {
      number = number * 0x100000001B3L + queryId.charAt(i);
    }
    return number;
  }

  private WatermarkTracker tracker() {
    return new WatermarkTracker(OffsetEntry.watermarkPolicy(conf), eventTimes);
  }

  /** Stands before a batch, behind another one of the log. */
  void standBefore(long batchId, OffsetEntry last, long watermarkMillis) {
    keepConf(last);
    resume(last.ends());
    nextBatchId = batchId;
    lateWatermarkMillis = last.watermarkMillis();
    watermark = tracker();
    watermark.resume(watermarkMillis);
  }

  /** Stands before a batch of the log that is to be run as it was planned. */
  void repeat(OffsetEntry planned, Optional<OffsetEntry> before) {
    before.ifPresent(last -> standBefore(planned.batchId(), last, planned.watermarkMillis()));
    keepConf(planned);
    nextBatchId = planned.batchId();
    watermark = tracker();
    watermark.resume(planned.watermarkMillis());
  }

  /** A checkpoint keeps the settings that it was begun with. */
  private void keepConf(OffsetEntry entry) {
    conf = entry.conf().isEmpty() ? conf : entry.conf();
    notes.policy(settings, OffsetEntry.watermarkPolicy(conf));
  }

  private void resume(List<Offset> ends) {
    for (int i = 0; i < streams.size(); i++) {
      streams.get(i).resume(ends.get(i));
    }
  }

  long nextBatchId() {
    return nextBatchId;
  }

  long watermarkMillis() {
    return watermark.millis();
  }

  /** Rows before this are late in the next batch: the watermark that the last one had. */
  long lateWatermarkMillis() {
    return lateWatermarkMillis;
  }

  /** Where each stream has come to. */
  List<Offset> committed() {
    return streams.stream().map(StreamState::committed).toList();
  }

  /** The next batch, up to those ends. */
  OffsetEntry next(long timestampMillis, List<Offset> ends) {
    return new OffsetEntry(nextBatchId, watermark.millis(), timestampMillis, conf, ends);
  }

  /** What its operators are told of a batch. */
  Epoch epoch(OffsetEntry batch) {
    return new Epoch(
        batch.batchId(),
        batch.timestampMillis(),
        batch.watermarkMillis(),
        lateWatermarkMillis,
        salt);
  }

  /** A batch is in the sinks, and saw these times: its commit entry. */
  CommitEntry done(OffsetEntry batch, List<EventTimeStats> seen) {
    watermark.advance(seen);
    return new CommitEntry(batch.batchId(), watermark.millis());
  }

  /** Stands behind the batch. */
  void pass(OffsetEntry batch) {
    resume(batch.ends());
    lateWatermarkMillis = batch.watermarkMillis();
    nextBatchId = batch.batchId() + 1;
  }
}
