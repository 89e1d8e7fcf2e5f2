package dev.sluice.operators.operator;

/**
 * One micro-batch, as the offset log fixed it.
 *
 * @param id the batch id, from 0
 * @param timestampMillis the batch timestamp: the only clock inside a batch
 * @param watermarkMillis the watermark in force, 0 before there is one
 * @param lateWatermarkMillis the watermark of the batch before, by which late rows are told
 * @param salt a number of the query that no other query has, and the same when a batch is replayed:
 *     what {@code rand()} without a seed starts from
 */
public record Epoch(
    long id, long timestampMillis, long watermarkMillis, long lateWatermarkMillis, long salt) {
  public Epoch(long id, long timestampMillis, long watermarkMillis, long lateWatermarkMillis) {
    this(id, timestampMillis, watermarkMillis, lateWatermarkMillis, 0L);
  }

  /**
   * Event times after this are suspect: a day and more after the batch. Whoever has one, by mistake
   * as a rule, moves the watermark there.
   */
  long farMillis() {
    return timestampMillis + 24 * 60 * 60 * 1000L;
  }
}
