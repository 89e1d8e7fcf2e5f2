package dev.sluice.runner.loop;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Split;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.EvaluationFailure;
import dev.sluice.operators.operator.Dataflow;
import java.io.IOException;
import java.util.Optional;

/** Finds, after a value broke an expression, where its row came from. */
public final class FailedRows {
  private FailedRows() {}

  /**
   * The failure with its row's origin, as far as it can be told. To be asked by the worker whose
   * {@code process} failed.
   *
   * @param before how many rows of the split came before the batch
   */
  public static EvaluationFailure located(
      EvaluationFailure failure,
      Dataflow dataflow,
      String source,
      int worker,
      Batch batch,
      Split split,
      ScanRequest request,
      long before) {
    Optional<Dataflow.FailedRow> row = dataflow.failedRow(source, worker, batch);
    if (row.isEmpty()) {
      return failure;
    }
    String name = "source".equals(source) || source.contains("`") ? "" : "source '" + source + "'";
    String place;
    try {
      place = split.place(request, before + row.get().index()).orElse("");
    } catch (IOException | RuntimeException e) {
      // The row's origin would only have been a help.
      place = "";
    }
    String from = place.isEmpty() ? name : name.isEmpty() ? place : place + " (" + name + ")";
    return from.isEmpty() ? row.get().failure() : row.get().failure().from(from);
  }
}
