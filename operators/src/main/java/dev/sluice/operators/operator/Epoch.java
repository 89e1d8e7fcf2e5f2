package dev.sluice.operators.operator;

import dev.sluice.operators.expression.EvaluationContext;

/**
 * One micro-batch, as the offset log fixed it.
 *
 * @param id the batch id, from 0
 * @param timestampMillis the batch timestamp: the only clock inside a batch
 * @param watermarkMillis the watermark in force, 0 before there is one
 * @param lateWatermarkMillis the watermark of the batch before, by which late rows are told
 */
public record Epoch(long id, long timestampMillis, long watermarkMillis, long lateWatermarkMillis) {
  public EvaluationContext evaluation(int partition) {
    return new EvaluationContext(timestampMillis * 1000L, id, partition);
  }
}
